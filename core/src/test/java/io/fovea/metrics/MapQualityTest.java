package io.fovea.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.FoveaException;
import io.fovea.parity.ParityRunner;
import io.fovea.torch.Rng;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Measures of maps against the fixture, and against the definitions written down plainly. */
class MapQualityTest {
    @TempDir
    Path folder;

    @Test
    void theFixturePasses() throws URISyntaxException, IOException {
        Path fixture = resource("/parity/autoencoder/metrics.json");
        Path tables = Files.createDirectories(folder.resolve("tables"));
        for (String name : List.of("iris.csv", "wine.csv", "digits.csv.gz", "breast_cancer.csv.gz")) {
            Files.copy(resource("/tables/" + name), tables.resolve(name.replace(".gz", "")));
        }
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        int code = ParityRunner.run(
                fixture, folder, MetricsParity.cases(), new PrintStream(text, true, StandardCharsets.UTF_8), true);
        String printed = text.toString(StandardCharsets.UTF_8);
        assertThat(code).as(printed).isZero();
        assertThat(printed).contains("1 passed");
    }

    private static Path resource(String name) throws URISyntaxException {
        return Path.of(Objects.requireNonNull(MapQualityTest.class.getResource(name), name)
                .toURI());
    }

    /** Whole numbers, so that many distances are equal. */
    private static double[] grid(int count, int levels, long seed) {
        Rng rng = new Rng(seed);
        return IntStream.range(0, count).mapToDouble(i -> rng.nextInt(levels)).toArray();
    }

    private static double distance(double[] rows, int dims, int i, int j) {
        double sum = 0;
        for (int c = 0; c < dims; c++) {
            sum += (rows[i * dims + c] - rows[j * dims + c]) * (rows[i * dims + c] - rows[j * dims + c]);
        }
        return Math.sqrt(sum);
    }

    private static int[][] ranks(double[] rows, int dims) {
        int n = rows.length / dims;
        int[][] ranks = new int[n][n];
        for (int i = 0; i < n; i++) {
            int row = i;
            List<Integer> others = new java.util.ArrayList<>(
                    IntStream.range(0, n).filter(j -> j != row).boxed().toList());
            others.sort(Comparator.comparingDouble((Integer j) -> distance(rows, dims, row, j))
                    .thenComparing(j -> j));
            for (int r = 0; r < others.size(); r++) {
                ranks[i][others.get(r)] = r + 1;
            }
        }
        return ranks;
    }

