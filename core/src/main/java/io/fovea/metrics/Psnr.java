package io.fovea.metrics;

import io.fovea.FoveaException;
import io.fovea.image.Picture;

/**
 * Peak signal-to-noise ratio, 10 log10(L^2 / MSE) in dB, where MSE is the mean of (a - b)^2 over pixels and channels and L the range of the data. Equal
 * pictures have +infinity. The figure of a set is the mean of its pictures' PSNRs.
 */
public final class Psnr {
    private Psnr() {}

    /**
     * PSNR of two pictures of the same size, L = 255.
     *
     * @param border pixels left out on each side, by custom the scale in super-resolution
     * @throws FoveaException if the sizes differ or the border leaves nothing
     */
    public static double of(Picture a, Picture b, Channels channels, int border) {
        double[][] x = channels.planes(Channels.inner(a, b, border));
        double[][] y = channels.planes(Channels.inner(b, a, border));
        double sum = 0;
        for (int c = 0; c < x.length; c++) {
            sum += meanSquaredError(x[c], y[c]);
        }
        return ofError(sum / x.length, 255);
    }

    /**
     * PSNR of values in [0, range] or any interval of that length.
     *
     * @throws FoveaException if the arrays have different lengths
     */
    public static double of(double[] a, double[] b, double range) {
        return ofError(meanSquaredError(a, b), range);
    }

    private static double ofError(double error, double range) {
        return 10 * Math.log10(range * range / error);
    }

    private static double meanSquaredError(double[] a, double[] b) {
        if (a.length != b.length || a.length == 0) {
            throw new FoveaException("PSNR compares equally many values, not " + a.length + " and " + b.length + ".");
        }
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            double d = a[i] - b[i];
            sum += d * d;
        }
        return sum / a.length;
    }
}
