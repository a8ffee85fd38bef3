package io.fovea.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import io.fovea.FoveaException;
import io.fovea.data.Column;
import io.fovea.data.Table;
import io.fovea.parity.Check;
import io.fovea.parity.Fill;
import io.fovea.parity.Fixture;
import io.fovea.parity.ParityCase;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Measures of maps. */
final class MapCases {
    private static final double TOLERANCE = 1e-9;

    private MapCases() {}

    static List<ParityCase> all() {
        return List.of(
                new ParityCase(f -> f.subject().equals("metrics") && f.root().has("cases"), MapCases::compare));
    }

    /** Rows, their places, and labels where the table has them. */
    private record Pair(
            double[] x,
            int dims,
            double[] map,
            int mapDims,
            @Nullable List<String> labels) {}

    private static void compare(Fixture fixture, Check check) {
        for (JsonNode node : fixture.root().path("cases")) {
            String name = node.path("name").asText();
            pair(name, check).ifPresent(p -> {
                JsonNode expected = node.path("metrics");
                MapQuality quality = MapQuality.of(p.x, p.dims, p.map, p.mapDims, p.labels, 5, 10, 30);
                expected.properties().forEach(e -> {
                    double ours = e.getKey().equals("n")
                            ? quality.rows()
                            : Optional.ofNullable(quality.figures().get(e.getKey()))
                                    .orElseThrow(() -> new FoveaException("There is no figure " + e.getKey() + "."));
                    check.metric(name + ", " + e.getKey(), ours, e.getValue().asDouble(), TOLERANCE);
                });
            });
        }
    }

    private static Optional<Pair> pair(String name, Check check) {
        return switch (name) {
            case "iris10_cols_2_3" ->
                table("iris", check).map(t -> {
                    double[] x = IntStream.range(0, t.x.length)
                            .mapToDouble(i -> Math.rint(t.x[i] * 10))
                            .toArray();
                    return mapped(new Pair(x, 4, x, 4, t.labels), r -> new double[] {r[2], r[3]});
                });
            case "wine_std_cols_0_6" ->
                table("wine", check).map(t -> mapped(standardised(t), r -> new double[] {r[0], r[6]}));
            case "digits300_random" ->
                table("digits", check).map(t -> {
                    double[] x = IntStream.range(0, 300 * 64)
                            .mapToDouble(i -> t.x[i] / 16)
                            .toArray();
                    return new Pair(x, 64, filled("embedding", 600), 2, head(t.labels, 300));
                });
            case "breast_cancer400_mix" ->
                table("breast_cancer", check).map(t -> {
                    double[] x = java.util.Arrays.copyOf(standardised(t).x, 400 * t.dims);
                    return mapped(new Pair(x, t.dims, x, t.dims, head(t.labels, 400)), r ->
                            new double[] {r[0] + 0.5 * r[1], r[2] * r[2] + r[4]});
                });
            case "identity" -> Optional.of(new Pair(filled("points", 1000), 5, filled("points", 1000), 5, null));
            case "rotate_scale" -> Optional.of(rotated());
            default -> throw new FoveaException("There is no case " + name + ".");
        };
    }

    private interface Place {
        double[] of(double[] row);
    }

    private static Pair mapped(Pair pair, Place place) {
        int n = pair.x.length / pair.dims;
        double[] map = new double[n * 2];
        for (int i = 0; i < n; i++) {
            double[] at = place.of(java.util.Arrays.copyOfRange(pair.x, i * pair.dims, (i + 1) * pair.dims));
            System.arraycopy(at, 0, map, i * 2, 2);
        }
        return new Pair(pair.x, pair.dims, map, 2, pair.labels);
    }

    private static Pair rotated() {
        double[] points = filled("points", 1000);
        double[] x = new double[400];
        for (int i = 0; i < 200; i++) {
            System.arraycopy(points, i * 5, x, i * 2, 2);
        }
        double c = Math.cos(0.7);
        double s = Math.sin(0.7);
        return mapped(new Pair(x, 2, x, 2, null), r ->
                new double[] {3.7 * (r[0] * c + r[1] * s), 3.7 * (-r[0] * s + r[1] * c)});
    }

    private static double[] filled(String name, int count) {
        return IntStream.range(0, count)
                .mapToDouble(i -> 2 * Fill.u(name, i))
                .map(v -> v + 0.5 * v * v + 0.25 * v * v * v)
                .toArray();
    }

    private static Optional<Pair> table(String name, Check check) {
        return check.data("tables/" + name + ".csv").map(file -> {
            Table table = Table.read(file);
            List<Column> columns = table.columns().subList(0, table.columns().size() - 1);
            double[] x = new double[table.rows() * columns.size()];
            for (int c = 0; c < columns.size(); c++) {
                for (int i = 0; i < table.rows(); i++) {
                    x[i * columns.size() + c] = columns.get(c).numbers()[i];
                }
            }
            List<String> labels = new ArrayList<>();
            for (int i = 0; i < table.rows(); i++) {
                labels.add(String.valueOf(table.column("label").text(i)));
            }
            return new Pair(x, columns.size(), x, columns.size(), labels);
        });
    }

    private static @Nullable List<String> head(@Nullable List<String> labels, int count) {
        return labels == null ? null : labels.subList(0, count);
    }

    /** Each column less its mean, divided by its population standard deviation, summed row by row: ties between distances hang on the last bit. */
    private static Pair standardised(Pair pair) {
        int n = pair.x.length / pair.dims;
        double[] x = pair.x.clone();
        for (int c = 0; c < pair.dims; c++) {
            double sum = 0;
            double squares = 0;
            for (int i = c; i < x.length; i += pair.dims) {
                sum += x[i];
            }
            double mean = sum / n;
            for (int i = c; i < x.length; i += pair.dims) {
                squares += (x[i] - mean) * (x[i] - mean);
            }
            double std = Math.sqrt(squares / n);
            for (int i = c; i < x.length; i += pair.dims) {
                x[i] = (x[i] - mean) / std;
            }
        }
        return new Pair(x, pair.dims, x, pair.dims, pair.labels);
    }
}
