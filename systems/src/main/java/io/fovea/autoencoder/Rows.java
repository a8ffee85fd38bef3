package io.fovea.autoencoder;

import org.jspecify.annotations.Nullable;

/**
 * What a map is fitted to.
 *
 * @param values n times d finite numbers, row-major; not copied
 * @param name of the data, for provenance; may be empty
 * @param table how a table became these rows, JSON; null where they were given as rows
 */
public record Rows(float[] values, int n, int d, String name, @Nullable String table) {
    public static Rows of(float[] values, int n, int d) {
        return new Rows(values, n, d, "", null);
    }

    /** Some of the rows, in the given order. */
    Rows pick(int[] which) {
        float[] picked = new float[which.length * d];
        for (int r = 0; r < which.length; r++) {
            System.arraycopy(values, which[r] * d, picked, r * d, d);
        }
        return new Rows(picked, which.length, d, name, table);
    }
}
