package io.fovea.metrics;

import io.fovea.FoveaException;
import java.util.Arrays;

/**
 * The rotation or reflection, shift and, where asked for, scale that bring one map nearest to another (Schönemann 1966): place to = s (z - from) R + to. Two trainings of
 * the same network give maps that differ by just that.
 *
 * @param rotation R, orthogonal, row-major, dims x dims; a place is a row and stands on its left
 * @param scale s, 1 where none was asked for
 * @param from centre of the map that is moved
 * @param to centre of the map it is moved to
 */
public record Procrustes(double[] rotation, double scale, double[] from, double[] to) {
    private static final int SWEEPS = 60;

    /**
     * Aligns a map with a reference: the least sum of squared distances between the same rows.
     *
     * @param map row-major, rows x dims
     * @param reference places of the same rows, row-major, rows x dims
     * @param scaled whether the map may be enlarged or reduced too
     * @throws FoveaException if the maps are not of equally many rows of dims columns, or hold values that are not finite
     */
    public static Procrustes align(double[] map, double[] reference, int dims, boolean scaled) {
        if (dims < 1 || map.length != reference.length || map.length == 0 || map.length % dims != 0) {
            throw new FoveaException("Maps of " + map.length + " and " + reference.length
                    + " values cannot be aligned in " + dims + " dimensions: the same rows are needed in both.");
        }
        double[] from = mean(map, dims);
        double[] to = mean(reference, dims);
        double[][] product = new double[dims][dims]; // [column][row]
        double size = 0;
        for (int i = 0; i < map.length; i += dims) {
            for (int a = 0; a < dims; a++) {
                double z = map[i + a] - from[a];
                size += z * z;
                for (int b = 0; b < dims; b++) {
                    product[b][a] += z * (reference[i + b] - to[b]);
                }
            }
        }
        if (!Double.isFinite(size) || !Double.isFinite(Arrays.stream(to).sum())) {
            throw new FoveaException("Maps with places that are not finite numbers cannot be aligned.");
        }
        double[][] right = orthogonalise(product);
        double[] lengths =
                Arrays.stream(product).mapToDouble(Procrustes::length).toArray();
        complete(product, lengths);
        double[] rotation = new double[dims * dims];
        for (int a = 0; a < dims; a++) {
            for (int b = 0; b < dims; b++) {
                for (int s = 0; s < dims; s++) {
                    rotation[a * dims + b] += product[s][a] * right[s][b];
                }
            }
        }
        double scale = scaled && size > 0 ? Arrays.stream(lengths).sum() / size : 1;
        return new Procrustes(rotation, scale, from, to);
    }

    /** Moves places, row-major. */
    public double[] apply(double[] map) {
        int dims = from.length;
        double[] moved = new double[map.length];
        for (int i = 0; i < map.length; i += dims) {
            for (int b = 0; b < dims; b++) {
                double sum = to[b];
                for (int a = 0; a < dims; a++) {
                    sum += scale * (map[i + a] - from[a]) * rotation[a * dims + b];
                }
                moved[i + b] = sum;
            }
        }
        return moved;
    }

    private static double[] mean(double[] map, int dims) {
        double[] mean = new double[dims];
        for (int i = 0; i < map.length; i++) {
            mean[i % dims] += map[i];
        }
        for (int a = 0; a < dims; a++) {
            mean[a] /= map.length / (double) dims;
        }
        return mean;
    }

    /**
     * Singular values by one-sided Jacobi rotations (Hestenes 1958): turns the columns against each other until all are orthogonal, so that columns = U S.
     *
     * @return the columns of V
     */
    private static double[][] orthogonalise(double[][] columns) {
        int n = columns.length;
        double[][] v = new double[n][n];
        for (int i = 0; i < n; i++) {
            v[i][i] = 1;
        }
        boolean turned = true;
        for (int sweep = 0; sweep < SWEEPS && turned; sweep++) {
            turned = false;
            for (int p = 0; p < n; p++) {
                for (int q = p + 1; q < n; q++) {
                    double pp = dot(columns[p], columns[p]);
                    double qq = dot(columns[q], columns[q]);
                    double pq = dot(columns[p], columns[q]);
                    if (Math.abs(pq) > 1e-15 * Math.sqrt(pp * qq)) {
                        double zeta = (qq - pp) / (2 * pq);
                        double t = Math.copySign(1, zeta) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
                        double c = 1 / Math.sqrt(1 + t * t);
                        turn(columns[p], columns[q], c, c * t);
                        turn(v[p], v[q], c, c * t);
                        turned = true;
                    }
                }
            }
        }
        return v;
    }

    private static void turn(double[] a, double[] b, double c, double s) {
        for (int i = 0; i < a.length; i++) {
            double before = a[i];
            a[i] = c * before - s * b[i];
            b[i] = s * before + c * b[i];
        }
    }

    /** Columns of length 1; those without a direction of their own get one at right angles to all others. */
    private static void complete(double[][] columns, double[] lengths) {
        double longest = Arrays.stream(lengths).max().orElse(0);
        int n = columns.length;
        boolean[] done = new boolean[n];
        for (int s = 0; s < n; s++) {
            if (lengths[s] > 1e-12 * longest) {
                divide(columns[s], lengths[s]);
                done[s] = true;
            }
        }
        for (int s = 0; s < n; s++) {
            for (int axis = 0; axis < n && !done[s]; axis++) {
                double[] candidate = new double[n];
                candidate[axis] = 1;
                for (int pass = 0; pass < 2; pass++) {
                    for (int other = 0; other < n; other++) {
                        if (done[other]) {
                            double along = dot(candidate, columns[other]);
                            for (int i = 0; i < n; i++) {
                                candidate[i] -= along * columns[other][i];
                            }
                        }
                    }
                }
                if (length(candidate) > 0.5 / Math.sqrt(n)) {
                    divide(candidate, length(candidate));
                    columns[s] = candidate;
                    done[s] = true;
                }
            }
        }
    }

    private static void divide(double[] column, double by) {
        for (int i = 0; i < column.length; i++) {
            column[i] /= by;
        }
    }

    private static double length(double[] column) {
        return Math.sqrt(dot(column, column));
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