    @Test
    void tiedRanksAndAllMeasuresAreTheDefinitions() {
        int n = 61;
        double[] x = grid(n * 3, 4, 1);
        double[] z = grid(n * 2, 5, 2);
        int k = 7;
        int[][] rx = ranks(x, 3);
        int[][] rz = ranks(z, 2);
        double trust = 0;
        double continuity = 0;
        double common = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                trust += i != j && rz[i][j] <= k && rx[i][j] > k ? rx[i][j] - k : 0;
                continuity += i != j && rx[i][j] <= k && rz[i][j] > k ? rz[i][j] - k : 0;
                common += i != j && rx[i][j] <= k && rz[i][j] <= k ? 1 : 0;
            }
        }
        double scale = 2.0 / (n * k * (2.0 * n - 3 * k - 1));
        MapQuality quality = MapQuality.of(x, 3, z, 2, null, k);
        assertThat(quality.trustworthiness(k)).isCloseTo(1 - scale * trust, within(1e-12));
        assertThat(quality.continuity(k)).isCloseTo(1 - scale * continuity, within(1e-12));
        assertThat(quality.retention(k)).isCloseTo(common / (n * k), within(1e-12));
        assertThat(quality.retention(n - 1)).isEqualTo(1);
        MapPoints points = MapPoints.of(x, 3, z, 2, k, 1000, 0);
        assertThat(Arrays.stream(points.trust()).average().orElseThrow())
                .isCloseTo(quality.trustworthiness(k), within(1e-12));
        assertThat(Arrays.stream(points.continuity()).average().orElseThrow())
                .isCloseTo(quality.continuity(k), within(1e-12));
        for (int i = 0; i < n; i++) {
            int row = i;
            assertThat(points.near(i)).containsExactly(nearest(rx[i], k));
            assertThat(points.shown(i)).containsExactly(nearest(rz[i], k));
            assertThat(Arrays.stream(points.lost(i))).allMatch(j -> rx[row][j] <= k && rz[row][j] > k);
            assertThat(Arrays.stream(points.falselyShown(i))).allMatch(j -> rz[row][j] <= k && rx[row][j] > k);
            assertThat(points.lost(i).length).isEqualTo(points.falselyShown(i).length);
        }
    }

    private static int[] nearest(int[] ranks, int k) {
        return IntStream.range(0, ranks.length)
                .filter(j -> ranks[j] >= 1 && ranks[j] <= k)
                .boxed()
                .sorted(Comparator.comparingInt(j -> ranks[j]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    @Test
    void averageRanksAreThoseOfTheDefinition() {
        Rng rng = new Rng(4);
        double[] values = IntStream.range(0, 3000)
                .mapToDouble(i -> switch (i % 4) {
                    case 0 -> rng.nextInt(20);
                    case 1 -> 1 + rng.nextInt(50) * 0x1.0p-52; // told apart by their last bits alone
                    case 2 -> rng.nextDouble() * 1e200;
                    default -> rng.nextDouble();
                })
                .toArray();
        double[] ranks = values.clone();
        PairFigures.toAverageRanks(ranks);
        for (int i = 0; i < values.length; i++) {
            double value = values[i];
            long below = Arrays.stream(values).filter(v -> v < value).count();
            long equal = Arrays.stream(values).filter(v -> v == value).count();
            assertThat(ranks[i]).isEqualTo(below + (equal - 1) / 2.0);
        }
    }

    @Test
    void theNumberOfThreadsChangesNothing() throws Exception {
        double[] x = grid(300 * 5, 100, 5);
        double[] z = grid(300 * 2, 100, 6);
        Map<String, Double> all = MapQuality.of(x, 5, z, 2, null, 10).figures();
        java.util.concurrent.ForkJoinPool one = new java.util.concurrent.ForkJoinPool(1);
        try {
            assertThat(one.submit(() -> MapQuality.of(x, 5, z, 2, null, 10).figures())
                            .get())
                    .isEqualTo(all);
        } finally {
            one.shutdown();
        }
    }

    @Test
    void votesOfEquallyManyGoToTheNearest() {
        double[] line = {0, 1, 3, 6, 10, 15};
        List<String> labels = List.of("a", "a", "b", "b", "a", "b");
        // nearest two: of 0: a b, tie, a is nearer; of 1: a b: a; of 3: a a; of 6: b a: b; of 10: b b; of 15: a b: a
        assertThat(MapQuality.of(line, 1, line, 1, labels, 2).labelAccuracy(2)).isEqualTo(3 / 6.0);
    }

    @Test
    void aFlatMapHasNoCorrelationButAnswers() {
        double[] x = grid(40, 9, 7);
        MapQuality quality = MapQuality.of(x, 1, new double[40], 1, null, 5);
        assertThat(quality.shepardPearson()).isNaN();
        assertThat(quality.stress()).isEqualTo(1);
    }

    @Test
    void samplesHaveTheirSpread() {
        double[] x = grid(500 * 3, 1000, 8);
        double[] z = grid(500 * 2, 1000, 9);
        List<String> labels = Collections.nCopies(500, "a");
        MapSamples exact = MapSamples.of(x, 3, z, 2, labels, 1, 5);
        assertThat(exact.isExact()).isTrue();
        assertThat(exact.mean("trustworthiness@5"))
                .isEqualTo(MapQuality.of(x, 3, z, 2, null, 5).trustworthiness(5));
        MapSamples some = MapSamples.sampled(x, 3, z, 2, labels, 1, 200, 3, 5);
        MapSamples.Figure figure = some.figures().get("trustworthiness@5");
        assertThat(figure.least()).isLessThan(figure.mean());
        assertThat(figure.most()).isGreaterThan(figure.mean());
        assertThat(some).isEqualTo(MapSamples.sampled(x, 3, z, 2, labels, 1, 200, 3, 5));
        MapPoints points = MapPoints.of(x, 3, z, 2, 5, 100, 1);
        assertThat(points.rows()).isEqualTo(500);
        assertThat(points.references()).isEqualTo(100);
        assertThat(Arrays.stream(points.trust())).allMatch(t -> t >= 0 && t <= 1);
    }

    @Test
    void shepardPairsAreDistances() {
        double[] x = {0, 3, 10, 20};
        Shepard pairs = Shepard.sample(x, 1, x, 1, 50, 1);
        assertThat(pairs.table()).containsExactly(pairs.map()).doesNotContain(0);
    }

    @Test
    void reconstructionIsMeasured() {
        double[] x = {1, 2, 3, 4};
        double[] r = {1, 2, 3, 2};
        assertThat(MapQuality.reconstructionError(x, r)).isEqualTo(1);
        assertThat(MapQuality.r2(x, r, new double[] {2, 3})).isEqualTo(0);
        assertThat(MapQuality.r2(x, x, new double[] {2, 3})).isEqualTo(1);
    }

    @Test
    void whatCannotBeMeasuredIsSaid() {
        double[] x = grid(20, 5, 1);
        assertThatThrownBy(() -> MapQuality.of(x, 2, x, 2, null, 5))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining("K = 5");
        assertThatThrownBy(() -> MapQuality.of(x, 2, x, 1, null, 2)).hasMessageContaining("10 rows, the map 20");
        double[] broken = x.clone();
        broken[5] = Double.NaN;
        assertThatThrownBy(() -> MapQuality.of(broken, 2, x, 2, null, 2))
                .hasMessageContaining("Column 2 of row 3 of the table");
        assertThatThrownBy(() -> MapQuality.of(x, 2, x, 2, List.of("a"), 2))
                .hasMessageContaining("1 labels for 10 rows");
    }

    // ---- alignment ----

    @Test
    void procrustesUndoesRotationReflectionAndShift() {
        Rng rng = new Rng(11);
        double[] map =
                IntStream.range(0, 60).mapToDouble(i -> rng.nextGaussian()).toArray();
        for (boolean mirrored : new boolean[] {false, true}) {
            double[] moved = new double[60];
            for (int i = 0; i < 60; i += 2) {
                double y = mirrored ? -map[i + 1] : map[i + 1];
                moved[i] = 2 * (0.6 * map[i] - 0.8 * y) + 5;
                moved[i + 1] = 2 * (0.8 * map[i] + 0.6 * y) - 7;
            }
            Procrustes p = Procrustes.align(map, moved, 2, true);
            assertThat(p.scale()).isCloseTo(2, within(1e-12));
            assertThat(p.apply(map)).containsExactly(moved, within(1e-12));
            assertThat(Procrustes.align(map, moved, 2, false).scale()).isEqualTo(1);
        }
    }

    @Test
    void procrustesIsOrthogonalAlsoForFlatMaps() {
        double[] line = new double[30];
        for (int i = 0; i < 10; i++) {
            line[3 * i] = i;
        }
        double[] reference = grid(30, 9, 12);
        double[] r = Procrustes.align(line, reference, 3, false).rotation();
        for (int a = 0; a < 3; a++) {
            for (int b = 0; b < 3; b++) {
                double dot = r[3 * a] * r[3 * b] + r[3 * a + 1] * r[3 * b + 1] + r[3 * a + 2] * r[3 * b + 2];
                assertThat(dot).isCloseTo(a == b ? 1 : 0, within(1e-12));
            }
        }
        double[] same = Procrustes.align(new double[4], new double[] {1, 2, 1, 2}, 2, true)
                .apply(new double[4]);
        assertThat(same).containsExactly(1, 2, 1, 2);
    }
}
