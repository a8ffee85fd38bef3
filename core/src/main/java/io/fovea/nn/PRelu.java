package io.fovea.nn;

import io.fovea.torch.DType;
import io.fovea.torch.F;
import io.fovea.torch.Tensor;

/** Parametric ReLU (He 2015) with one slope, or one a channel; starts at 0.25. */
public final class PRelu extends Layer {
    private final Tensor weight;

    public PRelu(int slopes) {
        weight = parameter("weight", Tensor.full(0.25, DType.F32, slopes));
    }

    @Override
    protected Tensor forward(Tensor x) {
        return F.prelu(x, weight);
    }

    @Override
    public String toString() {
        return "PReLU(" + weight.numel() + ")";
    }
}
