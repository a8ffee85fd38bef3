package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fovea.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    @TempDir
    Path folder;

    @Test
    void helpNamesSystemsCommandsAndExamples() {
        Cli help = Cli.run("--help");
        assertThat(help.code()).isZero();
        assertThat(help.out()).contains("Systems", "srgan", "Commands", "doctor", "fovea srgan upscale photo.jpg");
        assertThat(help.out().lines().count()).as("one screen").isLessThan(30);
    }

    @Test
    void everyVerbHasHelpWithTheCommonOptions() {
        for (String verb :
                List.of("upscale", "train", "resume", "evaluate", "describe", "export", "import", "config")) {
            Cli help = Cli.run("srgan", verb, "--help");
            assertThat(help.code()).as(verb).isZero();
            assertThat(help.out())
                    .as(verb)
                    .contains("--device", "--precision", "--threads", "--seed", "--cache-dir", "--json", "--verbose");
        }
    }

    @Test
    void noCommandIsWrongUsage() {
        assertThat(Cli.run().code()).isEqualTo(2);
        assertThat(Cli.run("srgan").code()).isEqualTo(2);
    }

    @Test
    void wrongWordsGetTheNearestRightOnes() {
        Cli system = Cli.run("srgn");
        assertThat(system.code()).isEqualTo(2);
        assertThat(system.err()).contains("\"srgn\" is not known, did you mean srgan?");
        assertThat(Cli.run("srgan", "upscal").err()).contains("did you mean upscale?");
        assertThat(Cli.run("srgan", "upscale", "a.png", "--siz", "3x3").err()).contains("--siz", "--size");
        assertThat(Cli.run("srgan", "config", "--preset", "papr").err()).contains("did you mean \"paper\"?");
    }

    @Test
    void whatFailsIsOneLineAndExitCode1() {
        Cli failed = Cli.run("srgan", "config", "--set", "generator.bloks=3");
        assertThat(failed.code()).isEqualTo(1);
        assertThat(failed.err().lines())
                .containsExactly("fovea: --set generator.bloks: \"bloks\" is not known, did you mean \"blocks\"?");
    }

    @Test
    void wrongConfigurationsAreNamedByTheirField() throws IOException {
        Path misspelt = Files.writeString(folder.resolve("c.json"), "{\"generator\": {\"scale\": 4, \"blokcs\": 3}}");
        assertThat(Cli.run("srgan", "config", "--config", misspelt.toString()).err())
                .contains("\"generator.blokcs\" is not known, did you mean \"blocks\"?");
        Path empty = Files.writeString(folder.resolve("d.json"), "{}");
        assertThat(Cli.run("srgan", "config", "--config", empty.toString()).err())
                .contains("d.json: generator is missing.");
        assertThat(Cli.run("srgan", "config", "--set", "generator.blocks=eight").err())
                .contains("generator.blocks is \"eight\"; it must be a whole number.");
        assertThat(Cli.run("srgan", "config", "--set", "generator.norm=layer").err())
                .contains("generator.norm is \"layer\"; it must be batch, instance, none.");
        assertThat(Cli.run("srgan", "config", "--set", "content.losses.0.weight=much")
                        .err())
                .contains("content.losses.0.weight is \"much\"; it must be a number.");
    }

    @Test
    void wrongValuesOfOptionsAreToldWithoutTheNamesOfTypes() {
        assertThat(Cli.run("srgan", "upscale", "a.png", "--scale", "two").err())
                .contains("fovea: --scale: 'two' is not a number.");
        assertThat(Cli.run("srgan", "upscale", "a.png", "--threads", "1.5").err())
                .contains("fovea: --threads: '1.5' is not a whole number.");
        assertThat(Cli.run("srgan", "upscale", "a.png", "--precision", "f16").err())
                .contains("fovea: --precision: 'f16' is not one of f32, bf16, f64.");
        assertThat(Cli.run("srgan", "upscale", "a.png", "--tile", "3", "--tile", "4")
                        .err())
                .contains("fovea: --tile may be given only once.");
        assertThat(Cli.run("srgan", "upscale", "a.png", "--device", "gpu").code())
                .isEqualTo(2);
    }

    @Test
    void everyPresetIsPrintedAndRead() throws IOException {
        JsonNode presets =
                Json.tree(Cli.run("srgan", "config", "--list", "--json").out(), "list");
        assertThat(presets.size()).isGreaterThanOrEqualTo(9);
        List<String> names = new ArrayList<>();
        presets.fieldNames().forEachRemaining(names::add);
        assertThat(names)
                .contains("cpu", "tiny", "paper", "leftthomas", "basicsr-msrresnet", "basicsr-msrgan", "tensorlayer");
        for (String name : names) {
            Path file = folder.resolve(name + ".json");
            assertThat(Cli.run("srgan", "config", "--preset", name, "-o", file.toString())
                            .code())
                    .isZero();
            assertThat(Cli.run("srgan", "config", "--config", file.toString()).code())
                    .isZero();
        }
    }

    @Test
    void verboseAddsTheStackTrace() {
        Cli failed = Cli.run("srgan", "config", "--set", "generator.bloks=3", "--verbose");
        assertThat(failed.err()).contains("io.fovea.FoveaException").contains("\tat io.fovea.");
    }

    @Test
    void threadsBelowOneAreWrongUsage() {
        Cli doctor = Cli.run("doctor", "--threads", "0");
        assertThat(doctor.code()).isEqualTo(2);
        assertThat(doctor.err()).contains("--threads is 0");
    }

    @Test
    void listTellsWhatIsThereAndWhatIsNot() {
        JsonNode list = Json.tree(Cli.run("list", "--json").out(), "list");
        assertThat(list.get("systems")).hasSize(10);
        assertThat(list.get("systems").get(0).get("name").asText()).isEqualTo("srgan");
        assertThat(list.get("systems").get(0).get("state").asText()).isEqualTo("ready");
        assertThat(list.get("systems").get(9).get("state").asText()).isEqualTo("planned");
    }

    @Test
    void describeCountsThePapersParameters() {
        Cli describe = Cli.run("srgan", "describe", "--network", "generator", "--json");
        assertThat(describe.code()).isZero();
        JsonNode generator = Json.tree(describe.out(), "describe").get("generator");
        assertThat(generator.get("parameters").asLong()).isEqualTo(1_549_462);
    }

    @Test
    void configWritesWhatConfigReads() throws IOException {
        Path file = folder.resolve("mine.json");
        assertThat(Cli.run("srgan", "config", "--preset", "tiny", "--set", "generator.blocks=3", "-o", file.toString())
                        .code())
                .isZero();
        assertThat(Json.tree(Files.readString(file), "mine")
                        .get("generator")
                        .get("blocks")
                        .asInt())
                .isEqualTo(3);
        assertThat(Cli.run("srgan", "config", "--config", file.toString()).out())
                .isEqualTo(Files.readString(file));
        Cli again = Cli.run("srgan", "config", "-o", file.toString());
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("exists already");
    }

    @Test
    void doctorFindsTheEngine() {
        Cli doctor = Cli.run("doctor", "--quick", "--json");
        assertThat(doctor.code()).isZero();
        JsonNode findings = Json.tree(doctor.out(), "doctor");
        List<String> topics = new ArrayList<>();
        findings.forEach(f -> topics.add(f.get("topic").asText()));
        assertThat(topics).contains("machine", "processor", "Java", "native cache", "libtorch", "zoo");
    }

    @Test
    void completionIsAScript() {
        assertThat(Cli.run("completion").out()).contains("complete", "upscale");
    }

    /** A fresh JVM with an empty cache: whatever boots the engine would fill it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "--version",
                "list",
                "completion",
                "srgan config",
                "srgan upscale --help",
                "srgan upscale x.png --size huge",
                "srgan train",
                "nonsense"
            })
    void doesNotBootTheEngine(String words) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dorg.bytedeco.javacpp.cachedir=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                "io.fovea.cli.Main"));
        command.addAll(List.of(words.split(" ", -1)));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        folder.resolveSibling(folder.getFileName() + ".log").toFile())
                .start();
        assertThat(process.waitFor()).isIn(0, 2);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).isEmpty();
        }
    }
}
