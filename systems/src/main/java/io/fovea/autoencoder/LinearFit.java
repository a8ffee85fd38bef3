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
 */
final class LinearFit {
    private static final int HISTORY = 20;
    /** Largest entry of the gradient, with the rows scaled to a mean square of 1, at which the minimum counts as reached. */
    private static final double SMALL_GRADIENT = 1e-10;

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
            Tensor scaled = F.mul(x, scale);
            Tensor a = uniform(seed, k, d).requiresGrad(true);
            Tensor b = uniform(seed + 1, d, k).requiresGrad(true);
            Map<String, Tensor> parameters = new LinkedHashMap<>();
            parameters.put("encoder", a);
            parameters.put("decoder", b);
            double loss = 0;
            int done = 0;
            boolean converged = false;
            try (Lbfgs lbfgs = new Lbfgs(parameters, HISTORY)) {
                while (done < iterations && !converged) {
                    loss = lbfgs.step(() -> objective(scaled, a, b, n));
                    done++;
                    converged = lbfgs.converged() || lbfgs.largestGradient() < SMALL_GRADIENT;
                }
            }
            return new Found(mean, axes(scaled, a.detach(), b.detach()), loss * meanSquare, done, converged);
        }
    }

    private static double objective(Tensor x, Tensor a, Tensor b, int n) {
        try (Scope scope = Scope.open()) {
            a.clearGrad();
            b.clearGrad();
            Tensor code = F.linear(x, a, null);
            Tensor error = F.sub(F.linear(code, b, null), x);
            Tensor loss = F.mul(F.sum(F.square(error)), 1.0 / n / x.size(1));
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

    private static double[][] axes(Tensor x, Tensor a, Tensor b) {
        Linalg.Qr qr = Linalg.qr(b); // d,r and r,k
        Tensor codes = F.matmul(F.linear(x, a, null), F.permute(qr.r(), 1, 0)); // rows, r
        Tensor vt = Linalg.svd(codes).vt();
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
            Tensor a = Tensor.of(network.codeLayer().weight().toDoubles(), network.codeLayer().weight().shape());
            Tensor b = Tensor.of(decoder.weight().toDoubles(), decoder.weight().shape());
            write(network, mean, axes(x, a, b));
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
