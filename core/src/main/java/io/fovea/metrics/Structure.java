package io.fovea.metrics;

/**
 * The sums behind SSIM: means of the SSIM map and of its contrast-structure factor under a Gaussian window (Wang, Bovik, Sheikh, Simoncelli 2004, equations 6, 9,
 * 13). Row by row, so that memory is a few rows whatever the size.
 *
 * @param ssim mean of (2 mu_a mu_b + C1)(2 s_ab + C2) / ((mu_a^2 + mu_b^2 + C1)(s_aa + s_bb + C2))
 * @param contrast mean of (2 s_ab + C2) / (s_aa + s_bb + C2)
 */
record Structure(double ssim, double contrast) {
    /** a, b, a^2 + b^2 and ab: all that the map needs. */
    private static final int MOMENTS = 4;

    /** A Gaussian of odd or even size, sum 1; separable, so one side of it. */
    static double[] gaussian(int size, double sigma) {
        double[] g = new double[size];
        double sum = 0;
        for (int i = 0; i < size; i++) {
            double x = i - (size - 1) / 2.0;
            g[i] = Math.exp(-x * x / (2 * sigma * sigma));
            sum += g[i];
        }
        for (int i = 0; i < size; i++) {
            g[i] /= sum;
        }
        return g;
    }

    /**
     * Compares two planes.
     *
     * @param window one side of the separable window
     * @param pad zeros around the planes
     * @param range L; C1 = (0.01 L)^2 and C2 = (0.03 L)^2
     */
    static Structure of(double[] a, double[] b, int height, int width, double[] window, int pad, double range) {
        int columns = width + 2 * pad - window.length + 1;
        int rows = height + 2 * pad - window.length + 1;
        double c1 = 0.01 * range * (0.01 * range);
        double c2 = 0.03 * range * (0.03 * range);
        double[][] ring = new double[window.length][MOMENTS * columns];
        double[] padded = new double[MOMENTS * (width + 2 * pad)];
        double ssim = 0;
        double contrast = 0;
        double[] sums = new double[MOMENTS * columns];
        for (int y = 0; y < height + 2 * pad; y++) {
            double[] row = ring[y % window.length];
            if (y < pad || y >= pad + height) {
                java.util.Arrays.fill(row, 0);
            } else {
                moments(a, b, (y - pad) * width, width, pad, padded);
                across(padded, window, columns, row);
            }
            if (y < window.length - 1) {
                continue;
            }
            down(ring, y + 1, window, sums);
            for (int x = 0; x < MOMENTS * columns; x += MOMENTS) {
                double mus = sums[x] * sums[x] + sums[x + 1] * sums[x + 1];
                double product = sums[x] * sums[x + 1];
                double cs = (2 * (sums[x + 3] - product) + c2) / (sums[x + 2] - mus + c2);
                contrast += cs;
                ssim += cs * (2 * product + c1) / (mus + c1);
            }
        }
        double count = (double) rows * columns;
        return new Structure(ssim / count, contrast / count);
    }

    private static void moments(double[] a, double[] b, int from, int width, int pad, double[] out) {
        for (int x = 0, to = MOMENTS * pad; x < width; x++, to += MOMENTS) {
            double p = a[from + x];
            double q = b[from + x];
            out[to] = p;
            out[to + 1] = q;
            out[to + 2] = p * p + q * q;
            out[to + 3] = p * q;
        }
    }

    private static void across(double[] in, double[] window, int columns, double[] out) {
        for (int i = 0; i < MOMENTS * columns; i++) {
            double sum = 0;
            for (int t = 0, from = i; t < window.length; t++, from += MOMENTS) {
                sum += window[t] * in[from];
            }
            out[i] = sum;
        }
    }

    /** The window over the ring's rows, of which {@code next} is the oldest. */
    private static void down(double[][] ring, int next, double[] window, double[] out) {
        java.util.Arrays.fill(out, 0);
        for (int t = 0; t < window.length; t++) {
            double[] row = ring[(next + t) % window.length];
            double weight = window[t];
            for (int i = 0; i < out.length; i++) {
                out[i] += weight * row[i];
            }
        }
    }
}
