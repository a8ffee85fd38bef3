package io.fovea.nn;

import io.fovea.torch.F;
import io.fovea.torch.Tensor;

/** Mirrors the picture at its border, the edge pixel not repeated. */
public final class ReflectionPad2d extends Layer {
    private final int pixels;

    public ReflectionPad2d(int pixels) {
        this.pixels = pixels;
    }

    @Override
    protected Tensor forward(Tensor x) {
        return F.pad(x, F.Pad.REFLECT, pixels, pixels, pixels, pixels);
    }

    @Override
    public String toString() {
        return "ReflectionPad2d(" + pixels + ")";
    }
}
