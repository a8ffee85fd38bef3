package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fovea.image.Picture;
import io.fovea.image.Pictures;
import io.fovea.image.WriteOptions;
import io.fovea.train.RunFolder;
import io.fovea.weights.WeightsFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C in a training. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "a test cannot press Ctrl-C there")
class InterruptedTrainingTest {
    @TempDir
    Path folder;

    /** The start of a shell in the background passes on that Ctrl-C is ignored. */
    @BeforeEach
    void interruptsArrive() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (Files.exists(status)) {
            Matcher ignored = Pattern.compile("SigIgn:\\s*([0-9a-f]+)").matcher(Files.readString(status));
            assumeTrue(
                    ignored.find() && (Long.parseUnsignedLong(ignored.group(1), 16) >> 1 & 1) == 0,
                    "this process ignores SIGINT, and so would the one it tests");
        }
    }

    private Path photos() throws IOException {
        Path photos = Files.createDirectories(folder.resolve("photos"));
        byte[] samples = new byte[60 * 52 * 3];
        new Random(3).nextBytes(samples);
        Pictures.write(Picture.of8(60, 52, 3, samples), photos.resolve("a.png"), WriteOptions.DEFAULT);
        return photos;
    }

    private Process fovea(Path out, Path err, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.awt.headless=true",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(words));
        return new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
    }

    private static String text(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
    }

    @Test
    void ctrlCWritesACheckpointAndSaysHowToGoOn() throws Exception {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Path run = folder.resolve("run");
        Process training = fovea(
                out,
                err,
                "srgan",
                "train",
                photos().toString(),
                "--run",
                run.toString(),
                "--preset",
                "tiny",
                "--threads",
                "1",
                "--set",
                "run.logEvery=1",
                "--set",
                "run.checkpointEvery=100000",
                "--set",
                "content.steps=100000",
                "--set",
                "data.batch=2");
        while (training.isAlive() && !text(run.resolve("journal.jsonl")).contains("\"event\":\"step\"")) {
            Thread.sleep(20);
        }
        assertThat(new ProcessBuilder("kill", "-INT", Long.toString(training.pid()))
                        .start()
                        .waitFor())
                .as(text(err))
                .isZero();
        assertThat(training.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(training.exitValue()).as(text(err)).isEqualTo(130);
        RunFolder.Checkpoint kept = RunFolder.read(run).latest().orElseThrow();
        assertThat(WeightsFile.open(kept.file()).tensors()).isNotEmpty();
        assertThat(text(err))
                .contains("fovea: stopped with a checkpoint; go on with: fovea srgan resume " + run + "\n")
                .doesNotContain("\tat ");
        assertThat(text(out)).isEqualTo("stopped after " + kept.step() + " steps: " + run + "\n");

        Process resumed = fovea(
                out,
                err,
                "srgan",
                "resume",
                run.toString(),
                "--threads",
                "1",
                "--set",
                "content.steps=" + (kept.step() + 2));
        assertThat(resumed.waitFor()).as(text(err)).isZero();
        assertThat(text(out)).isEqualTo("finished after " + (kept.step() + 2) + " steps: " + run + "\n");
    }
}
