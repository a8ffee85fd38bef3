package io.fovea.autoencoder;

import io.fovea.FoveaException;
import io.fovea.metrics.MapQuality;
import io.fovea.metrics.MapSamples;
import io.fovea.parity.Fill;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How good a map is, with PCA of the same rows beside it. Figures of new rows and of rows that were fitted are different things and are
 * never mixed: how large K is relative to N differs, and a map remembers the rows it was fitted to.
 */
public final class AutoencoderEvaluation {
    private static final double TEST_SHARE = 0.2;
    private static final int NEIGHBOURS = 10;
    private static final int VOTERS = 5;

    /** The measures that a verdict is made of, in order of weight, and how they are called. */
    private static final List<String> VERDICT =
            List.of("trustworthiness", "continuity", "knn_retention", "auc_logk_rnx", "shepard_spearman", "r2");

    private AutoencoderEvaluation() {}

    /** Indices of the rows for training and for testing. */
    public record Split(int[] training, int[] test) {}

    /**
     * Figures of one map.
     *
     * @param figures by name, as {@code trustworthiness@10}; {@code recon_mse} and {@code r2} among them
     */
    public record Column(String name, Map<String, MapSamples.Figure> figures) {
        /** The mean of a figure over the samples; NaN where there is none of that name. */
        public double mean(String figure) {
            MapSamples.Figure f = figures.get(figure);
            return f == null ? Double.NaN : f.mean();
        }
    }

    /**
     * The comparison.
     *
     * @param newRows whether the rows were kept from the fitting
     * @param rows that were measured
     * @param sampled rows of each sample, or all of them
     * @param neighbours K of trustworthiness, continuity and retention
     * @param sentence which map the measures prefer
     */
    public record Report(
            boolean newRows, int rows, int sampled, int neighbours, Column map, Column pca, String sentence) {
        /** What {@code --json} prints. */
        public Map<String, Object> toMap() {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("new_rows", newRows);
            all.put("rows", rows);
            all.put("sampled", sampled);
            all.put("neighbours", neighbours);
            all.put("kind", map.name());
            all.put("map", map.figures());
            all.put("pca", pca.figures());
            all.put("sentence", sentence);
            return all;
        }
    }

    /** The fixed split of the published figures: row i is tested on where u("split", i) + 0.5 is below 0.2. */
    public static Split split(int n) {
        int[] test = IntStream.range(0, n)
                .filter(i -> Fill.u("split", i) + 0.5 < TEST_SHARE)
                .toArray();
        int[] training = IntStream.range(0, n)
                .filter(i -> Fill.u("split", i) + 0.5 >= TEST_SHARE)
                .toArray();
        return new Split(training, test);
    }

    /**
     * Measures rows that were not fitted to.
     *
     * @param training the rows that the model was fitted to, for PCA
     * @param labels of the test rows, or null
     */
    public static Report newRows(Autoencoder model, Rows training, Rows test, @Nullable List<String> labels) {
        return report(model, training, test, labels, true);
    }

    /** Measures the rows that the model was fitted to. */
    public static Report fittedRows(Autoencoder model, Rows rows, @Nullable List<String> labels) {
        return report(model, rows, rows, labels, false);
    }

    /** The mean of reports of the same rows by several trainings: means, and from the least to the most of any. */
    public static Report mean(List<Report> reports) {
        Report first = reports.get(0);
        if (reports.size() == 1) {
            return first;
        }
        Column ours =
                mean(reports.stream().map(Report::map).toList(), first.map().name());
        Column theirs =
                mean(reports.stream().map(Report::pca).toList(), first.pca().name());
        return new Report(
                first.newRows(),
                first.rows(),
                first.sampled(),
                first.neighbours(),
                ours,
                theirs,
                sentence(ours, theirs, first.newRows(), first.neighbours()));
    }

    private static Column mean(List<Column> columns, String name) {
        Map<String, MapSamples.Figure> figures = new LinkedHashMap<>();
        for (String figure : columns.get(0).figures().keySet()) {
            List<MapSamples.Figure> all = columns.stream()
                    .map(c -> java.util.Objects.requireNonNull(c.figures().get(figure)))
                    .toList();
            figures.put(
                    figure,
                    new MapSamples.Figure(
                            all.stream()
                                    .mapToDouble(MapSamples.Figure::mean)
                                    .average()
                                    .orElse(Double.NaN),
                            all.stream()
                                    .mapToDouble(MapSamples.Figure::least)
                                    .min()
                                    .orElse(Double.NaN),
                            all.stream()
                                    .mapToDouble(MapSamples.Figure::most)
                                    .max()
                                    .orElse(Double.NaN)));
        }
        return new Column(name, figures);
    }

