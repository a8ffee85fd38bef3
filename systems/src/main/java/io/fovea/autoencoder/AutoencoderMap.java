package io.fovea.autoencoder;

import io.fovea.FoveaException;
import io.fovea.data.Column;
import io.fovea.data.Table;
import io.fovea.data.TableEncoder;
import io.fovea.image.Format;
import io.fovea.image.Picture;
import io.fovea.image.Pictures;
import io.fovea.image.WriteOptions;
import io.fovea.metrics.MapPoints;
import io.fovea.metrics.MapQuality;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A model and rows as a {@link MapData}: places, principal components beside, scores of each row, and the networks for the page. Codes of
 * more than two coordinates are shown by their first two principal components, and the page decodes through these; a code of one
 * coordinate lies along x.
 */
public final class AutoencoderMap {
    private static final int NEIGHBOURS = 10;
    /** Distances times columns that scores of rows may cost: about ten seconds. */
    private static final double AFFORDABLE = 2e10;

    private static final int FEWEST_REFERENCES = 500;
    /** A browser takes a picture of 4096 x 4096 pixels everywhere. */
    private static final int ATLAS = 4096;

    private static final int SMALLEST_TILE = 8;
    private static final double UNUSUAL = 0.99;

    private AutoencoderMap() {}

    /**
     * What the page of these rows shows.
     *
     * @param data as read for this model, {@link RowSource#load(Autoencoder)}
     * @param report figures to show beside PCA's, or null
     */
    public static MapData of(
            Autoencoder model, RowSource.Loaded data, String title, AutoencoderEvaluation.@Nullable Report report) {
        Rows rows = data.rows();
        int n = rows.n();
        float[] codes = model.transform(rows.values(), n);
        Plane plane = Plane.of(codes, n, model.codeSize());
        float[] points = plane.places(codes, n);
        float[] shown = plane.isShadow() ? plane.codes(points, n) : codes;
        double[] errors = AutoencoderMap.errors(rows.values(), model.inverseTransform(shown, n), n);
        List<MapData.Feature> features = features(rows);
        PictureTiles tiles = PictureTiles.of(rows.values(), rows.picture(), features);
        PageLayer.Linear pca = pca(rows);
        List<String> remarks = new ArrayList<>();
        if (report != null) {
            remarks.add(report.sentence());
        }
        MapData.Scores scores = scores(rows, points, errors, remarks);
        if (plane.isShadow()) {
            remarks.add(String.format(
                    Locale.ROOT,
                    "The code has %d coordinates. The map shows its first two principal components, and places are decoded through"
                            + " these, so errors are those of the map and larger than the model's.",
                    model.codeSize()));
        }
        return new MapData(
                title,
                points,
                pca == null ? null : linear(pca, rows),
                table(data),
                scores,
                data.table() == null && tiles != null ? thumbnails(rows, tiles) : null,
                network(model, plane, pca, features, tiles, errors),
                report == null ? List.of() : measures(report),
                remarks);
    }

    private static MapData.Model network(
            Autoencoder model,
            Plane plane,
            PageLayer.@Nullable Linear pca,
            List<MapData.Feature> features,
            @Nullable PictureTiles tiles,
            double[] errors) {
        List<PageLayer> encoder = new ArrayList<>(PageNetwork.encoder(model.network()));
        encoder.addAll(plane.inward());
        List<PageLayer> decoder = new ArrayList<>(plane.outward());
        decoder.addAll(PageNetwork.decoder(model.network()));
        double usual = model.model().provenance().usualError();
        if (plane.isShadow() || usual == Double.MAX_VALUE) {
            double[] sorted = errors.clone();
            Arrays.sort(sorted);
            usual = sorted[Math.min(sorted.length - 1, (int) Math.ceil(UNUSUAL * sorted.length) - 1)];
        }
        MapData.PictureShape picture = tiles == null
                ? null
                : new MapData.PictureShape(
                        tiles.shape().channels(),
                        tiles.shape().height(),
                        tiles.shape().width(),
                        tiles.white());
        return new MapData.Model(encoder, decoder, pca == null ? List.of() : List.of(pca), features, usual, picture);
    }

