package io.fovea.optim;

import io.fovea.nn.Module;
import io.fovea.torch.F;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** Exponential moving average of a module's weights: e += (w - e) (1 - decay). Buffers are copied. */
public final class Ema implements AutoCloseable {
    private final Module module;
    private final double decay;
    private final Map<String, Tensor> average = new LinkedHashMap<>();

    public Ema(Module module, double decay) {
        this.module = module;
        this.decay = decay;
        module.state().forEach((name, t) -> average.put(name, t.copy().keep()));
    }

    /** Takes the module's present weights into the average. */
    public void update() {
        try (Scope scope = Scope.open()) {
            module.parameters().forEach((name, t) -> F.lerpInPlace(average(name), t, 1 - decay));
            module.buffers().forEach((name, t) -> average(name).set(t));
        }
    }

    private Tensor average(String name) {
        Tensor t = average.get(name);
        if (t == null) {
            throw new IllegalStateException("The module has a new parameter " + name + ".");
        }
        return t;
    }

    /** Exchanges the module's weights with the averages; call it again to change back. */
    public void swap() {
        try (Scope scope = Scope.open()) {
            module.state().forEach((name, t) -> {
                Tensor live = t.copy();
                t.set(average(name));
                average(name).set(live);
            });
        }
    }

    /** The averages by the module's own names. */
    public Map<String, Tensor> state() {
        return average;
    }

    @Override
    public void close() {
        average.values().forEach(Tensor::close);
    }
}
