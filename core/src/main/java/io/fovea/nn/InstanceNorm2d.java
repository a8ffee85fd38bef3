package io.fovea.nn;

import io.fovea.torch.DType;
import io.fovea.torch.F;
import io.fovea.torch.Tensor;
import org.jspecify.annotations.Nullable;

/** Instance normalisation (Ulyanov 2016), eps 1e-5, with or without a learned affine part, without running statistics. */
public final class InstanceNorm2d extends Layer {
    private final int channels;
    private final @Nullable Tensor weight;
    private final @Nullable Tensor bias;

    public InstanceNorm2d(int channels, boolean affine) {
        this.channels = channels;
        weight = affine ? parameter("weight", Tensor.full(1, DType.F32, channels)) : null;
        bias = affine ? parameter("bias", Tensor.zeros(channels)) : null;
    }

    public @Nullable Tensor weight() {
        return weight;
    }

    @Override
    protected Tensor forward(Tensor x) {
        return F.instanceNorm(x, weight, bias, 1e-5);
    }

    @Override
    public String toString() {
        return "InstanceNorm2d(" + channels + ")";
    }
}
