package io.fovea.autoencoder;

import io.fovea.optim.Schedule;
import io.fovea.torch.Precision;
import io.fovea.torch.Rng;
import io.fovea.train.RunConfig;
import java.util.List;

/** Seeded data and short trainings. */
final class Samples {
    private Samples() {}

    /** n rows of d columns near a plane through d dimensions, about the point (1, 1, ...). */
    static Rows plane(int n, int d, double noise) {
        Rng rng = new Rng(7);
        double[] a = new double[d];
        double[] b = new double[d];
        for (int c = 0; c < d; c++) {
            a[c] = rng.nextGaussian();
            b[c] = rng.nextGaussian();
        }
        float[] rows = new float[n * d];
        for (int i = 0; i < n; i++) {
            double u = 2 * rng.nextGaussian();
            double v = rng.nextGaussian();
            for (int c = 0; c < d; c++) {
                rows[i * d + c] = (float) (1 + u * a[c] + v * b[c] + noise * rng.nextGaussian());
            }
        }
        return Rows.of(rows, n, d);
    }

    /** Few steps of small hidden layers. */
    static AutoencoderConfig small(AutoencoderConfig of, int epochs) {
        NetworkConfig n = of.network();
        NetworkConfig network = new NetworkConfig(
                n.kind(),
                n.hidden().isEmpty() ? List.of() : List.of(16, 8),
                n.code(),
                n.activation(),
                n.codeActivation(),
                n.output(),
                n.variational(),
                n.image(),
                n.channels());
        TrainingConfig t = of.training();
        return new AutoencoderConfig(
                network,
                of.loss(),
                new TrainingConfig(
                        t.optimiser(),
                        32,
                        epochs,
                        Schedule.constant(3e-3),
                        5,
                        t.validation(),
                        t.patience(),
                        1,
                        t.start()),
                new RunConfig(3, Precision.F32, 5, 1000, 20, 10));
    }

    static double mean(double[] values) {
        double sum = 0;
        for (double v : values) {
            sum += v / values.length;
        }
        return sum;
    }
}
