package io.fovea.metrics;

import io.fovea.torch.F;
import io.fovea.torch.Tensor;

/** How much neighbouring pixels differ: a loss that smooths. */
public final class TotalVariation {
    private TotalVariation() {}

    /**
     * The squared form of leftthomas/SRGAN: 2 (h / (C (H-1) W) + w / (C H (W-1))) / N, where h and w are the sums of the squared differences of vertical and of
     * horizontal neighbours.
     *
     * @param x N, C, H, W with H and W of at least 2
     * @return a scalar, differentiable
     */
    public static Tensor squared(Tensor x) {
        long n = x.size(0);
        long c = x.size(1);
        long h = x.size(2);
        long w = x.size(3);
        Tensor vertical = F.sum(F.square(F.sub(F.slice(x, 2, 1, h), F.slice(x, 2, 0, h - 1))));
        Tensor horizontal = F.sum(F.square(F.sub(F.slice(x, 3, 1, w), F.slice(x, 3, 0, w - 1))));
        return F.add(F.mul(vertical, 2.0 / (n * c * (h - 1) * w)), F.mul(horizontal, 2.0 / (n * c * h * (w - 1))));
    }
}
