package io.fovea.nn;

import io.fovea.torch.F;
import io.fovea.torch.Tensor;

/** Height and width times an integer, each value repeated. */
public final class Upsample extends Layer {
    private final int factor;

    public Upsample(int factor) {
        this.factor = factor;
    }

    @Override
    protected Tensor forward(Tensor x) {
        return F.upsample(x, factor, F.Interpolation.NEAREST);
    }

    @Override
    public String toString() {
        return "Upsample(x" + factor + ")";
    }
}