    private static Report report(
            Autoencoder model, Rows training, Rows test, @Nullable List<String> labels, boolean newRows) {
        if (training.d() != model.width() || test.d() != model.width()) {
            throw new FoveaException("The model reads " + model.width() + " columns; the rows have " + test.d() + ".");
        }
        if (test.n() < 8) {
            throw new FoveaException("There are " + test.n() + " rows to measure a map with; at least 8 are needed.");
        }
        int k = test.n() > 2 * NEIGHBOURS ? NEIGHBOURS : test.n() / 4;
        Pca pca = Pca.fit(training.values(), training.n(), training.d(), model.codeSize());
        int axes = pca.axes().length;
        float[] scores = pca.transform(test.values(), test.n());
        Column ours = column(
                model.config().kind(),
                training,
                test,
                labels,
                k,
                model.transform(test.values(), test.n()),
                model.codeSize(),
                model.reconstruct(test.values(), test.n()));
        Column theirs = column("pca", training, test, labels, k, scores, axes, pca.inverseTransform(scores, test.n()));
        int sampled = Math.min(test.n(), test.n() > MapQuality.EXACT_UP_TO ? 3000 : test.n());
        return new Report(newRows, test.n(), sampled, k, ours, theirs, sentence(ours, theirs, newRows, k));
    }

    private static Column column(
            String name,
            Rows training,
            Rows test,
            @Nullable List<String> labels,
            int k,
            float[] map,
            int dims,
            float[] reconstruction) {
        int[] ks = labels != null && k != VOTERS && test.n() > 2 * VOTERS ? new int[] {k, VOTERS} : new int[] {k};
        double[] x = widened(test.values());
        Map<String, MapSamples.Figure> figures = new LinkedHashMap<>(
                MapSamples.of(x, test.d(), widened(map), dims, labels, 0, ks).figures());
        double[] r = widened(reconstruction);
        exact(figures, "recon_mse", MapQuality.reconstructionError(x, r));
        exact(figures, "r2", MapQuality.r2(x, r, means(training)));
        return new Column(name, figures);
    }

    private static void exact(Map<String, MapSamples.Figure> figures, String name, double value) {
        figures.put(name, new MapSamples.Figure(value, value, value));
    }

    private static double[] widened(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }

    private static double[] means(Rows rows) {
        double[] means = new double[rows.d()];
        for (int i = 0; i < rows.values().length; i++) {
            means[i % rows.d()] += rows.values()[i] / (double) rows.n();
        }
        return means;
    }

    /** The verdict: trustworthiness, continuity, retention and their like by majority, trustworthiness where they are even. */
    private static String sentence(Column ours, Column theirs, boolean newRows, int k) {
        List<String> better = new ArrayList<>();
        List<String> worse = new ArrayList<>();
        double first = 0;
        for (String measure : VERDICT) {
            String name = ours.figures().containsKey(measure) ? measure : measure + "@" + k;
            double a = ours.mean(name);
            double b = theirs.mean(name);
            if (Double.isNaN(a) || Double.isNaN(b) || Math.abs(a - b) < 5e-4) {
                continue;
            }
            (a > b ? better : worse).add(String.format(Locale.ROOT, "%s (%.3f against %.3f)", name, a, b));
            first = measure.equals("trustworthiness") ? a - b : first;
        }
        String rows = newRows ? "For new rows" : "For the rows it was fitted to";
        if (better.isEmpty() && worse.isEmpty()) {
            return rows + " the measures see no difference between the " + ours.name() + " map and PCA.";
        }
        boolean wins = better.size() > worse.size() || (better.size() == worse.size() && first > 0);
        List<String> pro = wins ? better : worse;
        List<String> con = wins ? worse : better;
        return rows + " the measures prefer " + (wins ? "the " + ours.name() + " map" : "PCA") + ": better in "
                + String.join(", ", pro) + (con.isEmpty() ? "" : "; worse in " + String.join(", ", con)) + ".";
    }
}
