package io.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.FoveaException;
import io.fovea.data.Batch;
import io.fovea.data.BatchSource;
import io.fovea.torch.Device;
import io.fovea.torch.Engine;
import io.fovea.torch.F;
import io.fovea.torch.Precision;
import io.fovea.torch.Tensor;
import io.fovea.weights.WeightsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a run begins, goes on and ends, with a recipe that does next to nothing. */
class TrainerTest {
    private static final long STEPS = 10;

    @TempDir
    Path temporary;

    /** A weight that walks at random, and what may happen to it. */
    private static final class Walk implements Recipe {
        private final Tensor weight = Tensor.zeros(4).keep();
        private long lossBreaksAt = -1;
        private long weightBreaksAt = -1;
        private long evaluationFailsAt = -1;

        @Override
        public Saved saved() {
            return new Saved().add("walk", Map.of("weight", weight));
        }

        @Override
        public Scalars step(long step, Batch batch) {
            weight.set(F.add(weight, Tensor.randn(4)));
            if (step == weightBreaksAt) {
                weight.set(Tensor.of(new float[] {1, 2, Float.POSITIVE_INFINITY, 4}, 4));
            }
            return Scalars.of("loss", step == lossBreaksAt ? Double.NaN : 1);
        }

        @Override
        public void sample(long step, SampleSheet sheet) {}

        @Override
        public Scores evaluate(long step) {
            if (step == evaluationFailsAt) {
                throw new FoveaException("photo.png cannot be read.");
            }
            return Scores.of(Score.higher("score", step));
        }

        @Override
        public void close() {
            weight.close();
        }
    }

    private static Trainer trainer(Walk recipe, RunFolder folder, Consumer<RunFolder> report) {
        RunConfig run = new RunConfig(1, Precision.F32, 1, 100, 4, 3);
        Trainer.Plan plan = new Trainer.Plan("walk", "{}", STEPS, run, Device.CPU, Map.of());
        return new Trainer(plan, recipe, BatchSource.none(), folder, Progress.onStderr("walk", STEPS), report);
    }

    private static Trainer.Result start(Walk recipe, Path folder) {
        Engine.seed(5);
        try (recipe;
                RunFolder run = RunFolder.create(folder, "{}")) {
            return trainer(recipe, run, r -> {}).start();
        }
    }

    private static Trainer.Result resume(Walk recipe, Path folder) {
        Engine.seed(99);
        try (recipe;
                RunFolder run = RunFolder.open(folder)) {
            return trainer(recipe, run, r -> {}).resume();
        }
    }

    private static RunFolder.Checkpoint latest(Path folder) {
        return RunFolder.read(folder).latest().orElseThrow();
    }

    private static float[] weight(Path folder) {
        Tensor weight = WeightsFile.open(latest(folder).file()).loadExact().get("walk.weight");
        return Objects.requireNonNull(weight).toFloats();
    }

    private static Event lastEvent(Path folder) {
        List<Event> events = Journal.read(RunFolder.read(folder).journalFile());
        return events.get(events.size() - 1);
    }

    @Test
    void aLossThatIsNoNumberStopsTheRunAndNamesTheLastCheckpoint() throws IOException {
        Path unbroken = temporary.resolve("unbroken");
        start(new Walk(), unbroken);
        Path folder = temporary.resolve("broken");
        Walk recipe = new Walk();
        recipe.lossBreaksAt = 7;
        Trainer.Result result = start(recipe, folder);
        assertThat(result.reason()).isEqualTo(Event.Reason.FAILED);
        assertThat(result.steps()).isEqualTo(7);
        assertThat(result.message())
                .startsWith("loss became NaN at step 8, so the run was stopped;"
                        + " the last good checkpoint is checkpoints/step-00000006.safetensors. ");
        assertThat(latest(folder).step()).isEqualTo(6);
        assertThat(weight(folder)).doesNotContain(Float.NaN);
        assertThat(lastEvent(folder)).isInstanceOfSatisfying(Event.End.class, end -> {
            assertThat(end.reason()).isEqualTo(Event.Reason.FAILED);
            assertThat(end.message()).isEqualTo(result.message());
        });
        assertThat(resume(new Walk(), folder).reason()).isEqualTo(Event.Reason.FINISHED);
        assertThat(Files.readAllBytes(latest(folder).file()))
                .isEqualTo(Files.readAllBytes(latest(unbroken).file()));
    }

    @Test
    void beforeTheFirstCheckpointItSaysSo() {
        Path folder = temporary.resolve("run");
        Walk recipe = new Walk();
        recipe.lossBreaksAt = 1;
        assertThat(start(recipe, folder).message())
                .startsWith("loss became NaN at step 2, so the run was stopped before its first checkpoint. ");
        assertThat(RunFolder.read(folder).latest()).isEmpty();
        assertThat(resume(new Walk(), folder).steps()).isEqualTo(STEPS);
    }

    @Test
    void weightsThatAreNotFiniteNeverReachACheckpoint() {
        Path folder = temporary.resolve("run");
        Walk recipe = new Walk();
        recipe.weightBreaksAt = 5;
        assertThat(start(recipe, folder).message())
                .startsWith("walk.weight holds values that are not finite at step 6, so the run was stopped;"
                        + " the last good checkpoint is checkpoints/step-00000003.safetensors. ");
        assertThat(latest(folder).step()).isEqualTo(3);
        for (float value : weight(folder)) {
            assertThat(value).isFinite();
        }
    }

    @Test
    void anErrorTellsWhatIsLeft() {
        Path folder = temporary.resolve("run");
        Walk recipe = new Walk();
        recipe.evaluationFailsAt = 8;
        assertThatThrownBy(() -> start(recipe, folder))
                .isExactlyInstanceOf(FoveaException.class)
                .hasMessage("photo.png cannot be read. The run stopped after step 7;"
                        + " resume goes on from checkpoints/step-00000006.safetensors.");
        assertThat(lastEvent(folder))
                .isInstanceOfSatisfying(
                        Event.End.class, end -> assertThat(end.reason()).isEqualTo(Event.Reason.FAILED));
        assertThat(resume(new Walk(), folder).reason()).isEqualTo(Event.Reason.FINISHED);
    }

    @Test
    void aReportThatCannotBeWrittenEndsTheRunAsWell() {
        Path folder = temporary.resolve("run");
        Walk recipe = new Walk();
        try (recipe;
                RunFolder run = RunFolder.create(folder, "{}")) {
            Trainer trainer = trainer(recipe, run, r -> {
                throw new FoveaException("Cannot write report.html: the disk is full.");
            });
            assertThatThrownBy(trainer::start)
                    .hasMessageStartingWith("Cannot write report.html: the disk is full. The run stopped after step ");
        }
        assertThat(lastEvent(folder)).isInstanceOf(Event.End.class);
    }

    @Test
    void aRunThatWasCutOffBeforeItsJournalBegins() {
        Path folder = temporary.resolve("run");
        RunFolder.create(folder, "{}").close();
        assertThat(resume(new Walk(), folder).steps()).isEqualTo(STEPS);
    }
}
