package io.fovea.autoencoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.FoveaException;
import io.fovea.data.Column;
import io.fovea.data.EncoderOptions;
import io.fovea.data.Table;
import io.fovea.torch.Rng;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a user of the class relies on. */
class AutoencoderTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private static Autoencoder fit(Rows rows, AutoencoderConfig config) {
        return Autoencoder.fit(rows, config, Autoencoder.Watcher.NONE);
    }

    @Test
    void threeNumbersThroughTwoAndBack() {
        Rows rows = Samples.plane(200, 3, 0.05);
        double least = Pca.fit(rows.values(), 200, 3, 2).reconstructionError();
        try (Autoencoder map = fit(rows, AutoencoderConfig.example())) {
            assertThat(map.network().parameterCount()).isEqualTo(3 * 2 + 2 + 2 * 3 + 3);
            assertThat(Samples.mean(map.score(rows.values(), 200))).isBetween(least * 0.999, least * 1.05);
        }
    }

    @Test
    void theLinearKindIsPca() {
        Rows rows = Samples.plane(300, 12, 0.5);
        Pca pca = Pca.fit(rows.values(), 300, 12, 2);
        try (Autoencoder map = fit(rows, AutoencoderConfig.linear())) {
            double least = pca.reconstructionError();
            assertThat(Samples.mean(map.score(rows.values(), 300))).isCloseTo(least, within(1e-5 * least));
            float[] weight = map.network().codeLayer().weight().toFloats();
            for (int j = 0; j < 2; j++) {
                float[] axis = Arrays.copyOfRange(weight, 12 * j, 12 * j + 12);
                double dot = 0;
                float extreme = 0;
                for (int c = 0; c < 12; c++) {
                    dot += axis[c] * pca.axes()[j][c];
                    extreme = Math.abs(axis[c]) > Math.abs(extreme) ? axis[c] : extreme;
                }
                assertThat(Math.abs(dot)).isCloseTo(1, within(1e-6));
                assertThat(extreme).isPositive();
            }
        }
    }

    static List<AutoencoderConfig> kinds() {
        return List.of(
                AutoencoderConfig.linear(),
                AutoencoderConfig.deep(),
                AutoencoderConfig.denoising(),
                AutoencoderConfig.sparse(),
                AutoencoderConfig.contractive(),
                AutoencoderConfig.variational(),
                AutoencoderConfig.neighbours());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void everyKindLearnsSavesAndIsTheSameAfterLoading(AutoencoderConfig kind) {
        Rows rows = Samples.plane(150, 6, 0.1);
        AutoencoderConfig config = kind.network().kind() == NetworkConfig.Kind.LINEAR ? kind : Samples.small(kind, 40);
        double total = 6 * variance(rows);
        try (Autoencoder map = fit(rows, config)) {
            assertThat(6 * Samples.mean(map.score(rows.values(), 150))).isLessThan(0.6 * total);
            Path file = folder.resolve("map.safetensors");
            map.save(file);
            try (Autoencoder again = Autoencoder.load(file.toString())) {
                assertThat(again.model()).isEqualTo(map.model());
                assertThat(again.transform(rows.values(), 150)).isEqualTo(map.transform(rows.values(), 150));
                assertThat(again.reconstruct(rows.values(), 150)).isEqualTo(map.reconstruct(rows.values(), 150));
            }
            assertThatThrownBy(() -> map.save(file)).hasMessageContaining("exists already");
        }
    }

    private static double variance(Rows rows) {
        double[] v = Pca.fit(rows.values(), rows.n(), rows.d(), 1).explainedVariance();
        return Arrays.stream(v).sum() / rows.d();
    }

    @Test
    void theSameSeedGivesTheSameFile() throws IOException {
        Rows rows = Samples.plane(80, 5, 0.1);
        AutoencoderConfig config = Samples.small(AutoencoderConfig.neighbours(), 5);
        for (String name : List.of("a", "b")) {
            try (Autoencoder map = fit(rows, config)) {
                map.save(folder.resolve(name));
            }
        }
        try (Autoencoder other = fit(rows, config.withSeed(4))) {
            other.save(folder.resolve("c"));
        }
        byte[] a = Files.readAllBytes(folder.resolve("a"));
        assertThat(a).isEqualTo(Files.readAllBytes(folder.resolve("b")));
        assertThat(a).isNotEqualTo(Files.readAllBytes(folder.resolve("c")));
    }

    @Test
    void threadsDoNotDisturbEachOther() {
        Rows rows = Samples.plane(5000, 6, 0.1);
        try (Autoencoder map = fit(Samples.plane(100, 6, 0.1), Samples.small(AutoencoderConfig.deep(), 3))) {
            float[] alone = map.transform(rows.values(), 5000);
            assertThat(IntStream.range(0, 8)
                            .parallel()
                            .mapToObj(i -> map.transform(rows.values(), 5000))
                            .toList())
                    .allSatisfy(z -> assertThat(z).isEqualTo(alone));
        }
    }

    @Test
    void anAnchoredMapStaysNearTheOldOne() {
        Rows rows = Samples.plane(200, 6, 0.3);
        AutoencoderConfig config = Samples.small(AutoencoderConfig.deep(), 30);
        try (Autoencoder old = fit(rows, config);
                Autoencoder anchored = old.refit(rows.values(), 200, config.withSeed(11), Autoencoder.Watcher.NONE);
                Autoencoder free = fit(rows, config.withSeed(11))) {
            double drift = distance(old, anchored, rows);
            assertThat(drift).isLessThan(0.1 * distance(old, free, rows));
            assertThat(anchored.model().provenance().aligned()).isEqualTo("old map");
        }
    }

    private static double distance(Autoencoder a, Autoencoder b, Rows rows) {
        float[] p = a.transform(rows.values(), rows.n());
        float[] q = b.transform(rows.values(), rows.n());
        double sum = 0;
        for (int i = 0; i < p.length; i++) {
            sum += (p[i] - q[i]) * (p[i] - q[i]);
        }
        return sum;
    }

    @Test
    void theLowestOfSeveralSeedsIsKept() {
        Rows rows = Samples.plane(100, 5, 0.2);
        AutoencoderConfig one = Samples.small(AutoencoderConfig.deep(), 8);
        List<Double> losses = new ArrayList<>();
        for (int s = 0; s < 3; s++) {
            try (Autoencoder map = fit(rows, one.withSeed(3 + s))) {
                losses.add(map.model().provenance().loss());
            }
        }
        try (Autoencoder best = fit(rows, one.with(one.training().withRestarts(3)))) {
            // the rows held back are those of the first seed, so only that one is comparable
            assertThat(best.model().provenance().loss()).isLessThanOrEqualTo(losses.get(0));
            assertThat(best.model().provenance().seed()).isBetween(3L, 5L);
        }
    }

    // ---- tables ----

    private static Table table(int n) {
        Rng rng = new Rng(5);
        double[] size = new double[n];
        double[] weight = new double[n];
        String[] colour = new String[n];
        String[] name = new String[n];
        for (int i = 0; i < n; i++) {
            size[i] = 10 + rng.nextGaussian();
            weight[i] = 100 * size[i] + 20 * rng.nextGaussian();
            colour[i] = rng.nextBoolean() ? "red" : "green";
            name[i] = "row " + i;
        }
        return Table.of(List.of(
                Column.of("name", name),
                Column.of("size", size),
                Column.of("weight", weight),
                Column.of("colour", colour)));
    }

    @Test
    void tablesKeepTheirRowsAndNames() {
        Table table = table(120);
        EncoderOptions options = EncoderOptions.DEFAULT.withIds(List.of("name"));
        AutoencoderConfig small = Samples.small(AutoencoderConfig.deep(), 500);
        AutoencoderConfig config = small.with(small.training().withoutEarlyStopping());
        try (Autoencoder map = Autoencoder.fit(table, options, config, Autoencoder.Watcher.NONE)) {
            map.save(folder.resolve("t"));
            Table places = map.transform(table);
            assertThat(places.names()).containsExactly("name", "map1", "map2", "error");
            assertThat(places.rows()).isEqualTo(120);
            assertThat(places.column("name").text(119)).isEqualTo("row 119");
            Table back = map.inverseTransform(places);
            assertThat(back.names()).containsExactly("size", "weight", "colour");
            long same = IntStream.range(0, 120)
                    .filter(i -> String.valueOf(table.column("colour").text(i))
                            .equals(back.column("colour").text(i)))
                    .count();
            assertThat(same).isGreaterThan(115);
            try (Autoencoder again = Autoencoder.load(folder.resolve("t").toString())) {
                assertThat(again.score(table)).isEqualTo(map.score(table));
                Table renamed = Table.of(List.of("size", "mass"), new double[][] {{1}, {2}});
                assertThatThrownBy(() -> again.transform(renamed)).hasMessageContaining("weight");
            }
        }
    }

    // ---- bad input ----

    @Test
    void badRowsAreNamed() {
        assertThatThrownBy(() -> Autoencoder.fit(new float[3], 1, 3, AutoencoderConfig.deep()))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining("at least 2 rows");
        assertThatThrownBy(() -> Autoencoder.fit(new float[5], 2, 3, AutoencoderConfig.deep()))
                .hasMessage("2 rows of 3 columns make 6 values; 5 were given.");
        float[] broken = {1, 2, 3, 4, Float.NaN, 6};
        assertThatThrownBy(() -> Autoencoder.fit(broken, 2, 3, AutoencoderConfig.deep()))
                .hasMessage("Row 1, column 1 is NaN; every value must be a finite number.");
        assertThatThrownBy(() -> Autoencoder.fit(
                        new float[8], 2, 4, AutoencoderConfig.convolutional(new NetworkConfig.Image(1, 8, 8))))
                .hasMessage("network.image is 1 x 8 x 8, which makes 64 columns; the data has 4.");
    }

    @Test
    void rowsThatAreAllTheSameAreMappedAllTheSame() {
        float[] rows = new float[20 * 3];
        Arrays.fill(rows, 2);
        for (AutoencoderConfig config :
                List.of(AutoencoderConfig.linear(), Samples.small(AutoencoderConfig.neighbours(), 3))) {
            try (Autoencoder map = Autoencoder.fit(rows, 20, 3, config)) {
                float[] z = map.transform(rows, 20);
                for (int i = 2; i < z.length; i++) {
                    assertThat(z[i]).isFinite().isCloseTo(z[i % 2], within(1e-5f));
                }
            }
        }
    }

    @Test
    void oneColumnAndMoreCoordinatesThanColumnsWork() {
        Rows rows = Samples.plane(40, 1, 0.1);
        for (AutoencoderConfig config :
                List.of(AutoencoderConfig.linear(), Samples.small(AutoencoderConfig.deep(), 5))) {
            try (Autoencoder map = fit(rows, config)) {
                assertThat(map.transform(rows.values(), 40)).hasSize(80).doesNotContain(Float.NaN);
            }
        }
        try (Autoencoder one =
                fit(Samples.plane(40, 4, 0.1), AutoencoderConfig.linear().withCode(1))) {
            assertThat(one.codeSize()).isEqualTo(1);
        }
    }
}
