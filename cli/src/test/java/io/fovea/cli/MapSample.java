package io.fovea.cli;

import io.fovea.autoencoder.MapData;
import io.fovea.autoencoder.MapPage;
import io.fovea.autoencoder.PageLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Maps for the page's tests and for looking at the page: a table, a small network trained on it here, PCA beside. */
final class MapSample {
    private static final int K = 10;

    private MapSample() {}

    /** {@code MapSample data.csv map.html [epochs] [picture side]}: the last column is the label. */
    public static void main(String[] args) throws IOException {
        List<String> lines = Files.readAllLines(Path.of(args[0]));
        List<String> header = List.of(lines.get(0).split(","));
        int d = header.size() - 1;
        double[][] x = new double[lines.size() - 1][d];
        String[] label = new String[x.length];
        for (int i = 0; i < x.length; i++) {
            String[] fields = lines.get(i + 1).split(",");
            for (int j = 0; j < d; j++) {
                x[i][j] = Double.parseDouble(fields[j]);
            }
            label[i] = fields[d];
        }
        int side = args.length > 3 ? Integer.parseInt(args[3]) : 0;
        double white = Arrays.stream(x).flatMapToDouble(Arrays::stream).max().orElseThrow();
        MapData.PictureShape picture = side == 0 ? null : new MapData.PictureShape(1, side, side, white);
        String name = String.valueOf(Path.of(args[0]).getFileName()).replace(".csv", "");
        MapData map =
                of(name, header.subList(0, d), x, label, picture, Integer.parseInt(args.length > 2 ? args[2] : "60"));
        System.out.println(MapPage.write(map, Path.of(args[1]), true));
        MapPage.write(map, Path.of(args[1].replace(".html", "-no-rows.html")), false);
    }

    static MapData of(
            String title,
            List<String> names,
            double[][] x,
            String[] label,
            MapData.@Nullable PictureShape picture,
            int epochs) {
        int n = x.length;
        int d = names.size();
        List<MapData.Feature> features = new ArrayList<>();
        float[][] scaled = new float[n][d];
        for (int j = 0; j < d; j++) {
            int column = j;
            double mean = Arrays.stream(x).mapToDouble(r -> r[column]).average().orElseThrow();
            double variance = Arrays.stream(x)
                    .mapToDouble(r -> (r[column] - mean) * (r[column] - mean))
                    .average()
                    .orElseThrow();
            double scale = picture != null ? picture.white() : variance > 0 ? Math.sqrt(variance) : 1;
            double shift = picture != null ? 0 : mean;
            features.add(new MapData.Feature.Numeric(names.get(j), j, false, shift, scale, Double.NaN));
            for (int i = 0; i < n; i++) {
                scaled[i][j] = (float) ((x[i][j] - shift) / scale);
            }
        }
        TinyNetwork network = new TinyNetwork(new int[] {d, 64, 32, 2, 32, 64, d});
        network.train(scaled, epochs);
        PageLayer.Linear pca = pca(scaled);
        float[] points = new float[2 * n];
        float[] components = new float[2 * n];
        float[] error = new float[n];
        for (int i = 0; i < n; i++) {
            float[][] values = network.forward(scaled[i]);
            points[2 * i] = values[3][0];
            points[2 * i + 1] = values[3][1];
            for (int j = 0; j < d; j++) {
                float gap = scaled[i][j] - values[values.length - 1][j];
                error[i] += gap * gap / d;
            }
            for (int c = 0; c < 2; c++) {
                components[2 * i + c] = pca.bias()[c];
                for (int j = 0; j < d; j++) {
                    components[2 * i + c] += pca.weight()[c * d + j] * scaled[i][j];
                }
            }
        }
        List<MapData.Column> columns = new ArrayList<>();
        for (int j = 0; j < d; j++) {
            int column = j;
            columns.add(new MapData.Column.Numbers(
                    names.get(j), Arrays.stream(x).mapToDouble(r -> r[column]).toArray()));
        }
        columns.add(new MapData.Column.Texts("label", label));
        float[] sorted = error.clone();
        Arrays.sort(sorted);
        MapData.Model model = new MapData.Model(
                network.layers(0, 3), network.layers(3, 6), List.of(pca), features, sorted[(int) (.99 * n)], picture);
        MapData.Scores scores = scores(scaled, points, error);
        MapData.Scores theirs = scores(scaled, components, error);
        return new MapData(
                title,
                points,
                components,
                new MapData.Rows(columns, "label", null),
                scores,
                null,
                model,
                List.of(
                        new MapData.Measure("trustworthiness (10)", mean(scores.trust()), mean(theirs.trust())),
                        new MapData.Measure("continuity (10)", mean(scores.continuity()), mean(theirs.continuity()))),
                List.of("A sample map, trained for " + epochs + " epochs."));
    }