    /** Mean squared difference of each row and its reconstruction. */
    private static double[] errors(float[] rows, float[] again, int n) {
        int d = rows.length / n;
        double[] errors = new double[n];
        for (int i = 0; i < rows.length; i++) {
            double difference = (double) rows[i] - again[i];
            errors[i / d] += difference * difference / d;
        }
        return errors;
    }

    // ---- columns

    /** How the columns that rows were made of fill their slots. */
    static List<MapData.Feature> features(Rows rows) {
        List<MapData.Feature> features = new ArrayList<>();
        if (rows.table() == null) {
            for (int c = 0; c < rows.d(); c++) {
                features.add(new MapData.Feature.Numeric("x" + (c + 1), c, false, 0, 1, Double.NaN));
            }
            return features;
        }
        for (TableEncoder.Feature f : TableEncoder.ofJson(rows.table()).columns()) {
            features.add(
                    f.levels().isEmpty()
                            ? new MapData.Feature.Numeric(
                                    f.name(),
                                    f.slot(),
                                    f.log(),
                                    f.shift(),
                                    f.scale(),
                                    Objects.requireNonNullElse(f.fill(), Double.NaN))
                            : new MapData.Feature.Levels(f.name(), f.slot(), f.levels(), f.fillLevel()));
        }
        return features;
    }

    private static MapData.@Nullable Rows table(RowSource.Loaded data) {
        List<MapData.Column> columns = new ArrayList<>();
        Table table = data.table();
        List<@Nullable String> labels = data.labels();
        String label = null;
        if (table != null) {
            for (Column column : table.columns()) {
                columns.add(
                        column.kind() == Column.Kind.NUMBER
                                ? new MapData.Column.Numbers(column.name(), column.numbers())
                                : new MapData.Column.Texts(column.name(), texts(column)));
            }
            String named = TableEncoder.ofJson(
                            Objects.requireNonNull(data.rows().table()))
                    .label();
            label = labels == null ? null : named;
        } else if (labels != null) {
            label = "label";
            columns.add(new MapData.Column.Texts(label, labels.toArray(String[]::new)));
        }
        List<String> names = data.names();
        return columns.isEmpty() && names == null
                ? null
                : new MapData.Rows(columns, label, names == null ? null : names.toArray(String[]::new));
    }

