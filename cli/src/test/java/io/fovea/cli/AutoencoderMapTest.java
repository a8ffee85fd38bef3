package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.fovea.Json;
import io.fovea.autoencoder.Autoencoder;
import io.fovea.autoencoder.AutoencoderConfig;
import io.fovea.autoencoder.AutoencoderMap;
import io.fovea.autoencoder.MapData;
import io.fovea.autoencoder.MapPage;
import io.fovea.autoencoder.NetworkConfig;
import io.fovea.autoencoder.RowSource;
import io.fovea.autoencoder.Rows;
import io.fovea.autoencoder.Unit;
import io.fovea.data.Column;
import io.fovea.data.EncoderOptions;
import io.fovea.data.Table;
import io.fovea.data.TableWriter;
import io.fovea.torch.Rng;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The networks on the page compute what the model computes, in a real browser. */
class AutoencoderMapTest {
    private static final double NEAR = 1e-4;
    private static final int ROWS = 90;

    @TempDir(cleanup = CleanupMode.NEVER)
    static Path folder;

    private static Chromium browser;

    @BeforeAll
    static void openBrowser() throws Exception {
        Chromium.require("the map's networks are");
        browser = new Chromium(folder.resolve("profile"), "--enable-unsafe-swiftshader");
    }

    @AfterAll
    static void closeBrowser() throws Exception {
        if (browser != null) {
            browser.close();
        }
    }

    @AfterEach
    void noErrors() {
        assertThat(browser.complaints()).isEmpty();
    }

    private static Table table() {
        Rng rng = new Rng(5);
        double[] size = new double[ROWS];
        double[] weight = new double[ROWS];
        double[] count = new double[ROWS];
        String[] colour = new String[ROWS];
        String[] name = new String[ROWS];
        String[] label = new String[ROWS];
        for (int i = 0; i < ROWS; i++) {
            size[i] = 10 + rng.nextGaussian();
            weight[i] = 100 * size[i] + 20 * rng.nextGaussian();
            count[i] = Math.exp(2 * rng.nextGaussian());
            colour[i] = List.of("red", "green", "blue").get(i % 3);
            name[i] = "row " + i;
            label[i] = i % 2 == 0 ? "a" : "b";
        }
        return Table.of(List.of(
                Column.of("name", name),
                Column.of("size", size),
                Column.of("weight", weight),
                Column.of("count", count),
                Column.of("colour", colour),
                Column.of("label", label)));
    }

    private static RowSource.Loaded loaded(Autoencoder model, Table table) {
        Path csv = folder.resolve("table.csv");
        TableWriter.write(csv, ',', true, writer -> writer.add(table));
        return RowSource.of(csv).load(model);
    }

    private static AutoencoderConfig shortened(AutoencoderConfig config) {
        return Json.set(config, List.of("training.epochs=10", "training.batch=32"));
    }

    private static void open(MapData data) throws Exception {
        Path page = folder.resolve("map.html");
        MapPage.write(data, page, true);
        browser.send("Page.navigate", Map.of("url", "about:blank"));
        browser.await("location.protocol === 'about:'");
        browser.send("Page.navigate", Map.of("url", page.toUri().toString()));
        browser.await("window.foveaMap && document.readyState === 'complete'");
    }

    private static JsonNode encoded(Map<String, Object> record) throws Exception {
        return browser.eval("foveaMap.encode(" + Json.writeLine(record) + ")");
    }

    /** All rows go through the page's encoder and come out where Java put them, with the same error. */
    private static void comparePlaces(MapData data, List<Map<String, Object>> records) throws Exception {
        float[] errors =
                Objects.requireNonNull(Objects.requireNonNull(data.scores()).error());
        for (int i = 0; i < records.size(); i++) {
            JsonNode there = encoded(records.get(i));
            for (int j = 0; j < 2; j++) {
                assertThat(there.get("place").get(j).asDouble())
                        .isCloseTo(data.points()[2 * i + j], within(NEAR * (1 + Math.abs(data.points()[2 * i + j]))));
            }
            assertThat(there.get("error").asDouble()).isCloseTo(errors[i], within(NEAR * (1 + errors[i])));
        }
    }

    private static List<Map<String, Object>> records(Table table) {
        List<Map<String, Object>> records = new ArrayList<>();
        for (int i = 0; i < table.rows(); i += 7) {
            records.add(new LinkedHashMap<>(table.row(i)));
        }
        return records;
    }

    private static double[] decoded(double x, double y) throws Exception {
        JsonNode values = browser.eval("foveaMap.decode([" + x + "," + y + "])");
        return IntStream.range(0, values.size())
                .mapToDouble(i -> values.get(i).asDouble())
                .toArray();
    }