    private static double mean(float @Nullable [] values) {
        return values == null
                ? Double.NaN
                : IntStream.range(0, values.length)
                        .mapToDouble(i -> values[i])
                        .average()
                        .orElseThrow();
    }

    private static MapData.Scores scores(float[][] rows, float[] points, float[] error) {
        int n = rows.length;
        int k = Math.min(K, (n - 1) / 2);
        float[][] places = new float[n][];
        Arrays.setAll(places, i -> new float[] {points[2 * i], points[2 * i + 1]});
        int[] near = new int[n * k];
        int[] shown = new int[n * k];
        float[] trust = new float[n];
        float[] continuity = new float[n];
        double factor = 2.0 / (k * (2.0 * n - 3 * k - 1));
        for (int i = 0; i < n; i++) {
            int[] inData = byDistance(rows, i);
            int[] onMap = byDistance(places, i);
            System.arraycopy(inData, 0, near, i * k, k);
            System.arraycopy(onMap, 0, shown, i * k, k);
            trust[i] = (float) (1 - factor * strangers(onMap, inData, k));
            continuity[i] = (float) (1 - factor * strangers(inData, onMap, k));
        }
        return new MapData.Scores(trust, continuity, error, k, near, shown);
    }

    private static double strangers(int[] here, int[] there, int k) {
        int[] rank = new int[here.length + 1];
        for (int r = 0; r < there.length; r++) {
            rank[there[r]] = r + 1;
        }
        return Arrays.stream(here, 0, k).map(j -> Math.max(0, rank[j] - k)).sum();
    }

