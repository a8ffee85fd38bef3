package io.fovea.srgan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.train.Event;
import io.fovea.train.Journal;
import io.fovea.train.RunFolder;
import io.fovea.weights.WeightsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training that is killed with SIGKILL again and again ends with the same bits as one that is left alone. */
class KilledTrainingTest {
    private static final int KILLS = 10;
    private static final int STEPS = 120;
    private static final String[] CHANGES = {
        "content.steps=80",
        "adversarial.steps=40",
        "run.logEvery=1",
        "run.checkpointEvery=6",
        "run.sampleEvery=9",
        "run.evaluateEvery=7",
        "data.batch=2"
    };

    @Test
    void tenKillsChangeNothing(@TempDir Path folder) throws Exception {
        Path photos = TrainingProcess.photos(folder);
        Path unbroken = folder.resolve("unbroken");
        Path killed = folder.resolve("killed");
        Path log = folder.resolve("log");
        Process alone = TrainingProcess.start(TrainingProcess.command(photos, unbroken, CHANGES), log);

        Random random = new Random(8);
        int[] atStep = random.ints(KILLS - 2, 1, STEPS - 4).sorted().toArray();
        for (int kill = 0; kill < KILLS; kill++) {
            Process training = TrainingProcess.start(TrainingProcess.command(photos, killed, CHANGES), log);
            if (kill < 2) {
                Thread.sleep(300 + random.nextInt(900)); // while it starts
            } else {
                awaitStep(training, killed, atStep[kill - 2]);
                Thread.sleep(random.nextInt(40)); // somewhere in a step, a sample sheet or a checkpoint
            }
            training.destroyForcibly();
            assertThat(training.waitFor())
                    .as("killed, " + TrainingProcess.text(log))
                    .isEqualTo(128 + 9);
        }
        finish(TrainingProcess.start(TrainingProcess.command(photos, killed, CHANGES), log), log);
        finish(alone, log);

        assertThat(end(killed)).isEqualTo(end(unbroken));
        assertThat(resumedAt(killed)).as("resumed from checkpoints").hasSizeGreaterThan(4);
    }

    private static void finish(Process training, Path log) throws Exception {
        assertThat(training.waitFor(100, TimeUnit.SECONDS)).isTrue();
        assertThat(training.exitValue()).as(TrainingProcess.text(log)).isZero();
    }

    private static void awaitStep(Process training, Path run, int step) throws Exception {
        while (training.isAlive()
                && !TrainingProcess.text(run.resolve("journal.jsonl")).contains("\"step\":" + step + ",")) {
            Thread.sleep(5);
        }
    }

    /** Weights of both networks, their averages, the state of both optimisers and of the generator of random numbers. */
    private static byte[] end(Path run) throws IOException {
        Path file = RunFolder.read(run).latest().orElseThrow().file();
        assertThat(file.getFileName()).hasToString("step-00000" + STEPS + ".safetensors");
        assertThat(WeightsFile.open(file).tensors().keySet()).anyMatch(n -> n.startsWith("discriminatorAdam."));
        return Files.readAllBytes(file);
    }

    private static List<Long> resumedAt(Path run) {
        return Journal.read(run.resolve("journal.jsonl")).stream()
                .filter(e -> e instanceof Event.Resume && e.step() > 0)
                .map(Event::step)
                .toList();
    }
}