    private static MapData everySeventh(MapData data) {
        float[] points = new float[2 * ((data.size() + 6) / 7)];
        float[] errors =
                Objects.requireNonNull(Objects.requireNonNull(data.scores()).error());
        float[] error = new float[points.length / 2];
        for (int i = 0; i < error.length; i++) {
            points[2 * i] = data.points()[14 * i];
            points[2 * i + 1] = data.points()[14 * i + 1];
            error[i] = errors[7 * i];
        }
        return new MapData(
                data.title(),
                points,
                null,
                null,
                new MapData.Scores(null, null, error, 0, null, null),
                null,
                data.model(),
                List.of(),
                List.of());
    }

    @Test
    void aTableModelIsTheSameOnThePage() throws Exception {
        Table table = table();
        EncoderOptions options = EncoderOptions.DEFAULT.withIds(List.of("name"));
        for (Unit unit : List.of(Unit.GELU, Unit.ELU)) {
            AutoencoderConfig config =
                    shortened(AutoencoderConfig.deep().with(NetworkConfig.mlp(List.of(20, 10), 2, unit)));
            try (Autoencoder model = Autoencoder.fit(table, options, config, Autoencoder.Watcher.NONE)) {
                MapData data = AutoencoderMap.of(model, loaded(model, table), "table", null);
                open(data);
                comparePlaces(everySeventh(data), records(table));
                Table back = model.inverseTransform(Table.of(
                        List.of("map1", "map2"), new double[][] {{0.3, -1}, {-0.2, 0.7}}));
                double[] first = decoded(0.3, -0.2);
                double[] second = decoded(-1, 0.7);
                for (int c = 0; c < 3; c++) {
                    double[] ours = back.columns().get(c).numbers();
                    assertThat(first[c]).isCloseTo(ours[0], within(NEAR * (1 + Math.abs(ours[0]))));
                    assertThat(second[c]).isCloseTo(ours[1], within(NEAR * (1 + Math.abs(ours[1]))));
                }
                assertThat(first).hasSize(6);
            }
        }
    }

    @Test
    void codesOfOtherSizesAreShownAndDecodedThroughTheMap() throws Exception {
        Table table = table();
        EncoderOptions options =
                EncoderOptions.DEFAULT.withIds(List.of("name")).withScaler(EncoderOptions.Scaler.ROBUST);
        for (AutoencoderConfig kind : List.of(
                AutoencoderConfig.sparse(),
                AutoencoderConfig.variational().withCode(3),
                AutoencoderConfig.deep().withCode(1))) {
            try (Autoencoder model = Autoencoder.fit(table, options, shortened(kind), Autoencoder.Watcher.NONE)) {
                MapData data = AutoencoderMap.of(model, loaded(model, table), "wide", null);
                assertThat(data.points()).hasSize(2 * ROWS);
                open(data);
                comparePlaces(everySeventh(data), records(table));
                if (model.codeSize() > 2) {
                    assertThat(data.remarks()).anyMatch(r -> r.contains("principal components"));
                }
            }
        }
    }

    @Test
    void aConvolutionalModelIsTheSameOnThePage() throws Exception {
        Rng rng = new Rng(3);
        int height = 7;
        int width = 12;
        float[] values = new float[ROWS * height * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.abs(Math.sin(i / 5.0 + i / 84.0)) * (0.5f + 0.5f * (float) rng.nextDouble());
        }
        NetworkConfig.Image image = new NetworkConfig.Image(1, height, width);
        Rows rows = Rows.of(values, ROWS, height * width).withPicture(image);
        AutoencoderConfig config = shortened(AutoencoderConfig.convolutional(image));
        try (Autoencoder model = Autoencoder.fit(rows, config, Autoencoder.Watcher.NONE)) {
            MapData data = AutoencoderMap.of(model, RowSource.Loaded.of(rows), "pictures", null);
            assertThat(data.thumbnails()).isNotNull();
            open(data);
            List<Map<String, Object>> records = new ArrayList<>();
            for (int i = 0; i < ROWS; i += 7) {
                Map<String, Object> record = new LinkedHashMap<>();
                for (int c = 0; c < rows.d(); c++) {
                    record.put("x" + (c + 1), values[i * rows.d() + c]);
                }
                records.add(record);
            }
            comparePlaces(everySeventh(data), records);
            float[] ours = model.inverseTransform(new float[] {0.4f, -0.3f}, 1);
            double[] theirs = decoded(0.4, -0.3);
            for (int c = 0; c < ours.length; c++) {
                assertThat(theirs[c]).isCloseTo(ours[c], within(NEAR));
            }
        }
    }
}