    private static int[] byDistance(float[][] rows, int i) {
        double[] distance = new double[rows.length];
        for (int j = 0; j < rows.length; j++) {
            for (int c = 0; c < rows[i].length; c++) {
                double gap = rows[i][c] - rows[j][c];
                distance[j] += gap * gap;
            }
        }
        return IntStream.range(0, rows.length)
                .filter(j -> j != i)
                .boxed()
                .sorted((a, b) -> Double.compare(distance[a], distance[b]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** The first two principal components by power iteration, as a layer. */
    private static PageLayer.Linear pca(float[][] rows) {
        int d = rows[0].length;
        double[] mean = new double[d];
        for (float[] row : rows) {
            for (int j = 0; j < d; j++) {
                mean[j] += row[j] / rows.length;
            }
        }
        float[] weight = new float[2 * d];
        float[] bias = new float[2];
        double[][] axes = new double[2][d];
        for (int c = 0; c < 2; c++) {
            double[] axis = axes[c];
            Arrays.setAll(axis, j -> 1 + Math.sin(j + 1));
            for (int step = 0; step < 100; step++) {
                double[] next = new double[d];
                for (float[] row : rows) {
                    double score = 0;
                    for (int j = 0; j < d; j++) {
                        score += (row[j] - mean[j]) * axis[j];
                    }
                    for (int j = 0; j < d; j++) {
                        next[j] += score * (row[j] - mean[j]);
                    }
                }
                double along = c == 0 ? 0 : dot(next, axes[0]);
                for (int j = 0; j < d; j++) {
                    next[j] -= c == 0 ? 0 : along * axes[0][j];
                }
                double length = Math.sqrt(dot(next, next));
                Arrays.setAll(axis, j -> next[j] / length);
            }
            for (int j = 0; j < d; j++) {
                weight[c * d + j] = (float) axis[j];
                bias[c] -= (float) (axis[j] * mean[j]);
            }
        }
        return new PageLayer.Linear(d, 2, weight, bias);
    }

    private static double dot(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(j -> a[j] * b[j]).sum();
    }

    /** An autoencoder with tanh between its linear layers, none after the code and none at the end; Adam, batches of 32. */
    private static final class TinyNetwork {
        private final int[] sizes;
        private final float[][] weight;
        private final float[][] bias;

        TinyNetwork(int[] sizes) {
            this.sizes = sizes;
            Random random = new Random(1);
            weight = new float[sizes.length - 1][];
            bias = new float[sizes.length - 1][];
            for (int l = 0; l < weight.length; l++) {
                weight[l] = new float[sizes[l] * sizes[l + 1]];
                bias[l] = new float[sizes[l + 1]];
                double bound = 1 / Math.sqrt(sizes[l]);
                for (int i = 0; i < weight[l].length; i++) {
                    weight[l][i] = (float) ((2 * random.nextDouble() - 1) * bound);
                }
            }
        }

        private boolean bent(int layer) {
            return layer != weight.length / 2 - 1 && layer != weight.length - 1;
        }

        List<PageLayer> layers(int from, int to) {
            List<PageLayer> layers = new ArrayList<>();
            for (int l = from; l < to; l++) {
                layers.add(new PageLayer.Linear(sizes[l], sizes[l + 1], weight[l], bias[l]));
                if (bent(l)) {
                    layers.add(new PageLayer.Activation(PageLayer.Function.TANH));
                }
            }
            return layers;
        }

        float[][] forward(float[] row) {
            float[][] values = new float[sizes.length][];
            values[0] = row;
            for (int l = 0; l < weight.length; l++) {
                float[] out = bias[l].clone();
                for (int o = 0, w = 0; o < out.length; o++) {
                    for (int i = 0; i < sizes[l]; i++) {
                        out[o] += weight[l][w++] * values[l][i];
                    }
                    out[o] = bent(l) ? (float) Math.tanh(out[o]) : out[o];
                }
                values[l + 1] = out;
            }
            return values;
        }

        void train(float[][] rows, int epochs) {
            Random random = new Random(2);
            float[][] gradient = new float[weight.length][];
            float[][] first = new float[weight.length][];
            float[][] second = new float[weight.length][];
            for (int l = 0; l < weight.length; l++) {
                int parameters = weight[l].length + bias[l].length;
                gradient[l] = new float[parameters];
                first[l] = new float[parameters];
                second[l] = new float[parameters];
            }
            int batch = Math.min(32, rows.length);
            int steps = epochs * (rows.length / batch);
            for (int step = 1; step <= steps; step++) {
                for (int b = 0; b < batch; b++) {
                    backward(rows[random.nextInt(rows.length)], gradient);
                }
                double rate = 2e-3 * .5 * (1 + Math.cos(Math.PI * step / steps));
                for (int l = 0; l < weight.length; l++) {
                    for (int p = 0; p < gradient[l].length; p++) {
                        float g = gradient[l][p] / batch;
                        gradient[l][p] = 0;
                        first[l][p] = .9f * first[l][p] + .1f * g;
                        second[l][p] = .999f * second[l][p] + .001f * g * g;
                        double mean = first[l][p] / (1 - Math.pow(.9, step));
                        double square = second[l][p] / (1 - Math.pow(.999, step));
                        float move = (float) (rate * mean / (Math.sqrt(square) + 1e-8));
                        if (p < weight[l].length) {
                            weight[l][p] -= move;
                        } else {
                            bias[l][p - weight[l].length] -= move;
                        }
                    }
                }
            }
        }

        private void backward(float[] row, float[][] gradient) {
            float[][] values = forward(row);
            float[] slope = new float[row.length];
            for (int j = 0; j < row.length; j++) {
                slope[j] = 2 * (values[weight.length][j] - row[j]) / row.length;
            }
            for (int l = weight.length - 1; l >= 0; l--) {
                float[] before = new float[sizes[l]];
                for (int o = 0, w = 0; o < slope.length; o++) {
                    float y = values[l + 1][o];
                    float s = bent(l) ? slope[o] * (1 - y * y) : slope[o];
                    gradient[l][weight[l].length + o] += s;
                    for (int i = 0; i < sizes[l]; i++, w++) {
                        gradient[l][w] += s * values[l][i];
                        before[i] += s * weight[l][w];
                    }
                }
                slope = before;
            }
        }
    }
}