    private static @Nullable String[] texts(Column column) {
        @Nullable String[] texts = new @Nullable String[column.rows()];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = column.text(i);
        }
        return texts;
    }

    // ---- principal components

    /** From scaled rows to their first two principal components; null for a single row. */
    private static PageLayer.@Nullable Linear pca(Rows rows) {
        if (rows.n() < 2) {
            return null;
        }
        int d = rows.d();
        Pca pca = Pca.fit(rows.values(), rows.n(), d, 2);
        double[] mean = pca.mean();
        double[][] axes = pca.axes();
        float[] weight = new float[2 * d];
        float[] bias = new float[2];
        for (int j = 0; j < axes.length; j++) {
            double offset = 0;
            for (int c = 0; c < d; c++) {
                weight[j * d + c] = (float) axes[j][c];
                offset -= axes[j][c] * mean[c];
            }
            bias[j] = (float) offset;
        }
        return new PageLayer.Linear(d, 2, weight, bias);
    }

    private static float[] linear(PageLayer.Linear layer, Rows rows) {
        int d = rows.d();
        float[] out = new float[2 * rows.n()];
        for (int i = 0; i < out.length; i++) {
            double sum = layer.bias()[i % 2];
            for (int c = 0; c < d; c++) {
                sum += layer.weight()[i % 2 * d + c] * rows.values()[i / 2 * d + c];
            }
            out[i] = (float) sum;
        }
        return out;
    }

    // ---- scores

    private static MapData.Scores scores(Rows rows, float[] points, double[] errors, List<String> remarks) {
        int n = rows.n();
        float[] error = narrowed(errors);
        if (n < 5) {
            return new MapData.Scores(null, null, error, 0, null, null);
        }
        int k = Math.min(NEIGHBOURS, (n - 1) / 2);
        int references = (int)
                Math.max(FEWEST_REFERENCES, Math.min(MapQuality.EXACT_UP_TO, AFFORDABLE / ((double) n * rows.d())));
        MapPoints scored = MapPoints.of(widened(rows.values()), rows.d(), widened(points), 2, k, references, 0);
        if (scored.references() < n) {
            remarks.add(String.format(
                    Locale.ROOT,
                    "Trust, continuity and neighbours of a row go by a sample of %,d of the %,d rows.",
                    scored.references(),
                    n));
        }
        int[] near = new int[n * k];
        int[] shown = new int[n * k];
        for (int i = 0; i < n; i++) {
            System.arraycopy(scored.near(i), 0, near, i * k, k);
            System.arraycopy(scored.shown(i), 0, shown, i * k, k);
        }
        return new MapData.Scores(narrowed(scored.trust()), narrowed(scored.continuity()), error, k, near, shown);
    }

    private static float[] narrowed(double[] values) {
        float[] narrow = new float[values.length];
        for (int i = 0; i < narrow.length; i++) {
            narrow[i] = (float) values[i];
        }
        return narrow;
    }

    private static double[] widened(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }

    private static List<MapData.Measure> measures(AutoencoderEvaluation.Report report) {
        int k = report.neighbours();
        List<MapData.Measure> measures = new ArrayList<>();
        for (String[] each : new String[][] {
            {"trustworthiness (" + k + ")", "trustworthiness@" + k},
            {"continuity (" + k + ")", "continuity@" + k},
            {"neighbours kept (" + k + ")", "knn_retention@" + k},
            {"neighbourhoods of all sizes", "auc_logk_rnx"},
            {"variance reconstructed", "r2"}
        }) {
            measures.add(new MapData.Measure(
                    each[0], report.map().mean(each[1]), report.pca().mean(each[1])));
        }
        return measures;
    }

    // ---- pictures

    /** All pictures in one, small enough for a browser; null where they are too many for that. */
    private static MapData.@Nullable Thumbnails thumbnails(Rows rows, PictureTiles tiles) {
        int n = rows.n();
        int h = tiles.shape().height();
        int w = tiles.shape().width();
        int across = (int) Math.ceil(Math.sqrt((double) n * h / w));
        int down = (n + across - 1) / across;
        double shrink = Math.min(1, Math.min((double) ATLAS / (across * w), (double) ATLAS / (down * h)));
        int tileW = Math.max(1, (int) (w * shrink));
        int tileH = Math.max(1, (int) (h * shrink));
        if (Math.max(tileW, tileH) < Math.min(SMALLEST_TILE, Math.max(w, h))) {
            return null;
        }
        int channels = tiles.shape().channels();
        byte[] atlas = new byte[across * tileW * down * tileH * channels];
        for (int i = 0; i < n; i++) {
            byte[] tile =
                    small(tiles.picture(rows.values(), i, 1), tileW, tileH).bytes();
            for (int y = 0; y < tileH; y++) {
                int to = ((i / across * tileH + y) * across * tileW + i % across * tileW) * channels;
                System.arraycopy(tile, y * tileW * channels, atlas, to, tileW * channels);
            }
        }
        Picture sheet = Picture.of8(across * tileW, down * tileH, channels, atlas);
        boolean exact = atlas.length < 4_000_000;
        byte[] file = encoded(
                sheet,
                WriteOptions.DEFAULT
                        .withFormat(exact ? Format.PNG : Format.JPEG)
                        .withJpegQuality(85));
        return new MapData.Thumbnails(file, exact ? "image/png" : "image/jpeg", tileW, tileH, across);
    }

    private static Picture small(Picture picture, int width, int height) {
        return picture.width() == width && picture.height() == height
                ? picture
                : io.fovea.image.Resample.pillow(picture, width, height, io.fovea.image.Resample.Filter.BILINEAR);
    }

    private static byte[] encoded(Picture picture, WriteOptions options) {
        try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            Pictures.write(picture, out, options);
            return out.toByteArray();
        } catch (IOException e) {
            throw new FoveaException("The thumbnails cannot be written: " + e.getMessage() + ".", e);
        }
    }
}
