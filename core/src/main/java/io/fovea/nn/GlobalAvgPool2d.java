package io.fovea.nn;

import io.fovea.torch.F;
import io.fovea.torch.Tensor;

/** Mean over all positions: N, C, 1, 1. */
public final class GlobalAvgPool2d extends Layer {
    @Override
    protected Tensor forward(Tensor x) {
        return F.globalAvgPool2d(x);
    }

    @Override
    public String toString() {
        return "GlobalAvgPool2d";
    }
}
