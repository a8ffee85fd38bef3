package io.fovea.nn;

import io.fovea.torch.F;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;

/** How weights start. All draw from libtorch's generator: {@link io.fovea.torch.Engine#seed} makes them repeatable. */
public final class Init {
    private Init() {}

    /** Values that feed one output: product of all dimensions but the first. */
    public static double fanIn(Tensor weight) {
        return (double) weight.numel() / weight.size(0);
    }

    /** PyTorch's default for convolutions and linear layers: both uniform in +-1/sqrt(fan in). */
    public static void torchDefault(Tensor weight, Tensor bias) {
        double bound = 1 / Math.sqrt(fanIn(weight));
        F.uniformInPlace(weight, -bound, bound);
        F.uniformInPlace(bias, -bound, bound);
    }

    /** He et al. 2015 for ReLU: N(0, 2 / fan in), times a scale. */
    public static void kaimingNormal(Tensor weight, double scale) {
        F.normalInPlace(weight, 0, scale * Math.sqrt(2 / fanIn(weight)));
    }

    /** Glorot and Bengio 2010: N(0, 2 / (fan in + fan out)), times a scale. */
    public static void xavierNormal(Tensor weight, double scale) {
        double in = fanIn(weight);
        double out = in / weight.size(1) * weight.size(0);
        F.normalInPlace(weight, 0, scale * Math.sqrt(2 / (in + out)));
    }

    /** Every parameter times a factor. */
    public static void scale(Tensor weight, double factor) {
        try (Scope scope = Scope.open()) {
            weight.set(F.mul(weight.detach(), factor));
        }
    }

    /**
     * ICNR (Aitken 2017) for a convolution before a pixel shuffle by r: the r*r filters of one output channel start equal, so the shuffle
     * starts as nearest-neighbour enlargement and cannot start with a checkerboard.
     */
    public static void icnr(Tensor weight, int r) {
        double[] w = weight.toDoubles();
        int filter = (int) (weight.numel() / weight.size(0));
        for (int out = 0; out < weight.size(0); out++) {
            int first = out - out % (r * r);
            System.arraycopy(w, first * filter, w, out * filter, filter);
        }
        try (Scope scope = Scope.open()) {
            weight.set(Tensor.of(w, weight.shape()));
        }
    }
}
