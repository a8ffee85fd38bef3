package io.fovea.autoencoder;

import io.fovea.data.EncoderOptions;
import io.fovea.data.PictureRows;
import io.fovea.data.Table;
import io.fovea.data.TableEncoder;
import org.jspecify.annotations.Nullable;

/**
 * What a map is fitted to.
 *
 * @param values n times d finite numbers, row-major; not copied
 * @param name of the data, for provenance; may be empty
 * @param table how a table became these rows, JSON; null where they were given as rows
 * @param picture what each row is a picture of, or null
 */
public record Rows(
        float[] values, int n, int d, String name, @Nullable String table, NetworkConfig.@Nullable Image picture) {
    public static Rows of(float[] values, int n, int d) {
        return new Rows(values, n, d, "", null, null);
    }

    /**
     * A table's rows, encoded.
     *
     * @param training the rows whose figures the scaling is made of; null for all
     */
    public static Rows of(Table table, int @Nullable [] training, EncoderOptions options) {
        TableEncoder encoder = TableEncoder.fit(table, training, options);
        return new Rows(encoder.encode(table), table.rows(), encoder.width(), table.source(), encoder.json(), null);
    }

    /** Pictures' values in [0,1], planar. */
    public static Rows of(PictureRows pictures, String name) {
        PictureRows.Size s = pictures.size();
        NetworkConfig.Image picture = new NetworkConfig.Image(s.channels(), s.height(), s.width());
        return new Rows(pictures.rows(), pictures.count(), s.values(), name, null, picture);
    }

    /**
     * These rows as pictures.
     *
     * @throws io.fovea.FoveaException if they have another number of columns
     */
    public Rows withPicture(NetworkConfig.Image shape) {
        if (shape.size() != d) {
            throw new io.fovea.FoveaException("Pictures of " + shape.channels() + " x " + shape.height() + " x "
                    + shape.width() + " have " + shape.size() + " values, but " + (name.isEmpty() ? "the data" : name)
                    + " has " + d + " columns to encode.");
        }
        return new Rows(values, n, d, name, table, shape);
    }

    /** Some of the rows, in the given order. */
    public Rows pick(int[] which) {
        float[] picked = new float[which.length * d];
        for (int r = 0; r < which.length; r++) {
            System.arraycopy(values, which[r] * d, picked, r * d, d);
        }
        return new Rows(picked, which.length, d, name, table, picture);
    }
}
