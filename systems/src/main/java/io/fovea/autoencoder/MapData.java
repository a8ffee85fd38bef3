package io.fovea.autoencoder;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link MapPage} shows, as plain arrays. Arrays are not copied: leave them alone while the page is written.
 *
 * @param title of the map, as text
 * @param points N x 2, row after row
 * @param pca the rows on their first two principal components, N x 2, or null to leave the comparison out
 * @param rows what the rows hold, or null if only points are known
 * @param scores how far each point is to be believed, or null
 * @param thumbnails a picture per row, or null
 * @param model the networks with which the page decodes places and places new rows, or null
 * @param measures the map's quality beside PCA's, in the order in which they are shown
 * @param remarks sentences about the map, say which of the two the measures prefer
 */
public record MapData(
        String title,
        float[] points,
        float @Nullable [] pca,
        @Nullable Rows rows,
        @Nullable Scores scores,
        @Nullable Thumbnails thumbnails,
        @Nullable Model model,
        List<Measure> measures,
        List<String> remarks) {
    public MapData {
        int n = points.length / 2;
        require(points.length % 2 == 0 && n > 0, "points: " + points.length + " values, expected two a row");
        require(pca == null || pca.length == points.length, "pca: as many values as points were expected");
        if (rows != null) {
            for (Column column : rows.columns) {
                require(column.size() == n, "column " + column.name() + ": " + column.size() + " rows, expected " + n);
            }
            require(rows.names == null || rows.names.length == n, "names: one a row was expected");
            String label = rows.label;
            require(
                    label == null
                            || rows.columns.stream().anyMatch(c -> c.name().equals(label)),
                    "label: no column is called " + label);
        }
        if (scores != null) {
            scores.check(n);
        }
        measures = List.copyOf(measures);
        remarks = List.copyOf(remarks);
    }

    /** A map of nothing but points. */
    public MapData(String title, float[] points) {
        this(title, points, null, null, null, null, null, List.of(), List.of());
    }

    public int size() {
        return points.length / 2;
    }

    /** One column of the table. */
    public sealed interface Column {
        String name();

        int size();

        /** NaN is a missing value. */
        record Numbers(String name, double[] values) implements Column {
            @Override
            public int size() {
                return values.length;
            }
        }

        /** Null is a missing value. */
        record Texts(String name, @Nullable String[] values) implements Column {
            @Override
            public int size() {
                return values.length;
            }
        }
    }

    /**
     * The table behind the map.
     *
     * @param columns in the order in which they are shown
     * @param label the column that colours the map at first, or null
     * @param names a name for each row, say its id or file, or null
     */
    public record Rows(
            List<Column> columns,
            @Nullable String label,
            @Nullable String @Nullable [] names) {
        public Rows {
            columns = List.copyOf(columns);
        }
    }

    /**
     * Scores per point, each N values or null.
     *
     * @param trust in [0,1]: 1 if no neighbour on the map is a stranger in the table
     * @param continuity in [0,1]: 1 if no neighbour in the table is far away on the map
     * @param error squared reconstruction error, the mean over scaled columns
     * @param neighbours K, by which trust, continuity and the lists go
     * @param near the K nearest rows in the table, N x K, nearest first
     * @param shown the K nearest rows on the map, N x K, nearest first
     */
    public record Scores(
            float @Nullable [] trust,
            float @Nullable [] continuity,
            float @Nullable [] error,
            int neighbours,
            int @Nullable [] near,
            int @Nullable [] shown) {
        private void check(int n) {
            for (float[] each : new float[][] {trust, continuity, error}) {
                require(each == null || each.length == n, "scores: one a row was expected");
            }
            for (int[] each : new int[][] {near, shown}) {
                require(each == null || each.length == (long) n * neighbours, "neighbours: K a row were expected");
            }
            require((near == null) == (shown == null), "neighbours: near and shown come together");
        }
    }

    /**
     * One picture file with a tile for each row, left to right and top to bottom.
     *
     * @param file PNG, JPEG or WebP bytes
     * @param mediaType for instance {@code image/png}
     * @param across tiles in a line
     */
    public record Thumbnails(byte[] file, String mediaType, int width, int height, int across) {}

    /**
     * The networks, between scaled rows and places on the map. Where the code is not the map itself (other size, rotated, aligned), a
     * {@link PageLayer.Linear} at the encoder's end and one at the decoder's beginning make it so.
     *
     * @param encoder scaled row to place; empty if unknown
     * @param decoder place to scaled row
     * @param pca scaled row to its place on {@link MapData#pca}; empty if unknown
     * @param features how columns become scaled rows and back, by growing slot
     * @param errorLimit the 99 % quantile of the training rows' {@link Scores#error}; new rows above it are flagged. NaN if unknown
     * @param picture if rows are pictures, else null
     */
    public record Model(
            List<PageLayer> encoder,
            List<PageLayer> decoder,
            List<PageLayer> pca,
            List<Feature> features,
            double errorLimit,
            @Nullable PictureShape picture) {
        public Model {
            encoder = List.copyOf(encoder);
            decoder = List.copyOf(decoder);
            pca = List.copyOf(pca);
            features = List.copyOf(features);
        }
    }

    /** How a column of the table fills slots of a scaled row. */
    public sealed interface Feature {
        /**
         * A number: (x - shift) / scale, of log(1 + x) where {@code log} says so.
         *
         * @param fill stands for a missing value, before scaling; NaN if missing values are refused
         */
        record Numeric(String column, int slot, boolean log, double shift, double scale, double fill)
                implements Feature {}

        /**
         * One slot per level, from {@code slot} on: 1 for the row's level, else 0. A value that is none of the levels leaves all slots 0.
         *
         * @param fill stands for a missing value; null if missing values are refused
         */
        record Levels(
                String column,
                int slot,
                List<String> levels,
                @Nullable String fill) implements Feature {
            public Levels {
                levels = List.copyOf(levels);
            }
        }
    }

    /** The row as a picture (C,H,W) of unscaled values in [0, {@code white}]; 1 channel or 3. */
    public record PictureShape(int channels, int height, int width, double white) {}

    /** A quality measure of the map and of PCA (NaN if unknown), in [0,1], more is better. */
    public record Measure(String name, double map, double pca) {}

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
