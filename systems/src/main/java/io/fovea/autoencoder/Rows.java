package io.fovea.autoencoder;

import io.fovea.data.EncoderOptions;
import io.fovea.data.Table;
import io.fovea.data.TableEncoder;
import org.jspecify.annotations.Nullable;

/**
 * What a map is fitted to.
 *
 * @param values n times d finite numbers, row-major; not copied
 * @param name of the data, for provenance; may be empty
 * @param table how a table became these rows, JSON; null where they were given as rows
 */
public record Rows(
        float[] values, int n, int d, String name, @Nullable String table) {
    public static Rows of(float[] values, int n, int d) {
        return new Rows(values, n, d, "", null);
    }

    /**
     * A table's rows, encoded.
     *
     * @param training the rows whose figures the scaling is made of; null for all
     */
    public static Rows of(Table table, int @Nullable [] training, EncoderOptions options) {
        TableEncoder encoder = TableEncoder.fit(table, training, options);
        return new Rows(encoder.encode(table), table.rows(), encoder.width(), table.source(), encoder.json());
    }

    /** Some of the rows, in the given order. */
    public Rows pick(int[] which) {
        float[] picked = new float[which.length * d];
        for (int r = 0; r < which.length; r++) {
            System.arraycopy(values, which[r] * d, picked, r * d, d);
        }
        return new Rows(picked, which.length, d, name, table);
    }
}
