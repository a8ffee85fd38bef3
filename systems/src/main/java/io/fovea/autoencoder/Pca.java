package io.fovea.autoencoder;

import io.fovea.FoveaException;
import io.fovea.torch.DType;
import io.fovea.torch.F;
import io.fovea.torch.Linalg;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;

/**
 * Principal component analysis in double: the linear map that loses least (Pearson 1901).
 *
 * <p>Signs as scikit-learn 1.2 chooses them: of each component's scores the one with the largest absolute value is positive.
 */
public final class Pca {
    private static final int CHUNK = 4096;

    private final double[] mean;
    private final double[][] axes;
    private final double[] singularValues;
    private final int rows;

    private Pca(double[] mean, double[][] axes, double[] singularValues, int rows) {
        this.mean = mean;
        this.axes = axes;
        this.singularValues = singularValues;
        this.rows = rows;
    }

    /** Values of rows {@code from} (inclusive) to {@code to}, row-major. */
    interface RowReader {
        double[] read(int from, int to);
    }

    /** @param rows n times d values, row-major */
    public static Pca fit(float[] rows, int n, int d, int components) {
        return fit(n, d, components, (from, to) -> {
            double[] part = new double[(to - from) * d];
            for (int i = 0; i < part.length; i++) {
                part[i] = rows[from * d + i];
            }
            return part;
        });
    }

    /** @param rows n times d values, row-major */
    public static Pca fit(double[] rows, int n, int d, int components) {
        return fit(n, d, components, (from, to) -> java.util.Arrays.copyOfRange(rows, from * d, to * d));
    }

    private static Pca fit(int n, int d, int components, RowReader reader) {
        if (n < 2 || components < 1) {
            throw new FoveaException("A principal component analysis needs at least 2 rows and 1 component; there are "
                    + n + " rows, and " + components + " components were asked for.");
        }
        double[] mean = mean(reader, n, d);
        try (Scope scope = Scope.open()) {
            Linalg.Svd svd = Linalg.svd(triangle(reader, n, d, mean));
            double[] s = svd.s().toDoubles();
            double[] vt = svd.vt().toDoubles();
            int k = Math.min(components, s.length);
            double[][] axes = new double[k][];
            for (int j = 0; j < k; j++) {
                axes[j] = java.util.Arrays.copyOfRange(vt, j * d, (j + 1) * d);
            }
            Pca pca = new Pca(mean, axes, s, n);
            pca.signByScores(reader);
            return pca;
        }
    }

    private static double[] mean(RowReader reader, int n, int d) {
        double[] mean = new double[d];
        for (int from = 0; from < n; from += CHUNK) {
            double[] part = reader.read(from, Math.min(n, from + CHUNK));
            for (int i = 0; i < part.length; i++) {
                mean[i % d] += part[i];
            }
        }
        for (int i = 0; i < d; i++) {
            mean[i] /= n;
        }
        return mean;
    }

    /**
     * The centred rows themselves, or where there are more rows than columns the R of their QR decomposition, which has the same
     * singular values and right vectors, and at which every linear autoencoder has the same loss. Belongs to the open scope.
     */
    static Tensor triangle(RowReader reader, int n, int d, double[] mean) {
        Tensor stacked = Tensor.zeros(DType.F64, 0, d);
        int chunk = Math.max(CHUNK, 2 * d);
        for (int from = 0; from < n; from += chunk) {
            int to = Math.min(n, from + chunk);
            double[] part = reader.read(from, to);
            for (int i = 0; i < part.length; i++) {
                part[i] -= mean[i % d];
            }
            Tensor both = F.cat(java.util.List.of(stacked, Tensor.of(part, to - from, d)), 0);
            stacked = both.size(0) > d ? Linalg.r(both) : both;
        }
        return stacked;
    }

    static Tensor triangle(float[] rows, int n, int d, double[] mean) {
        return triangle(
                (from, to) -> {
                    double[] part = new double[(to - from) * d];
                    for (int i = 0; i < part.length; i++) {
                        part[i] = rows[from * d + i];
                    }
                    return part;
                },
                n,
                d,
                mean);
    }

    private void signByScores(RowReader reader) {
        double[] extreme = new double[axes.length];
        for (int from = 0; from < rows; from += CHUNK) {
            int to = Math.min(rows, from + CHUNK);
            double[] scores = project(reader.read(from, to), to - from);
            for (int i = 0; i < scores.length; i++) {
                int j = i % axes.length;
                extreme[j] = Math.abs(scores[i]) > Math.abs(extreme[j]) ? scores[i] : extreme[j];
            }
        }
        for (int j = 0; j < axes.length; j++) {
            if (extreme[j] < 0) {
                for (int i = 0; i < axes[j].length; i++) {
                    axes[j][i] = -axes[j][i];
                }
            }
        }
    }

    /** Mean of each column. */
    public double[] mean() {
        return mean.clone();
    }

    /** Components, each a unit vector of d entries, by falling variance. */
    public double[][] axes() {
        double[][] copy = new double[axes.length][];
        for (int j = 0; j < axes.length; j++) {
            copy[j] = axes[j].clone();
        }
        return copy;
    }

    /** Singular values of the centred rows, all min(n, d) of them. */
    public double[] singularValues() {
        return singularValues.clone();
    }

    /** Variance along each component, all min(n, d) of them; divided by n - 1. */
    public double[] explainedVariance() {
        double[] variance = new double[singularValues.length];
        for (int i = 0; i < variance.length; i++) {
            variance[i] = singularValues[i] * singularValues[i] / (rows - 1);
        }
        return variance;
    }

    /** Each component's share of the variance. */
    public double[] explainedVarianceRatio() {
        double[] ratio = explainedVariance();
        double total = java.util.Arrays.stream(ratio).sum();
        for (int i = 0; i < ratio.length; i++) {
            ratio[i] = total > 0 ? ratio[i] / total : 0;
        }
        return ratio;
    }

    /** L* = (l_{k+1} + ... + l_d) / d with eigenvalues l of the covariance (denominator n): the mean squared error of the fitted rows. */
    public double reconstructionError() {
        double tail = 0;
        for (int i = axes.length; i < singularValues.length; i++) {
            tail += singularValues[i] * singularValues[i] / rows;
        }
        return tail / mean.length;
    }

    /** Scores n,k of rows n,d. */
    public float[] transform(float[] values, int n) {
        float[] codes = new float[n * axes.length];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < axes.length; j++) {
                double sum = 0;
                for (int c = 0; c < mean.length; c++) {
                    sum += (values[i * mean.length + c] - mean[c]) * axes[j][c];
                }
                codes[i * axes.length + j] = (float) sum;
            }
        }
        return codes;
    }

    /** Scores n,k of rows n,d. */
    public double[] project(double[] values, int n) {
        double[] codes = new double[n * axes.length];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < axes.length; j++) {
                double sum = 0;
                for (int c = 0; c < mean.length; c++) {
                    sum += (values[i * mean.length + c] - mean[c]) * axes[j][c];
                }
                codes[i * axes.length + j] = sum;
            }
        }
        return codes;
    }

    /** Rows n,d of scores n,k. */
    public float[] inverseTransform(float[] codes, int n) {
        float[] values = new float[n * mean.length];
        for (int i = 0; i < n; i++) {
            for (int c = 0; c < mean.length; c++) {
                double sum = mean[c];
                for (int j = 0; j < axes.length; j++) {
                    sum += codes[i * axes.length + j] * axes[j][c];
                }
                values[i * mean.length + c] = (float) sum;
            }
        }
        return values;
    }
}
