package io.fovea.nn;

import io.fovea.torch.DType;
import io.fovea.torch.F;
import io.fovea.torch.Tensor;
import org.jspecify.annotations.Nullable;

/** x W^T + b. Weight: out, in. Starts as PyTorch's layer does. */
public final class Linear extends Layer {
    private final Tensor weight;
    private @Nullable Tensor bias;

    public Linear(int in, int out) {
        weight = parameter("weight", Tensor.empty(DType.F32, out, in));
        bias = parameter("bias", Tensor.empty(DType.F32, out));
        Init.torchDefault(weight, bias);
    }

    public Linear bias(boolean wanted) {
        if (!wanted) {
            removeParameter("bias");
            bias = null;
        }
        return this;
    }

    public Tensor weight() {
        return weight;
    }

    public @Nullable Tensor bias() {
        return bias;
    }

    @Override
    protected Tensor forward(Tensor x) {
        return F.linear(x, weight, bias);
    }

    @Override
    public String toString() {
        return "Linear(" + weight.size(1) + ", " + weight.size(0) + ")";
    }
}
