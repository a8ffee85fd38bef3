package io.fovea.nn;

import io.fovea.torch.DType;
import io.fovea.torch.F;
import io.fovea.torch.Tensor;
import org.jspecify.annotations.Nullable;

/** Transposed convolution. Weight: in, out, k, k; bias: out. Starts as PyTorch's layer does (uniform, 1/sqrt(out k k)). */
public final class ConvTranspose2d extends Layer {
    private final Tensor weight;
    private @Nullable Tensor bias;
    private final int kernel;
    private int stride = 1;
    private int padding;
    private int outputPadding;

    private ConvTranspose2d(int in, int out, int kernel) {
        this.kernel = kernel;
        weight = parameter("weight", Tensor.empty(DType.F32, in, out, kernel, kernel));
        bias = parameter("bias", Tensor.empty(DType.F32, out));
        Init.torchDefault(weight, bias);
    }

    public static ConvTranspose2d of(int in, int out, int kernel) {
        return new ConvTranspose2d(in, out, kernel);
    }

    public ConvTranspose2d stride(int pixels) {
        stride = pixels;
        return this;
    }

    public ConvTranspose2d padding(int pixels) {
        padding = pixels;
        return this;
    }

    /** Rows and columns added at the lower and right end of the result: which of the sizes that a stride maps to the input's is meant. */
    public ConvTranspose2d outputPadding(int pixels) {
        outputPadding = pixels;
        return this;
    }

    public ConvTranspose2d bias(boolean wanted) {
        if (!wanted) {
            removeParameter("bias");
            bias = null;
        }
        return this;
    }

    public int outputPadding() {
        return outputPadding;
    }

    public Tensor weight() {
        return weight;
    }

    public @Nullable Tensor bias() {
        return bias;
    }

    @Override
    protected Tensor forward(Tensor x) {
        return F.convTranspose2d(x, weight, bias, stride, padding, outputPadding, 1);
    }

    @Override
    public String toString() {
        return "ConvTranspose2d(" + weight.size(0) + ", " + weight.size(1) + ", k" + kernel
                + (stride > 1 ? " s" + stride : "") + ")";
    }
}
