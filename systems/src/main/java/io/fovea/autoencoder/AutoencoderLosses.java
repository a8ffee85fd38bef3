package io.fovea.autoencoder;

import io.fovea.torch.F;
import io.fovea.torch.Tensor;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The formulas. x are rows N,d, r their reconstructions, z codes N,k; every result is one number. */
final class AutoencoderLosses {
    private static final double SMALLEST_MEAN = 1e-6;
    /** The normaliser of the continuous Bernoulli is expanded about 1/2 within this distance. */
    private static final double NEAR_HALF = 0.01;

    private static final double TINY = 1e-12;

    private AutoencoderLosses() {}

    /**
     * Distance of rows and reconstructions.
     *
     * @param variance of the training rows, summed over columns; for {@code Reduction.VARIANCE}
     */
    static Tensor reconstruction(LossConfig config, Tensor x, Tensor r, double variance) {
        double rows = x.size(0);
        double columns = x.size(1);
        Tensor mean = switch (config.reconstruction()) {
            case SQUARED -> F.mse(r, x);
            case BCE -> F.bce(r, x);
            case CONTINUOUS_BERNOULLI -> F.sub(F.bce(r, x), F.mean(logNormaliser(r)));
            case GAUSSIAN -> F.mul(F.log(F.add(F.mse(r, x), TINY)), 0.5);
        };
        double factor = switch (config.reduction()) {
            case MEAN -> 1;
            case ROWS -> columns;
            case SUM -> rows * columns;
            case VARIANCE -> columns / variance;
        };
        return factor == 1 ? mean : F.mul(mean, factor);
    }

    /** ln C(l) = ln(2 atanh(1-2l) / (1-2l)) by element, l clamped to [1e-4, 1-1e-4] (Loaiza-Ganem and Cunningham 2019, equation 8). */
    static Tensor logNormaliser(Tensor probability) {
        Tensor l = F.clamp(probability, 1e-4, 1 - 1e-4);
        Tensor fromHalf = F.add(l, -0.5);
        Tensor outside = F.sign(F.clamp(F.add(F.abs(fromHalf.detach()), -NEAR_HALF), 0, 1)); // 1 or 0
        Tensor inside = F.add(F.neg(outside), 1);
        Tensor safe = F.add(F.mul(l, outside), F.mul(inside, 0.49));
        Tensor twiceAtanh = F.sub(F.log(F.add(F.neg(safe), 1)), F.log(safe));
        Tensor exact = F.sub(F.log(F.abs(twiceAtanh)), F.log(F.abs(F.add(F.mul(safe, -2), 1))));
        Tensor square = F.square(fromHalf);
        Tensor taylor = F.add(F.add(F.mul(square, 4.0 / 3), F.mul(F.square(square), 104.0 / 45)), Math.log(2));
        return F.add(F.mul(exact, outside), F.mul(taylor, inside));
    }

    /** mean |z| over rows and units. */
    static Tensor l1(Tensor z) {
        return F.mean(F.abs(z));
    }

    /** sum_j rho ln(rho/rho_j) + (1-rho) ln((1-rho)/(1-rho_j)), rho_j the mean over rows of unit j (Ng, CS294A, section 2). */
    static Tensor sparseKl(Tensor z, double rho) {
        Tensor mean = F.clamp(F.mean(z, false, 0), SMALLEST_MEAN, 1 - SMALLEST_MEAN);
        Tensor active = F.mul(F.log(mean), -rho);
        Tensor silent = F.mul(F.log(F.add(F.neg(mean), 1)), -(1 - rho));
        double units = z.size(1);
        return F.add(F.sum(F.add(active, silent)), units * (rho * Math.log(rho) + (1 - rho) * Math.log(1 - rho)));
    }

