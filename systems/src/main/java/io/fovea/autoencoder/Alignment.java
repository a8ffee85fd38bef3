package io.fovea.autoencoder;

import io.fovea.metrics.Procrustes;
import io.fovea.nn.Linear;
import java.util.Objects;

/**
 * The rotation or reflection R and the shift t that bring one map nearest to another, z R + t (Schoenemann 1966, without scaling), and how
 * a network takes them into its weights.
 *
 * @param rotation k times k, row-major
 * @param shift k entries
 */
record Alignment(double[] rotation, double[] shift) {
    /** Of codes n,k to places n,k. */
    static Alignment of(float[] codes, float[] places, int k) {
        Procrustes found = Procrustes.align(widened(codes), widened(places), k, false);
        double[] r = found.rotation();
        double[] shift = found.to().clone();
        for (int a = 0; a < k; a++) {
            for (int b = 0; b < k; b++) {
                shift[b] -= found.from()[a] * r[a * k + b];
            }
        }
        return new Alignment(r, shift);
    }

    private static double[] widened(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }

    /** Whether the code of such a network may be rotated: it is linear, and no variance hangs on its axes. */
    static boolean fits(NetworkConfig config) {
        return config.codeActivation() == Unit.IDENTITY && !config.variational();
    }

    /** Makes a network give z R + t where it gave z, and read the same rows from it: W' = R^T W, and in the decoder W' = W R. */
    void foldInto(AutoencoderNetwork network) {
        int k = shift.length;
        Linear code = network.codeLayer();
        double[] w = code.weight().toDoubles();
        double[] b = Objects.requireNonNull(code.bias()).toDoubles();
        int in = w.length / k;
        double[] rotated = new double[w.length];
        double[] moved = shift.clone();
        for (int out = 0; out < k; out++) {
            for (int old = 0; old < k; old++) {
                double r = rotation[old * k + out];
                moved[out] += r * b[old];
                for (int i = 0; i < in; i++) {
                    rotated[out * in + i] += r * w[old * in + i];
                }
            }
        }
        AutoencoderNetwork.set(code, rotated, moved);
        Linear first = network.firstOfDecoder();
        double[] v = first.weight().toDoubles();
        double[] c = Objects.requireNonNull(first.bias()).toDoubles();
        double[] turned = new double[v.length];
        for (int row = 0; row < c.length; row++) {
            for (int now = 0; now < k; now++) {
                for (int old = 0; old < k; old++) {
                    turned[row * k + now] += v[row * k + old] * rotation[old * k + now];
                }
                c[row] -= turned[row * k + now] * shift[now];
            }
        }
        AutoencoderNetwork.set(first, turned, c);
    }
}
