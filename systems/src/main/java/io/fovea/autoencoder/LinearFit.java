package io.fovea.autoencoder;

import io.fovea.nn.Linear;
import io.fovea.optim.Lbfgs;
import io.fovea.torch.Autograd;
import io.fovea.torch.F;
import io.fovea.torch.Linalg;
import io.fovea.torch.Rng;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The linear autoencoder at its minimum. With centred rows x, loss mean |x - B A x|^2 over rows and columns, every minimum has the
 * principal subspace as the span of B (Baldi and Hornik 1989); A and B are free up to an invertible matrix, so the axes are reported as
 * those of PCA: B = Q R, V the principal axes of the codes R A x, axes Q V, the largest absolute entry of each positive.
 *
 * <p>With the rows' QR decomposition X = O T the loss is |T A^T B^T - T|^2 / (n d). L-BFGS moves M = A T^T in place of A, which makes
 * directions of much and of little variance alike to it; what can be reached is the same.
 */
final class LinearFit {
    private static final int HISTORY = 20;
    /** The minimum counts as reached when so many iterations together lowered the loss by no more than this share of it. */
    private static final double SMALL_GAIN = 1e-12;

    private static final int GAIN_OVER = 20;

    private LinearFit() {}

    /**
     * What came of it.
     *
     * @param axes k unit vectors of d entries, by falling variance
     * @param loss mean squared error at the end, before the axes were made orthonormal
     */
    record Found(double[] mean, double[][] axes, double loss, int iterations, boolean converged) {}

    /** @param rows n times d, row-major */
    static Found fit(float[] rows, int n, int d, int k, int iterations, long seed) {
        double[] mean = mean(rows, n, d);
        try (Scope scope = Scope.open()) {
            Tensor x = Pca.triangle(rows, n, d, mean);
            double meanSquare = F.sum(F.square(x)).item() / n / d;
            double scale = meanSquare > 0 ? 1 / Math.sqrt(meanSquare) : 1;
            Tensor t = F.mul(x, scale); // r,d
            Tensor m = F.matmul(uniform(seed, k, d), F.permute(t, 1, 0)).copy().requiresGrad(true); // k,r
            Tensor b = uniform(seed + 1, d, k).requiresGrad(true);
            Map<String, Tensor> parameters = new LinkedHashMap<>();
            parameters.put("codes", m);
            parameters.put("decoder", b);
            double[] losses = new double[iterations];
            int done = 0;
            boolean converged = false;
            try (Lbfgs lbfgs = new Lbfgs(parameters, HISTORY)) {
                while (done < iterations && !converged) {
                    losses[done++] = lbfgs.step(() -> objective(t, m, b, n));
                    converged = lbfgs.converged() || settled(losses, done);
                }
            }
            double loss = losses[done - 1] * meanSquare;
            return new Found(mean, axes(F.permute(m.detach(), 1, 0), b.detach()), loss, done, converged);
        }
    }

    private static boolean settled(double[] losses, int done) {
        return done > GAIN_OVER && losses[done - 1 - GAIN_OVER] - losses[done - 1] <= SMALL_GAIN * losses[done - 1];
    }

    private static double objective(Tensor t, Tensor m, Tensor b, int n) {
        try (Scope scope = Scope.open()) {
            m.clearGrad();
            b.clearGrad();
            Tensor error = F.sub(F.matmul(b, m), F.permute(t, 1, 0)); // d,r
            Tensor loss = F.mul(F.sum(F.square(error)), 1.0 / n / t.size(1));
            Autograd.backward(loss);
            return loss.item();
        }
    }

    private static double[] mean(float[] rows, int n, int d) {
        double[] mean = new double[d];
        for (int i = 0; i < rows.length; i++) {
            mean[i % d] += rows[i];
        }
        for (int c = 0; c < d; c++) {
            mean[c] /= n;
        }
        return mean;
    }

    private static Tensor uniform(long seed, int out, int in) {
        Rng rng = Rng.of(seed, out, in);
        double bound = 1 / Math.sqrt(in);
        double[] values = new double[out * in];
        for (int i = 0; i < values.length; i++) {
            values[i] = (2 * rng.nextDouble() - 1) * bound;
        }
        return Tensor.of(values, out, in);
    }

    /** @param codes of the rows, or of the R of their QR decomposition, n,k */
    private static double[][] axes(Tensor codes, Tensor b) {
        Linalg.Qr qr = Linalg.qr(b); // d,r and r,k
        Tensor vt = Linalg.svd(F.linear(codes, qr.r(), null)).vt();
        double[] joined = F.matmul(vt, F.permute(qr.q(), 1, 0)).toDoubles(); // r, d
        int d = (int) b.size(0);
        double[][] axes = new double[joined.length / d][];
        for (int j = 0; j < axes.length; j++) {
            axes[j] = java.util.Arrays.copyOfRange(joined, j * d, (j + 1) * d);
            largestPositive(axes[j]);
        }
        return axes;
    }

    private static void largestPositive(double[] axis) {
        double extreme = 0;
        for (double v : axis) {
            extreme = Math.abs(v) > Math.abs(extreme) ? v : extreme;
        }
        if (extreme < 0) {
            for (int i = 0; i < axis.length; i++) {
                axis[i] = -axis[i];
            }
        }
    }

    /** The principal axes of a trained linear network, for rows n,d: as above from its weights. */
    static void toPrincipalAxes(AutoencoderNetwork network, float[] rows, int n) {
        int d = network.width();
        double[] mean = mean(rows, n, d);
        Linear decoder = network.firstOfDecoder();
        try (Scope scope = Scope.open()) {
            Tensor x = Pca.triangle(rows, n, d, mean);
            Tensor a = Tensor.of(
                    network.codeLayer().weight().toDoubles(),
                    network.codeLayer().weight().shape());
            Tensor b = Tensor.of(decoder.weight().toDoubles(), decoder.weight().shape());
            write(network, mean, axes(F.linear(x, a, null), b));
        }
    }

    /** z = U^T (x - mean), r = U z + mean, with the axes in U; coordinates beyond the rank are 0. */
    static void write(AutoencoderNetwork network, double[] mean, double[][] axes) {
        Linear encoder = network.codeLayer();
        Linear decoder = network.firstOfDecoder();
        int d = network.width();
        int k = network.config().code();
        double[] in = new double[k * d];
        double[] offset = new double[k];
        double[] out = new double[d * k];
        for (int j = 0; j < Math.min(k, axes.length); j++) {
            for (int i = 0; i < d; i++) {
                in[j * d + i] = axes[j][i];
                offset[j] -= axes[j][i] * mean[i];
                out[i * k + j] = axes[j][i];
            }
        }
        AutoencoderNetwork.set(encoder, in, offset);
        AutoencoderNetwork.set(decoder, out, Objects.requireNonNull(mean));
    }
}
