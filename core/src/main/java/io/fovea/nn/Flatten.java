package io.fovea.nn;

import io.fovea.torch.F;
import io.fovea.torch.Tensor;

/** N, C, H, W to N, C*H*W. */
public final class Flatten extends Layer {
    @Override
    protected Tensor forward(Tensor x) {
        return F.flatten(x);
    }

    @Override
    public String toString() {
        return "Flatten";
    }
}
