package io.fovea.nn;

import io.fovea.torch.F;
import io.fovea.torch.Tensor;

/** Maximum over windows; {@code ceil} rounds the output size up, as SqueezeNet's pools do. */
public final class MaxPool2d extends Layer {
    private final int kernel;
    private final int stride;
    private final boolean ceil;

    public MaxPool2d(int kernel, int stride, boolean ceil) {
        this.kernel = kernel;
        this.stride = stride;
        this.ceil = ceil;
    }

    @Override
    protected Tensor forward(Tensor x) {
        return F.maxPool2d(x, kernel, stride, 0, ceil);
    }

    @Override
    public String toString() {
        return "MaxPool2d(k" + kernel + " s" + stride + ")";
    }
}
