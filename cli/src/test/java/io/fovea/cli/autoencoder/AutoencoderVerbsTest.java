package io.fovea.cli.autoencoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.fovea.Json;
import io.fovea.autoencoder.Autoencoder;
import io.fovea.autoencoder.AutoencoderNetwork;
import io.fovea.autoencoder.NetworkConfig;
import io.fovea.autoencoder.RowSource;
import io.fovea.autoencoder.Unit;
import io.fovea.cli.Cli;
import io.fovea.data.Table;
import io.fovea.graph.OnnxModel;
import io.fovea.image.Picture;
import io.fovea.image.Pictures;
import io.fovea.image.WriteOptions;
import io.fovea.torch.Rng;
import io.fovea.weights.WeightsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AutoencoderVerbsTest {
    @TempDir
    Path folder;

    private Path csv = Path.of("");

    @BeforeEach
    void table() throws IOException {
        csv = folder.resolve("plants.csv");
        Files.writeString(csv, plants(90, ","));
    }

    /** Three kinds of plants by two lengths and a colour; the last two columns are a name and the kind. */
    private static String plants(int n, String delimiter) {
        Rng rng = new Rng(2);
        StringBuilder text =
                new StringBuilder(String.join(delimiter, "length", "width", "colour", "name", "kind") + "\n");
        for (int i = 0; i < n; i++) {
            int kind = i % 3;
            text.append(String.join(
                            delimiter,
                            String.format(Locale.ROOT, "%.3f", 10 + 3 * kind + rng.nextGaussian()),
                            String.format(Locale.ROOT, "%.3f", 2 + kind % 2 + 0.3 * rng.nextGaussian()),
                            kind == 0 ? "red" : "green",
                            "plant " + i,
                            "kind " + kind))
                    .append('\n');
        }
        return text.toString();
    }

    private Cli fit(String... more) {
        List<String> args = new ArrayList<>(List.of(
                "autoencoder",
                "fit",
                csv.toString(),
                "--label",
                "kind",
                "--id",
                "name",
                "--run",
                folder.resolve("run").toString(),
                "--epochs",
                "8",
                "--threads",
                "1"));
        args.addAll(List.of(more));
        return Cli.run(args.toArray(String[]::new));
    }

    private Path model() {
        Path file = folder.resolve("model.safetensors");
        Cli done = fit("--kind", "deep", "--restarts", "1", "--out", file.toString());
        assertThat(done.code()).as(done.err()).isZero();
        return file;
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    void fitReportsBesidePcaAndWritesModelMapAndPictures() throws IOException {
        Cli done = fit(
                "--kind",
                "denoising",
                "--out",
                path("m.safetensors"),
                "--map",
                path("m.html"),
                "--json",
                "--set",
                "run.logEvery=2");
        assertThat(done.code()).as(done.err()).isZero();
        JsonNode told = Json.tree(done.out(), "fit");
        JsonNode rows = told.get("result").get("fitted_rows");
        assertThat(rows.get("sentence").asText()).startsWith("For the rows it was fitted to the measures");
        assertThat(rows.get("map").get("trustworthiness@10").get("mean").asDouble())
                .isBetween(0.0, 1.0);
        assertThat(rows.get("pca").get("r2").get("mean").asDouble()).isBetween(0.0, 1.0);
        assertThat(Files.readString(folder.resolve("m.html"))).contains("plant 89");
        assertThat(folder.resolve("run/pictures")).isDirectoryContaining("glob:**/scatter.png");
        assertThat(folder.resolve("run/pictures")).isDirectoryContaining("glob:**/training.png");
        assertThat(folder.resolve("run/samples")).isNotEmptyDirectory();
        assertThat(folder.resolve("run/model.safetensors")).hasSameBinaryContentAs(folder.resolve("m.safetensors"));
        assertThat(done.err()).contains("fitting a denoising map");

        Cli again = fit("--kind", "deep", "--out", path("m.safetensors"));
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("exists already");
        Cli text = Cli.run("autoencoder", "resume", path("run"));
        assertThat(text.code()).isEqualTo(1);
        assertThat(text.err()).contains("m.safetensors exists already");
    }

    @Test
    void whatWasCutOffIsResumedWithItsOutputs() throws IOException {
        assertThat(fit("--kind", "deep", "--map", path("m.html")).code()).isZero();
        Files.delete(folder.resolve("m.html"));
        Files.delete(folder.resolve("run/model.safetensors"));
        Cli resumed = Cli.run("autoencoder", "resume", path("run"), "--threads", "1");
        assertThat(resumed.code()).as(resumed.err()).isZero();
        assertThat(folder.resolve("m.html")).exists();
        assertThat(folder.resolve("run/model.safetensors")).exists();
        assertThat(resumed.out()).contains("measures");
    }

    @Test
    void theMapMayLeaveTheRowsOut() throws IOException {
        assertThat(fit("--kind", "linear", "--map", path("m.html"), "--no-rows").code())
                .isZero();
        assertThat(Files.readString(folder.resolve("m.html"))).doesNotContain("plant 89");
    }

    @Test
    void transformKeepsIdsAndOrderAndInverseLeadsBack() throws IOException {
        Path model = model();
        Path places = folder.resolve("places.csv");
        Cli done = Cli.run(
                "autoencoder",
                "transform",
                model.toString(),
                csv.toString(),
                "-o",
                places.toString(),
                "--keep",
                "kind");
        assertThat(done.code()).as(done.err()).isZero();
        Table table = Table.read(places);
        assertThat(table.names()).containsExactly("kind", "name", "map1", "map2", "error");
        assertThat(table.rows()).isEqualTo(90);
        assertThat(table.column("name").text(89)).isEqualTo("plant 89");
        try (Autoencoder loaded = Autoencoder.load(model.toString())) {
            float[] codes =
                    loaded.transform(RowSource.of(csv).load(loaded).rows().values(), 90);
            assertThat(table.column("map2").numbers()[89]).isCloseTo(codes[179], within(1e-6));
        }
        Cli back = Cli.run("autoencoder", "inverse", model.toString(), places.toString());
        assertThat(back.code()).as(back.err()).isZero();
        assertThat(back.out()).startsWith("length,width,colour\n");
        assertThat(back.out().lines()).hasSize(91);
        Cli scored = Cli.run("autoencoder", "score", model.toString(), csv.toString());
        assertThat(scored.out().lines().findFirst().orElseThrow()).isEqualTo("name,error,unusual");
    }

    @Test
    void columnsAreFoundByNameAndRefusedWithBothLists() throws IOException {
        Path model = model();
        Path other = folder.resolve("other.csv");
        Files.writeString(other, "colour;extra;width;length\nred;9;2,5;10,5\n");
        Cli done = Cli.run("autoencoder", "transform", model.toString(), other.toString());
        assertThat(done.code()).as(done.err()).isZero();
        assertThat(done.out()).startsWith("map1,map2,error\n");
        Files.writeString(other, "colour;extra;wide;length\nred;9;2,5;10,5\n");
        Cli refused = Cli.run("autoencoder", "transform", model.toString(), other.toString());
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err())
                .contains("it lacks width, and has instead extra, wide")
                .contains("The model's columns: length, width, colour.")
                .contains("The table's columns: colour, extra, wide, length.");
    }

    @Test
    void evaluateKeepsNewAndFittedRowsApart() {
        Cli split = Cli.run(
                "autoencoder",
                "evaluate",
                "--data",
                csv.toString(),
                "--label",
                "kind",
                "--id",
                "name",
                "--kind",
                "deep",
                "--epochs",
                "5",
                "--restarts",
                "1",
                "--seeds",
                "2",
                "--json");
        assertThat(split.code()).as(split.err()).isZero();
        JsonNode json = Json.tree(split.out(), "evaluate");
        int fresh = json.get("new_rows").get("rows").asInt();
        assertThat(fresh).isBetween(8, 30);
        assertThat(json.get("fitted_rows").get("rows").asInt()).isEqualTo(90 - fresh);
        assertThat(json.get("seeds").asInt()).isEqualTo(2);

        Path model = model();
        Cli fitted = Cli.run("autoencoder", "evaluate", "--weights", model.toString(), "--data", csv.toString());
        assertThat(fitted.out()).contains("90 rows it was fitted to").doesNotContain("new rows");
    }

    @Test
    void exportedNetworksComputeTheSameInOnnxRuntime() throws IOException {
        Path model = model();
        Cli done = Cli.run("autoencoder", "export", model.toString(), "-o", path("out"), "--data", csv.toString());
        assertThat(done.code()).as(done.err()).isZero();
        compare(model, folder.resolve("out"), csv);
        assertThat(Files.readString(folder.resolve("out/tensors.tsv")).lines()).hasSize(90);
        assertThat(Files.readString(folder.resolve("out/metadata.tsv")).lines()).hasSize(91);
        assertThat(Files.readString(folder.resolve("out/projector_config.pbtxt")))
                .contains("metadata.tsv");
        assertThat(Files.readString(folder.resolve("out/schema.json"))).contains("\"length\"");
    }

    private static void compare(Path model, Path out, Path data) {
        try (Autoencoder loaded = Autoencoder.load(model.toString());
                OnnxModel encoder = OnnxModel.load(out.resolve("encoder.onnx"), 1);
                OnnxModel decoder = OnnxModel.load(out.resolve("decoder.onnx"), 1)) {
            float[] rows = RowSource.of(data).load(loaded).rows().values();
            int n = rows.length / loaded.width();
            float[] codes = loaded.transform(rows, n);
            assertThat(encoder.predict(rows, n, loaded.width())).containsExactly(codes, within(1e-4f));
            assertThat(decoder.predict(codes, n, loaded.codeSize()))
                    .containsExactly(loaded.inverseTransform(codes, n), within(1e-4f));
        }
    }

    @Test
    void picturesAreMappedDecodedAndExported() throws IOException {
        Path photos = folder.resolve("photos");
        Rng rng = new Rng(4);
        for (int i = 0; i < 24; i++) {
            byte[] samples = new byte[14 * 14];
            for (int p = 0; p < samples.length; p++) {
                samples[p] = (byte) (i % 2 == 0 ? 8 * (p % 14) : 8 * (p / 14) + rng.nextInt(20));
            }
            Path place = Files.createDirectories(photos.resolve(i % 2 == 0 ? "across" : "down"));
            Pictures.write(Picture.of8(14, 14, 1, samples), place.resolve(i + ".png"), WriteOptions.DEFAULT);
        }
        Cli done = Cli.run(
                "autoencoder",
                "fit",
                photos.toString(),
                "--kind",
                "convolutional",
                "--epochs",
                "4",
                "--restarts",
                "1",
                "--out",
                path("p.safetensors"),
                "--map",
                path("p.html"),
                "--run",
                path("photo-run"));
        assertThat(done.code()).as(done.err()).isZero();
        assertThat(folder.resolve("photo-run/pictures")).isDirectoryContaining("glob:**/lattice.png");
        Cli placed = Cli.run("autoencoder", "transform", path("p.safetensors"), photos.toString());
        assertThat(placed.out()).startsWith("picture,label,map1,map2,error\n").contains("across/0.png,across,");
        Files.writeString(folder.resolve("places.csv"), placed.out());
        Cli sheet = Cli.run("autoencoder", "inverse", path("p.safetensors"), path("places.csv"), "-o", path("s.png"));
        assertThat(sheet.code()).as(sheet.err()).isZero();
        assertThat(Pictures.read(folder.resolve("s.png")).width()).isGreaterThan(100);
        Cli exported =
                Cli.run("autoencoder", "export", path("p.safetensors"), "-o", path("ex"), "--data", photos.toString());
        assertThat(exported.code()).as(exported.err()).isZero();
        compare(folder.resolve("p.safetensors"), folder.resolve("ex"), photos);
        assertThat(folder.resolve("ex/sprite.png")).exists();
        Cli wrong = Cli.run("autoencoder", "transform", path("p.safetensors"), csv.toString());
        assertThat(wrong.code()).isEqualTo(1);
    }

    @Test
    void publicLayoutsComeInAndGoOut() {
        NetworkConfig config = NetworkConfig.mlp(List.of(6, 4), 2, Unit.TANH);
        Path plain = folder.resolve("plain.safetensors");
        try (AutoencoderNetwork network = new AutoencoderNetwork(config, 5)) {
            WeightsFile.save(network.state(), Map.of(), plain);
        }
        Cli imported = Cli.run(
                "autoencoder",
                "import",
                plain.toString(),
                "-o",
                path("mine.safetensors"),
                "--activation",
                "tanh",
                "--json");
        assertThat(imported.code()).as(imported.err()).isZero();
        assertThat(Json.tree(imported.out(), "import").get("layout").asText()).isEqualTo("Sequential");
        Cli back = Cli.run("autoencoder", "export", path("mine.safetensors"), "-o", path("back.safetensors"));
        assertThat(back.code()).as(back.err()).isZero();
        assertThat(folder.resolve("back.safetensors")).hasSameBinaryContentAs(plain);
        Cli described = Cli.run("autoencoder", "describe", "--weights", path("mine.safetensors"));
        assertThat(described.out()).contains("encoder, ", "decoder, ", "Linear(5, 6)");
    }

    @Test
    void anAnchoredMapKeepsColumnsAndPlace() {
        Path model = model();
        Cli done = Cli.run(
                "autoencoder",
                "fit",
                csv.toString(),
                "--anchor",
                model.toString(),
                "--run",
                path("second"),
                "--out",
                path("second.safetensors"));
        assertThat(done.code()).as(done.err()).isZero();
        try (Autoencoder near = Autoencoder.load(path("second.safetensors"));
                Autoencoder old = Autoencoder.load(model.toString())) {
            assertThat(near.model().provenance().aligned()).isEqualTo("old map");
            assertThat(near.model().table()).isEqualTo(old.model().table());
            assertThat(near.config().network()).isEqualTo(old.config().network());
        }
    }

    @Test
    void whatIsWrongIsSaidInALine() throws IOException {
        Map<String, String> files = Map.of(
                "", "is empty",
                "a,b\n", "but no rows",
                "a,b\n1,2\n", "has 1 row; a map needs at least 2",
                "a,b\n1,2\n1,2\n1,2\n", "is constant",
                "a,b,c\n1,2,3\n4,5\n", "line 3 has 2 cells",
                "a,b\n1,2\n2,3\n3,oops\n", "line 4 has \"oops\"",
                "a,b\n1,2\n2,3\n3,\n", "1 missing cell, in line 4");
        for (Map.Entry<String, String> each : files.entrySet()) {
            Files.writeString(csv, each.getKey());
            Cli refused = Cli.run("autoencoder", "fit", csv.toString(), "--kind", "deep", "--run", path("none"));
            assertThat(refused.code()).as(each.getKey()).isEqualTo(1);
            assertThat(refused.err()).contains(each.getValue(), "plants.csv");
            assertThat(refused.err().lines()).hasSize(1);
        }
        assertThat(folder.resolve("none")).doesNotExist();
        Files.writeString(csv, plants(30, ";"));
        assertThat(Cli.run("autoencoder", "fit", csv.toString(), "--delimiter", ",")
                        .err())
                .contains("give that as the delimiter");
        assertThat(Cli.run("autoencoder", "fit", path("nowhere.csv")).err()).contains("There is no file");
        assertThat(Cli.run("autoencoder", "fit", csv.toString(), "--label", "sort")
                        .err())
                .contains("no column \"sort\"");
        Cli unknown = Cli.run("autoencoder", "fit", csv.toString(), "--kind", "denoisin");
        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.err()).contains("did you mean \"denoising\"?");
    }
}
