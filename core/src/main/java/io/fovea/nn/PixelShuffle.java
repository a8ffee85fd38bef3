package io.fovea.nn;

import io.fovea.torch.F;
import io.fovea.torch.Tensor;

/** N, C*r*r, H, W to N, C, H*r, W*r (Shi 2016). */
public final class PixelShuffle extends Layer {
    private final int factor;

    public PixelShuffle(int factor) {
        this.factor = factor;
    }

    public int factor() {
        return factor;
    }

    @Override
    protected Tensor forward(Tensor x) {
        return F.pixelShuffle(x, factor);
    }

    @Override
    public String toString() {
        return "PixelShuffle(" + factor + ")";
    }
}
