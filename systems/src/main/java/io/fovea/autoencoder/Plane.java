package io.fovea.autoencoder;

import java.util.List;

/**
 * Where codes lie on a map of two coordinates: two coordinates as they are, one along x, more of them by their first two principal
 * components.
 *
 * @param mean k entries
 * @param axes 2 x k, row after row; a place is axes (z - mean), its code axes^T place + mean
 */
record Plane(float[] mean, float[] axes) {
    /** Of codes n,k. */
    static Plane of(float[] codes, int n, int k) {
        float[] axes = new float[2 * k];
        float[] mean = new float[k];
        if (k <= 2) {
            for (int j = 0; j < k; j++) {
                axes[j * k + j] = 1;
            }
            return new Plane(mean, axes);
        }
        Pca pca = Pca.fit(codes, n, k, 2);
        double[] centre = pca.mean();
        double[][] found = pca.axes();
        for (int c = 0; c < k; c++) {
            mean[c] = (float) centre[c];
            for (int j = 0; j < found.length; j++) {
                axes[j * k + c] = (float) found[j][c];
            }
        }
        return new Plane(mean, axes);
    }

    int k() {
        return mean.length;
    }

    /** Whether places are the codes themselves. */
    boolean isCode() {
        return k() == 2;
    }

    /** Whether codes have more coordinates than places show. */
    boolean isShadow() {
        return k() > 2;
    }

    /** Places n,2 of codes n,k. */
    float[] places(float[] codes, int n) {
        if (isCode()) {
            return codes;
        }
        int k = k();
        float[] places = new float[2 * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < 2; j++) {
                double sum = 0;
                for (int c = 0; c < k; c++) {
                    sum += axes[j * k + c] * (codes[i * k + c] - mean[c]);
                }
                places[2 * i + j] = (float) sum;
            }
        }
        return places;
    }

    /** Codes n,k at places n,2. */
    float[] codes(float[] places, int n) {
        if (isCode()) {
            return places;
        }
        int k = k();
        float[] codes = new float[k * n];
        for (int i = 0; i < n; i++) {
            for (int c = 0; c < k; c++) {
                codes[i * k + c] = mean[c] + axes[c] * places[2 * i] + axes[k + c] * places[2 * i + 1];
            }
        }
        return codes;
    }

    /** The layer from codes to places; none where they are the same. */
    List<PageLayer> inward() {
        if (isCode()) {
            return List.of();
        }
        int k = k();
        float[] bias = new float[2];
        for (int j = 0; j < 2; j++) {
            for (int c = 0; c < k; c++) {
                bias[j] -= axes[j * k + c] * mean[c];
            }
        }
        return List.of(new PageLayer.Linear(k, 2, axes, bias));
    }

    /** The layer from places to codes; none where they are the same. */
    List<PageLayer> outward() {
        if (isCode()) {
            return List.of();
        }
        int k = k();
        float[] weight = new float[2 * k];
        for (int c = 0; c < k; c++) {
            weight[2 * c] = axes[c];
            weight[2 * c + 1] = axes[k + c];
        }
        return List.of(new PageLayer.Linear(2, k, weight, mean));
    }
}