    /**
     * mean over rows of ||dz/dx||_F^2 (Rifai et al. 2011, equation 7), J = D_L W_L ... D_1 W_1 multiplied out from the code's side; D are
     * the derivatives of the activations. First derivatives of it need no second-order autograd.
     */
    static Tensor contraction(List<AutoencoderNetwork.Stage> stages, Tensor x) {
        int last = stages.size() - 1;
        Tensor[] slopes = new Tensor[stages.size()];
        Tensor y = x;
        for (int l = 0; l <= last; l++) {
            AutoencoderNetwork.Stage stage = stages.get(l);
            Tensor sum = stage.linear().apply(y);
            y = stage.unit().layer().apply(sum);
            if (stage.unit() != Unit.IDENTITY) {
                slopes[l] = stage.unit().derivative(sum, y);
            }
        }
        double rows = x.size(0);
        Tensor jacobian = stages.get(last).linear().weight(); // k, h, or N, k, h once it differs by row
        Tensor codeSlope = slopes[last];
        if (last == 0) { // sum_j (f'_j)^2 sum_i W_ji^2
            Tensor norms = F.sum(F.square(jacobian), false, 1);
            return codeSlope == null ? F.sum(norms) : F.mul(F.sum(F.mul(F.square(codeSlope), norms)), 1 / rows);
        }
        if (codeSlope != null) {
            jacobian = F.mul(F.reshape(codeSlope, 0, -1, 1), jacobian);
        }
        for (int l = last - 1; l >= 0; l--) {
            Tensor slope = Objects.requireNonNull(slopes[l]);
            Tensor scaled = F.mul(jacobian, F.reshape(slope, 0, 1, -1));
            jacobian = F.matmul(scaled, stages.get(l).linear().weight());
        }
        return F.mul(F.sum(F.square(jacobian)), 1 / rows);
    }

    /** -1/2 sum(1 + logvar - mu^2 - exp(logvar)) over rows and coordinates (Kingma and Welling 2014, appendix B). */
    static Tensor divergence(Tensor mean, Tensor logVariance) {
        Tensor inner = F.sub(F.sub(logVariance, F.square(mean)), F.exp(logVariance));
        return F.mul(F.add(F.sum(inner), mean.numel()), -0.5);
    }

    /** mu + exp(logvar/2) eps. */
    static Tensor sample(Tensor mean, Tensor logVariance, Tensor eps) {
        return F.add(mean, F.mul(F.exp(F.mul(logVariance, 0.5)), eps));
    }

    /**
     * KL(P || Q), Q_ij proportional to 1 / (1 + |z_i - z_j|^2) over all pairs i != j of the batch (van der Maaten 2009, equation 3). Its
     * gradient, 4 sum_j (p_ij - q_ij)(z_i - z_j) / (1 + |z_i - z_j|^2), is computed here in one pass over the pairs and handed to autograd
     * as that of sum(z G): a tenth of the time of thirty operations on N,N tensors.
     *
     * @param p N,N, symmetric, with zeros on the diagonal and sum 1, or all 0 where no rows are neighbours
     */
    static Tensor neighbours(Tensor z, Tensor p) {
        int n = (int) z.size(0);
        int k = (int) z.size(1);
        float[] gradient = new float[n * k];
        double value = neighbours(z.toFloats(), p.toFloats(), n, k, gradient);
        Tensor g = Tensor.of(gradient, n, k);
        Tensor carrier = F.sum(F.mul(z, g.to(z.dtype())));
        return F.add(carrier, value - carrier.detach().item());
    }

    private static double neighbours(float[] z, float[] p, int n, int k, float[] gradient) {
        float[] kernel = new float[n * n];
        double total = 0;
        for (int i = 0; i < n; i++) {
            float sum = 0;
            for (int j = 0; j < i; j++) {
                float square = 0;
                for (int c = 0; c < k; c++) {
                    float d = z[i * k + c] - z[j * k + c];
                    square += d * d;
                }
                float t = 1 / (1 + square);
                kernel[i * n + j] = t;
                sum += t;
            }
            total += 2 * sum;
        }
        float scale = total > 0 ? (float) (1 / total) : 0;
        double value = 0;
        double mass = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                float t = kernel[i * n + j];
                float pij = p[i * n + j];
                if (pij > 0) {
                    value += 2 * pij * Math.log(pij / (t * scale));
                    mass += 2 * pij;
                }
                float pull = 4 * (pij - t * scale) * t;
                for (int c = 0; c < k; c++) {
                    float push = pull * (z[i * k + c] - z[j * k + c]);
                    gradient[i * k + c] += push;
                    gradient[j * k + c] -= push;
                }
            }
        }
        if (mass == 0) {
            java.util.Arrays.fill(gradient, 0); // nothing is known of these rows: neither pull nor push
        }
        return value;
    }

    /** Mean over rows of |z - old|^2, in units of the old map's variance. */
    static Tensor anchor(Tensor z, Tensor old, double oldVariance) {
        return F.mul(F.mse(z, old), z.size(1) / oldVariance);
    }

    /** A term and its weight, added to what is there. */
    static Tensor plus(@Nullable Tensor sum, Tensor term, double weight) {
        Tensor weighted = weight == 1 ? term : F.mul(term, weight);
        return sum == null ? weighted : F.add(sum, weighted);
    }
}
