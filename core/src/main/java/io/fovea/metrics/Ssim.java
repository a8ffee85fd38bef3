package io.fovea.metrics;

import io.fovea.FoveaException;
import io.fovea.image.Picture;

/**
 * Structural similarity (Wang, Bovik, Sheikh, Simoncelli 2004): with an 11 x 11 Gaussian window w of sigma 1.5, mu = w*a, s_ab = w*(ab) - mu_a mu_b,
 *
 * <pre>mean of (2 mu_a mu_b + C1)(2 s_ab + C2) / ((mu_a^2 + mu_b^2 + C1)(s_aa + s_bb + C2)),  C1 = (0.01 L)^2, C2 = (0.03 L)^2</pre>
 *
 * 1 for equal pictures, at least -1. Computed in float64, without the down-sampling of MATLAB's original script, as super-resolution papers do.
 */
public final class Ssim {
    private static final double[] WINDOW = Structure.gaussian(11, 1.5);

    private Ssim() {}

    /** Which positions of the window count. */
    public enum Border {
        /** Those where it fits: the standard, ssim_index of MATLAB and BasicSR. */
        VALID,
        /** All, with zeros around the picture: pytorch_ssim, as leftthomas/SRGAN uses it. */
        ZERO
    }

    /**
     * Standard SSIM of two pictures of the same size, L = 255; for {@link Channels#RGB} the mean over the three channels.
     *
     * @param border pixels left out on each side, by custom the scale in super-resolution
     * @throws FoveaException if the sizes differ, or fewer than 11 pixels are left on a side
     */
    public static double of(Picture a, Picture b, Channels channels, int border) {
        return of(a, b, channels, border, Border.VALID);
    }

    /** As {@link #of(Picture, Picture, Channels, int)} with the window at the border as told. */
    public static double of(Picture a, Picture b, Channels channels, int border, Border window) {
        Picture inner = Channels.inner(a, b, border);
        double[][] x = channels.planes(inner);
        double[][] y = channels.planes(Channels.inner(b, a, border));
        double sum = 0;
        for (int c = 0; c < x.length; c++) {
            sum += of(x[c], y[c], inner.height(), inner.width(), 255, window);
        }
        return sum / x.length;
    }

    /**
     * SSIM of two planes of height x width values in rows.
     *
     * @param range L: 255 for 8-bit values, 1 for values in [0,1]
     * @throws FoveaException if a side has fewer than 11 values, or an array another length
     */
    public static double of(double[] a, double[] b, int height, int width, double range, Border window) {
        if (height < WINDOW.length || width < WINDOW.length) {
            throw new FoveaException(
                    "SSIM needs at least 11 x 11 pixels, its window's size, not " + width + " x " + height + ".");
        }
        check(a, b, height, width);
        int pad = window == Border.ZERO ? WINDOW.length / 2 : 0;
        return Structure.of(a, b, height, width, WINDOW, pad, range).ssim();
    }

    static void check(double[] a, double[] b, int height, int width) {
        if (a.length != (long) height * width || b.length != a.length) {
            throw new FoveaException("Planes of " + width + " x " + height + " values were promised, the arrays hold "
                    + a.length + " and " + b.length + ".");
        }
    }
}
