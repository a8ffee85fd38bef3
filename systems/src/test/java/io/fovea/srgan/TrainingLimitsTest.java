package io.fovea.srgan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fovea.torch.Scope;
import io.fovea.train.Event;
import io.fovea.train.Journal;
import io.fovea.train.RunFolder;
import io.fovea.weights.WeightsFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training on a disk that fills, and what a long one does to memory. */
class TrainingLimitsTest {
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s*(\\d+) kB");

    private static boolean succeeds(String... command) {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
        } catch (IOException | InterruptedException e) {
            return false;
        }
    }

    /** The disk is a small tmpfs in a namespace of its own; what is on it is copied out before both vanish. */
    @Test
    void aFullDiskStopsTheRunWithASentenceAndLeavesTheLastCheckpointWhole(@TempDir Path folder) throws Exception {
        assumeTrue(succeeds("unshare", "-rm", "true"), "needs unshare -rm");
        Path photos = TrainingProcess.photos(folder);
        Path disk = Files.createDirectory(folder.resolve("disk"));
        Path after = folder.resolve("after");
        String[] changes = {
            "content.steps=60", "run.logEvery=1", "run.checkpointEvery=5", "run.sampleEvery=5", "data.batch=2"
        };
        List<String> command = new ArrayList<>(List.of(
                "unshare",
                "-rm",
                "sh",
                "-c",
                "mount -t tmpfs -o size=1300k none \"$0\" && { \"$@\"; code=$?; cp -r \"$0/run\" \"" + after
                        + "\"; exit $code; }",
                disk.toString()));
        command.addAll(TrainingProcess.command(photos, disk.resolve("run"), changes));
        Path log = folder.resolve("log");
        Process training = TrainingProcess.start(command, log);
        assertThat(training.waitFor()).as(TrainingProcess.text(log)).isEqualTo(1);
        String said = TrainingProcess.text(log);
        Matcher sentence = Pattern.compile(
                        "Cannot write \\S+: the disk is full \\(0\\.\\d MB free\\); free some space, then run the"
                                + " command again\\. The run stopped after step \\d+; resume goes on from checkpoints/(step-\\d+\\.safetensors)\\.\n")
                .matcher(said);
        assertThat(sentence.find()).as(said).isTrue();
        assertThat(said).doesNotContain("\tat ");

        Path checkpoint = RunFolder.read(after).latest().orElseThrow().file();
        assertThat(checkpoint.getFileName()).hasToString(sentence.group(1));
        try (Scope scope = Scope.open()) {
            assertThat(WeightsFile.open(checkpoint).loadExact()).containsKey("adam.first.weight.exp_avg");
        }
        Process resumed = TrainingProcess.start(TrainingProcess.command(photos, after, changes), log);
        assertThat(resumed.waitFor()).as(TrainingProcess.text(log)).isZero();
        assertThat(RunFolder.read(after).latest().orElseThrow().step()).isEqualTo(60);
    }

    /** Where nobody may mount, the process may still not write files beyond a size. */
    @Test
    void aFileThatMayNotGrowStopsTheRunWithASentence(@TempDir Path folder) throws Exception {
        assumeTrue(succeeds("sh", "-c", "ulimit -f 100"), "needs ulimit -f");
        Path photos = TrainingProcess.photos(folder);
        Path run = folder.resolve("run");
        Path log = folder.resolve("log");
        List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -f 100 && exec \"$@\"", "sh"));
        command.addAll(
                TrainingProcess.command(photos, run, "content.steps=20", "run.checkpointEvery=5", "data.batch=2"));
        Process training = TrainingProcess.start(command, log);
        assertThat(training.waitFor()).as(TrainingProcess.text(log)).isEqualTo(1);
        assertThat(TrainingProcess.text(log))
                .containsPattern("\nCannot write \\S+step-00000005\\.safetensors: File too large\\."
                        + " The run stopped after step 4; it has no checkpoint yet\\.\n");
        assertThat(run.resolve("checkpoints")).isEmptyDirectory();
    }

    @Test
    void aThousandStepsKeepMemoryFlat(@TempDir Path folder) throws Exception {
        assumeTrue(
                Files.exists(Path.of("/proc/self/status")), "needs /proc: resident memory is measured on Linux only");
        Path photos = TrainingProcess.photos(folder);
        Path run = folder.resolve("run");
        Path log = folder.resolve("log");
        Process training = TrainingProcess.start(
                TrainingProcess.command(
                        photos, run, "content.steps=100", "adversarial.steps=900", "run.logEvery=10", "data.batch=1"),
                log);
        List<long[]> measured = new ArrayList<>();
        while (training.isAlive()) {
            long step = lastStep(run);
            long resident = resident(training.pid());
            if (resident > 0) {
                measured.add(new long[] {step, resident});
            }
            Thread.sleep(20);
        }
        assertThat(training.waitFor()).as(TrainingProcess.text(log)).isZero();
        long early = most(measured, 200, 300);
        long late = most(measured, 900, 1000);
        System.out.printf("resident at steps 200 to 300: %d kB, 900 to 1000: %d kB%n", early, late);
        assertThat(late - early)
                .as("growth of the resident memory in kB, from %d", early)
                .isLessThan(6_000);
    }

    private static long most(List<long[]> measured, long from, long to) {
        return measured.stream()
                .filter(m -> m[0] >= from && m[0] < to)
                .mapToLong(m -> m[1])
                .max()
                .orElseThrow();
    }

    private static long lastStep(Path run) {
        Path journal = run.resolve("journal.jsonl");
        if (!Files.exists(journal)) {
            return 0;
        }
        List<Event> events = Journal.read(journal);
        return events.get(events.size() - 1).step();
    }

    private static long resident(long pid) {
        try {
            Matcher m = RESIDENT.matcher(
                    Files.readString(Path.of("/proc", Long.toString(pid), "status"), StandardCharsets.US_ASCII));
            return m.find() ? Long.parseLong(m.group(1)) : 0;
        } catch (IOException e) {
            return 0; // it has just ended
        }
    }
}
