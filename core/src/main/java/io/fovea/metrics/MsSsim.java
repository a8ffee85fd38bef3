package io.fovea.metrics;

import io.fovea.FoveaException;
import io.fovea.image.Picture;

/**
 * Multi-scale structural similarity (Wang, Simoncelli, Bovik 2003) as the ProGAN paper's code computes it. On five scales, each the 2 x 2 mean of the one before, the
 * means of SSIM and of its contrast factor CS over all positions and channels;
 *
 * <pre>prod_{j=1..4} max(CS_j, 0)^w_j  max(SSIM_5, 0)^w_5,  w = 0.0448, 0.2856, 0.3001, 0.2363, 0.1333</pre>
 *
 * The window is an 11 x 11 Gaussian of sigma 1.5, shrunk with its sigma where the scale is smaller. In [0,1]; 1 for equal pictures. As a measure of variety it is averaged
 * over random pairs of generated pictures: lower is more varied.
 */
public final class MsSsim {
    private static final double[] WEIGHTS = {0.0448, 0.2856, 0.3001, 0.2363, 0.1333};
    private static final int WINDOW = 11;
    private static final double SIGMA = 1.5;

    private MsSsim() {}

    /**
     * MS-SSIM of two pictures of the same size, L = 255.
     *
     * @throws FoveaException if the sizes differ or a side is no multiple of 32
     */
    public static double of(Picture a, Picture b, Channels channels) {
        double[][] x = channels.planes(Channels.inner(a, b, 0));
        double[][] y = channels.planes(b);
        return of(x, y, a.height(), a.width(), 255);
    }

    /**
     * MS-SSIM of channels of height x width values in rows.
     *
     * @param range L: 255 for 8-bit values, 1 for values in [0,1]
     * @throws FoveaException if a side is no multiple of 32, or an array has another length
     */
    public static double of(double[][] a, double[][] b, int height, int width, double range) {
        if (height < 32 || width < 32 || height % 32 != 0 || width % 32 != 0) {
            throw new FoveaException("MS-SSIM halves a picture five times: its sides must be multiples of 32, not "
                    + width + " x " + height + ". Crop both pictures alike first.");
        }
        if (a.length != b.length || a.length == 0) {
            throw new FoveaException(
                    "MS-SSIM compares equally many channels, not " + a.length + " and " + b.length + ".");
        }
        double[] ssim = new double[WEIGHTS.length];
        double[] contrast = new double[WEIGHTS.length];
        for (int c = 0; c < a.length; c++) {
            Ssim.check(a[c], b[c], height, width);
            scales(a[c], b[c], height, width, range, ssim, contrast);
        }
        int last = WEIGHTS.length - 1;
        double product = Math.pow(Math.max(0, ssim[last] / a.length), WEIGHTS[last]);
        for (int j = 0; j < last; j++) {
            product *= Math.pow(Math.max(0, contrast[j] / a.length), WEIGHTS[j]);
        }
        return product;
    }

    private static void scales(
            double[] a, double[] b, int height, int width, double range, double[] ssim, double[] contrast) {
        double[] x = a;
        double[] y = b;
        for (int j = 0; j < WEIGHTS.length; j++) {
            int h = height >> j;
            int w = width >> j;
            int size = Math.min(WINDOW, Math.min(h, w));
            Structure s = Structure.of(x, y, h, w, Structure.gaussian(size, SIGMA * size / WINDOW), 0, range);
            ssim[j] += s.ssim();
            contrast[j] += s.contrast();
            x = halved(x, h, w);
            y = halved(y, h, w);
        }
    }

    private static double[] halved(double[] in, int height, int width) {
        double[] out = new double[in.length / 4];
        for (int y = 0, to = 0; y < height; y += 2) {
            for (int x = 0; x < width; x += 2, to++) {
                int i = y * width + x;
                out[to] = (in[i] + in[i + 1] + in[i + width] + in[i + width + 1]) / 4;
            }
        }
        return out;
    }
}
