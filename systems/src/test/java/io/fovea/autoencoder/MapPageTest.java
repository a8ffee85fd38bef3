package io.fovea.autoencoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fovea.FoveaException;
import io.fovea.Json;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stands in the page's file; what it does is tested in a browser, beside the command line. */
class MapPageTest {
    @TempDir
    Path folder;

    private static MapData three(MapData.@Nullable Rows rows) {
        return new MapData("Three", new float[] {0, 0, 1, 0, 0, 1}, null, rows, null, null, null, List.of(), List.of());
    }

    private static MapData.Rows secrets() {
        return new MapData.Rows(
                List.of(
                        new MapData.Column.Numbers("salary", new double[] {51234.5, 2, 3}),
                        new MapData.Column.Texts("illness", new String[] {"gout", null, "</script><b>"})),
                "illness",
                new String[] {"Ann", "Bob", "Cy"});
    }

    private static JsonNode payload(String page) {
        int from = page.indexOf("id=\"map-data\">") + 14;
        return Json.tree(page.substring(from, page.indexOf("</script>", from)), "the page's data");
    }

    @ParameterizedTest
    @CsvSource({
        "i8, 1, 0 16 -127 NaN",
        "i16, 1, 128 NaN 3",
        "i16, 10, 39.1 18.7 181 3250.5 NaN",
        "i32, 100, 123456.78 0.01 NaN",
        "i32, 1, 2147483647 -2147483647",
        "f64, 0, 0.1 0.30000000000000004",
        "f64, 0, 1e-9 1",
        "f64, 0, -0.0 1",
        "f64, 0, Infinity 1"
    })
    void numbersComeBackExactly(String type, double scale, String text) {
        double[] values = List.of(text.split(" ")).stream()
                .mapToDouble(Double::parseDouble)
                .toArray();
        JsonNode packed = Packed.numbers(values);
        assertThat(packed.path("type").asText()).isEqualTo(type);
        assertThat(packed.path("scale").asDouble()).isEqualTo(scale);
        ByteBuffer bytes = ByteBuffer.wrap(
                        Base64.getDecoder().decode(packed.path("data").asText()))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (double expected : values) {
            double value = switch (type) {
                case "i8" -> missing(bytes.get(), Byte.MIN_VALUE) / scale;
                case "i16" -> missing(bytes.getShort(), Short.MIN_VALUE) / scale;
                case "i32" -> missing(bytes.getInt(), Integer.MIN_VALUE) / scale;
                default -> bytes.getDouble();
            };
            assertThat(Double.doubleToLongBits(value)).isEqualTo(Double.doubleToLongBits(expected));
        }
        assertThat(bytes.hasRemaining()).isFalse();
    }

    private static double missing(int value, int least) {
        return value == least ? Double.NaN : value;
    }

    @Test
    void rowsStandInThePageUnlessTheyAreLeftOut() {
        JsonNode with = payload(MapPage.render(three(secrets()), true));
        assertThat(with.path("names").get(0).asText()).isEqualTo("Ann");
        assertThat(with.path("columns").get(1).path("levels")).hasSize(2);
        assertThat(with.path("columns").get(1).path("levels").get(1).asText()).isEqualTo("</script><b>");
        String without = MapPage.render(three(secrets()), false);
        assertThat(payload(without).path("holdsRows").asBoolean()).isFalse();
        assertThat(payload(without).path("n").asInt()).isEqualTo(3);
        assertThat(without).doesNotContain("Ann", "gout", "illness", "salary");
    }

    @Test
    void aLargePageIsAnnounced() {
        Path file = folder.resolve("map.html");
        assertThat(MapPage.write(three(secrets()), file, true).remark()).isNull();
        MapPage.Written written = MapPage.write(new MapData("Large", new float[4_000_000]), file, true);
        assertThat(written.bytes()).isEqualTo(file.toFile().length()).isGreaterThan(20_000_000);
        assertThat(written.remark()).contains("map.html is 21 MB").contains("--no-rows");
    }

    @Test
    void whatCannotBeWrittenOrDoesNotFitIsRefused() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        assertThatThrownBy(() -> MapPage.write(three(null), file.resolve("map.html"), true))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining("map.html");
        MapData.Column two = new MapData.Column.Numbers("a", new double[2]);
        assertThatThrownBy(() -> three(new MapData.Rows(List.of(two), null, null)))
                .hasMessage("column a: 2 rows, expected 3");
        assertThatThrownBy(() -> three(new MapData.Rows(List.of(), "kind", null)))
                .hasMessage("label: no column is called kind");
        assertThatThrownBy(() -> new PageLayer.Linear(2, 3, new float[5], new float[3]))
                .hasMessage("linear weight: 5 values, expected 6");
    }
}
