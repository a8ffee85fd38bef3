package io.fovea.nn;

import io.fovea.torch.DType;
import io.fovea.torch.F;
import io.fovea.torch.Tensor;
import org.jspecify.annotations.Nullable;

/** Convolution with zero padding. Weight: out, in/groups, k, k; bias: out. Starts as PyTorch's layer does (uniform, 1/sqrt(fan in)). */
public final class Conv2d extends Layer {
    private final Tensor weight;
    private @Nullable Tensor bias;
    private final int kernel;
    private final int groups;
    private int stride = 1;
    private int padding;
    private int dilation = 1;

    private Conv2d(int in, int out, int kernel, int groups) {
        this.kernel = kernel;
        this.groups = groups;
        weight = parameter("weight", Tensor.empty(DType.F32, out, in / groups, kernel, kernel));
        bias = parameter("bias", Tensor.empty(DType.F32, out));
        Init.torchDefault(weight, bias);
    }

    public static Conv2d of(int in, int out, int kernel) {
        return new Conv2d(in, out, kernel, 1);
    }

    public static Conv2d grouped(int in, int out, int kernel, int groups) {
        return new Conv2d(in, out, kernel, groups);
    }

    public Conv2d stride(int pixels) {
        stride = pixels;
        return this;
    }

    public Conv2d padding(int pixels) {
        padding = pixels;
        return this;
    }

    /** The padding that keeps height and width of an odd kernel at stride 1. */
    public Conv2d same() {
        padding = (kernel - 1) / 2;
        return this;
    }

    public Conv2d dilation(int pixels) {
        dilation = pixels;
        return this;
    }

    public Conv2d bias(boolean wanted) {
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
        return F.conv2d(x, weight, bias, stride, padding, dilation, groups);
    }

    @Override
    public String toString() {
        long[] w = weight.shape();
        return "Conv2d(" + w[1] * groups + ", " + w[0] + ", k" + kernel + (stride > 1 ? " s" + stride : "")
                + (groups > 1 ? " g" + groups : "") + ")";
    }
}
