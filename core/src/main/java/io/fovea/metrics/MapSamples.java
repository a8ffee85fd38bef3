package io.fovea.metrics;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The figures of {@link MapQuality}, exactly where the rows are few, else over seeded samples of them, with their spread.
 *
 * @param rows of the whole
 * @param sampled rows of each sample; all of them where the figures are exact
 * @param samples how many samples; 1 where the figures are exact
 * @param figures by the names of {@link MapQuality#figures}
 */
public record MapSamples(int rows, int sampled, int samples, Map<String, Figure> figures) {
    /** Above {@link MapQuality#EXACT_UP_TO} rows. */
    private static final int SAMPLED = 3000;

    private static final int SAMPLES = 3;

    /**
     * A figure over the samples.
     *
     * @param mean over the samples
     * @param least of the samples
     * @param most of the samples
     */
    public record Figure(double mean, double least, double most) {}

    public boolean isExact() {
        return sampled == rows;
    }

    /** The mean of a figure. */
    public double mean(String name) {
        Figure figure = figures.get(name);
        if (figure == null) {
            throw new IllegalArgumentException("There is no figure " + name + " among " + figures.keySet() + ".");
        }
        return figure.mean();
    }

    /** Up to {@link MapQuality#EXACT_UP_TO} rows exactly, above by 3 samples of 3,000 rows; arguments and errors as {@link MapQuality#of}. */
    public static MapSamples of(
            double[] x, int dims, double[] map, int mapDims, @Nullable List<String> labels, long seed, int... ks) {
        int n = MapQuality.rows(x, dims, map, mapDims);
        return n <= MapQuality.EXACT_UP_TO
                ? sampled(x, dims, map, mapDims, labels, seed, n, 1, ks)
                : sampled(x, dims, map, mapDims, labels, seed, SAMPLED, SAMPLES, ks);
    }

    /** As {@link #of(double[], int, double[], int, List, long, int...)} with samples of another size and number. */
    public static MapSamples sampled(
            double[] x,
            int dims,
            double[] map,
            int mapDims,
            @Nullable List<String> labels,
            long seed,
            int sampled,
            int samples,
            int... ks) {
        int n = MapQuality.rows(x, dims, map, mapDims);
        Map<String, Figure> figures = new LinkedHashMap<>();
        for (int s = 0; s < samples; s++) {
            int[] rows = MapPoints.sample(n, Math.min(n, sampled), seed + s);
            List<String> chosen = labels == null
                    ? null
                    : java.util.Arrays.stream(rows).mapToObj(labels::get).toList();
            int share = samples;
            MapQuality.of(pick(x, dims, rows), dims, pick(map, mapDims, rows), mapDims, chosen, ks)
                    .figures()
                    .forEach((name, value) ->
                            figures.merge(name, new Figure(value / share, value, value), MapSamples::joined));
        }
        return new MapSamples(n, Math.min(n, sampled), samples, figures);
    }

    private static Figure joined(Figure a, Figure b) {
        return new Figure(a.mean + b.mean, Math.min(a.least, b.least), Math.max(a.most, b.most));
    }

    private static double[] pick(double[] values, int dims, int[] rows) {
        double[] picked = new double[rows.length * dims];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(values, rows[i] * dims, picked, i * dims, dims);
        }
        return picked;
    }
}
