package io.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.AtomicFile;
import io.fovea.FoveaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
    @TempDir
    Path temporary;

    private Path newRun() {
        Path folder = temporary.resolve("run");
        try (RunFolder run = RunFolder.create(folder, "{\"steps\": 5}")) {
            Journal.create(run.journalFile(), new Event.Start("srgan", 5, Map.of()))
                    .close();
        }
        return folder;
    }

    /** A safetensors file with one tensor of so many bytes. */
    static byte[] checkpoint(int bytes) {
        byte[] header = ("{\"w\":{\"dtype\":\"U8\",\"shape\":[" + bytes + "],\"data_offsets\":[0," + bytes + "]}}")
                .getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + header.length + bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header)
                .array();
    }

    private static List<Long> steps(RunFolder run) {
        return run.checkpoints().stream().map(RunFolder.Checkpoint::step).toList();
    }

    @Test
    void laysTheFolderOut() throws IOException {
        Path folder = newRun();
        try (var files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            ".lock", "config.json", "journal.jsonl", "samples", "checkpoints", "tensorboard");
        }
        assertThat(folder.resolve("config.json")).hasContent("{\"steps\": 5}");
        RunFolder run = RunFolder.read(folder);
        assertThat(run.relative(run.checkpointFile(1000))).isEqualTo("checkpoints/step-00001000.safetensors");
        assertThat(run.relative(run.sampleFile(123456789))).isEqualTo("samples/step-123456789.png");
    }

    @Test
    void refusesToStartWhereARunIs() {
        Path folder = newRun();
        assertThatThrownBy(() -> RunFolder.create(folder, "{}"))
                .isInstanceOf(FoveaException.class)
                .hasMessage("The folder " + folder
                        + " is not empty. A new run needs a new folder; to go on with the run in it, use resume.");
        assertThat(folder.resolve("config.json")).hasContent("{\"steps\": 5}");
    }

    @Test
    void refusesToStartAmongOtherFilesAndLeavesNoTrace() throws IOException {
        Path photo = Files.writeString(temporary.resolve("photo.jpg"), "x");
        assertThatThrownBy(() -> RunFolder.create(temporary, "{}"))
                .isInstanceOf(FoveaException.class)
                .hasMessageEndingWith("A new run needs a new folder.");
        try (var files = Files.list(temporary)) {
            assertThat(files).containsExactly(photo);
        }
        assertThatThrownBy(() -> RunFolder.create(photo, "{}")).hasMessageContaining("is a file");
    }

    @Test
    void saysWhatIsMissing() throws IOException {
        Path folder = newRun();
        Files.delete(folder.resolve("journal.jsonl"));
        assertThatThrownBy(() -> RunFolder.read(folder))
                .isInstanceOf(FoveaException.class)
                .hasMessage("The folder " + folder + " is no training run: journal.jsonl is missing in it.");
        Files.delete(folder.resolve("config.json"));
        assertThatThrownBy(() -> RunFolder.open(folder)).hasMessageContaining("config.json is missing");
        assertThatThrownBy(() -> RunFolder.open(folder.resolve("nowhere"))).hasMessageContaining("There is no folder");
    }

    @Test
    void twoTrainingsCannotShareAFolder() {
        Path folder = newRun();
        assertThat(RunFolder.read(folder).inTraining()).isFalse();
        try (RunFolder first = RunFolder.open(folder)) {
            assertThatThrownBy(() -> RunFolder.open(folder))
                    .isInstanceOf(FoveaException.class)
                    .hasMessage("A training runs in " + folder + " already, in this process.");
            assertThat(RunFolder.read(folder).inTraining()).isTrue();
            assertThat(first.inTraining()).isTrue();
        }
        RunFolder.open(folder).close();
    }

    @Test
    void anotherProcessIsNamedAndItsDeathFreesTheFolder() throws Exception {
        Path folder = newRun();
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        RunFolderTest.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(other.getInputStream().read()).isEqualTo('!');
            assertThat(RunFolder.read(folder).inTraining()).isTrue();
            assertThatThrownBy(() -> RunFolder.open(folder))
                    .isInstanceOf(FoveaException.class)
                    .hasMessage("A training runs in " + folder + " already, in process " + other.pid()
                            + ". Wait for its end, or stop it, then run the command again.");
            // the attempts of others did not loosen the lock
            assertThatThrownBy(() -> RunFolder.open(folder)).hasMessageContaining("in process " + other.pid());
        } finally {
            other.destroyForcibly().waitFor();
        }
        assertThat(RunFolder.read(folder).inTraining()).isFalse();
        RunFolder.open(folder).close();
    }

    /** Holds the folder until it is killed. */
    public static void main(String[] args) throws Exception {
        try (RunFolder run = RunFolder.open(Path.of(args[0]))) {
            // what a trainer does beside must not loosen the lock
            if (!run.inTraining() || !RunFolder.read(run.path()).inTraining()) {
                throw new AssertionError();
            }
            System.out.write('!');
            System.out.flush();
            Thread.sleep(60_000);
        }
    }

    @Test
    void openingClearsWhatAKilledProcessLeft() throws IOException {
        Path folder = newRun();
        Path half = Files.writeString(folder.resolve("checkpoints/.step-00000003.safetensors.77.part"), "half");
        RunFolder.read(folder);
        assertThat(half).exists();
        RunFolder.open(folder).close();
        assertThat(half).doesNotExist();
    }

    @Test
    void openingPutsEmptyFoldersBack() throws IOException {
        Path folder = newRun();
        Files.delete(folder.resolve("samples"));
        RunFolder.open(folder).close();
        assertThat(folder.resolve("samples")).isDirectory();
    }

    @Test
    void keepsTheLastTwoAndTheBest() {
        try (RunFolder run = RunFolder.open(newRun())) {
            for (long step = 1000; step <= 6000; step += 1000) {
                AtomicFile.write(run.checkpointFile(step), checkpoint(10));
                run.prune(step < 2000 ? OptionalLong.empty() : OptionalLong.of(2000));
            }
            assertThat(steps(run)).containsExactly(2000L, 5000L, 6000L);
            run.prune(OptionalLong.of(6000));
            assertThat(steps(run)).containsExactly(5000L, 6000L);
        }
    }

    @Test
    void stepsAreOrderedAsNumbers() {
        try (RunFolder run = RunFolder.open(newRun())) {
            for (long step : new long[] {99_999_999, 100_000_000, 5}) {
                AtomicFile.write(run.checkpointFile(step), checkpoint(10));
            }
            assertThat(steps(run)).containsExactly(5L, 99_999_999L, 100_000_000L);
        }
    }

    @Test
    void latestPassesOverDamagedFilesOfEveryLength() throws IOException {
        try (RunFolder run = RunFolder.open(newRun())) {
            assertThat(run.latest()).isEmpty();
            byte[] whole = checkpoint(10);
            AtomicFile.write(run.checkpointFile(1), whole);
            for (int length = 0; length < whole.length; length++) {
                Files.write(run.checkpointFile(2), Arrays.copyOf(whole, length));
                assertThat(run.latest().orElseThrow().step())
                        .as("cut to %d", length)
                        .isEqualTo(1);
            }
            Files.write(run.checkpointFile(2), Arrays.copyOf(whole, whole.length + 1));
            assertThat(run.latest().orElseThrow().step()).isEqualTo(1);
            Files.write(run.checkpointFile(2), whole);
            assertThat(run.latest().orElseThrow().step()).isEqualTo(2);
        }
    }

    @Test
    void aDamagedFileCostsNoGoodOneItsPlace() throws IOException {
        try (RunFolder run = RunFolder.open(newRun())) {
            for (long step : new long[] {1, 2, 4}) {
                AtomicFile.write(run.checkpointFile(step), checkpoint(10));
            }
            Files.write(run.checkpointFile(3), new byte[5]);
            run.prune(OptionalLong.empty());
            assertThat(steps(run)).containsExactly(2L, 4L);
        }
    }
}
