package io.fovea.nn;

import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import io.fovea.torch.Tracer;

/** A module that maps one tensor to one tensor. */
public abstract class Layer extends Module {
    /** The computation. Call {@link #apply}, which also frees the intermediates and tells the tracer. */
    protected abstract Tensor forward(Tensor x);

    public final Tensor apply(Tensor x) {
        Tracer tracer = Tracer.current();
        if (tracer != null) {
            tracer.enter(this);
        }
        Tensor result = null;
        try (Scope scope = Scope.open()) {
            Tensor y = scope.give(forward(x));
            result = y;
            return y;
        } finally {
            if (tracer != null) {
                tracer.exit(this, result);
            }
        }
    }
}
