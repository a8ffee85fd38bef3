package io.fovea.autoencoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.train.Event;
import io.fovea.train.RunFolder;
import io.fovea.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs in folders: the same as in memory, stopped early, resumed. */
class AutoencoderTrainingTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private static AutoencoderTraining.RunSetup setup(AutoencoderConfig config) {
        return new AutoencoderTraining.RunSetup(config);
    }

    @Test
    void aRunInAFolderIsTheSameAsOneInMemory() {
        Rows rows = Samples.plane(100, 5, 0.2);
        AutoencoderConfig config = Samples.small(AutoencoderConfig.denoising(), 12);
        Trainer.Result result =
                AutoencoderTraining.start(setup(config), RowSource.Loaded.of(rows), folder.resolve("run"), t -> {});
        assertThat(result.reason()).isEqualTo(Event.Reason.FINISHED);
        try (Autoencoder run = Autoencoder.load(folder.resolve("run").toString());
                Autoencoder memory = Autoencoder.fit(rows, config, Autoencoder.Watcher.NONE)) {
            assertThat(run.transform(rows.values(), 100)).isEqualTo(memory.transform(rows.values(), 100));
            assertThat(run.model()).isEqualTo(memory.model());
        }
    }

    @Test
    void anInterruptedRunEndsAsAnUnbrokenOne() throws IOException {
        Rows rows = Samples.plane(100, 5, 0.2);
        AutoencoderConfig config = Samples.small(AutoencoderConfig.neighbours(), 12);
        AutoencoderTraining.start(setup(config), RowSource.Loaded.of(rows), folder.resolve("unbroken"), t -> {});
        Path broken = folder.resolve("broken");
        Trainer.Result first =
                AutoencoderTraining.start(setup(config), RowSource.Loaded.of(rows), broken, Trainer::requestStop);
        assertThat(first.reason()).isEqualTo(Event.Reason.INTERRUPTED);
        Trainer.Result second = AutoencoderTraining.resume(broken, List.of(), RowSource.Loaded.of(rows), t -> {});
        assertThat(second.reason()).isEqualTo(Event.Reason.FINISHED);
        assertThat(Files.readAllBytes(AutoencoderTraining.modelFile(broken)))
                .isEqualTo(Files.readAllBytes(AutoencoderTraining.modelFile(folder.resolve("unbroken"))));
    }

    @Test
    void earlyStoppingEndsARunAndKeepsTheBestWeights() {
        Rows rows = Samples.plane(60, 5, 1.5);
        AutoencoderConfig small = Samples.small(AutoencoderConfig.deep(), 400);
        TrainingConfig t = small.training();
        AutoencoderConfig config = small.with(
                new TrainingConfig(t.optimiser(), t.batch(), 400, t.schedule(), t.clip(), 0.2, 3, 1, t.start()));
        Path run = folder.resolve("run");
        Trainer.Result result = AutoencoderTraining.start(setup(config), RowSource.Loaded.of(rows), run, x -> {});
        long perEpoch = 2;
        assertThat(result.steps()).isLessThan(400 * perEpoch).isEqualTo(result.steps() / perEpoch * perEpoch);
        try (Autoencoder map = Autoencoder.load(run.toString());
                Autoencoder memory = Autoencoder.fit(rows, config, Autoencoder.Watcher.NONE)) {
            assertThat(map.model()).isEqualTo(memory.model());
            assertThat(map.model().provenance().epochs()).isEqualTo((int) (result.steps() / perEpoch));
        }
        Trainer.Result again = AutoencoderTraining.resume(run, List.of(), RowSource.Loaded.of(rows), x -> {});
        assertThat(again.steps()).isEqualTo(result.steps());
        try (RunFolder read = RunFolder.read(run)) {
            assertThat(read.latest().orElseThrow().step()).isEqualTo(result.steps());
        }
    }

    @Test
    void theBestOfSeveralTrainingsIsKeptAsInMemoryAndAfterAnInterruption() throws IOException {
        Rows rows = Samples.plane(60, 5, 0.8);
        AutoencoderConfig small = Samples.small(AutoencoderConfig.deep(), 12);
        TrainingConfig t = small.training();
        AutoencoderConfig config = small.with(
                new TrainingConfig(t.optimiser(), t.batch(), 12, t.schedule(), t.clip(), 0.2, 3, 3, t.start()));
        Path whole = folder.resolve("whole");
        AutoencoderTraining.start(setup(config), RowSource.Loaded.of(rows), whole, x -> {});
        try (Autoencoder run = Autoencoder.load(whole.toString());
                Autoencoder memory = Autoencoder.fit(rows, config, Autoencoder.Watcher.NONE)) {
            assertThat(run.model()).isEqualTo(memory.model());
            assertThat(run.transform(rows.values(), 60)).isEqualTo(memory.transform(rows.values(), 60));
        }
        Path broken = folder.resolve("broken");
        Trainer.Result result =
                AutoencoderTraining.start(setup(config), RowSource.Loaded.of(rows), broken, Trainer::requestStop);
        for (int i = 0; i < 100 && result.reason() == Event.Reason.INTERRUPTED; i++) {
            Consumer<Trainer> stopsAtOnce = i % 2 == 0 ? Trainer::requestStop : x -> {};
            result = AutoencoderTraining.resume(broken, List.of(), RowSource.Loaded.of(rows), stopsAtOnce);
        }
        assertThat(Files.readAllBytes(AutoencoderTraining.modelFile(broken)))
                .isEqualTo(Files.readAllBytes(AutoencoderTraining.modelFile(whole)));
    }

    @Test
    void theLinearKindIsSolvedInAFolderToo() {
        Rows rows = Samples.plane(60, 5, 1);
        Path run = folder.resolve("run");
        for (int i = 0; i < 2; i++) {
            Trainer.Result result = i == 0
                    ? AutoencoderTraining.start(
                            setup(AutoencoderConfig.linear()), RowSource.Loaded.of(rows), run, t -> {})
                    : AutoencoderTraining.resume(run, List.of(), RowSource.Loaded.of(rows), t -> {});
            assertThat(result.reason()).isEqualTo(Event.Reason.FINISHED);
        }
        try (Autoencoder map = Autoencoder.load(run.toString());
                Autoencoder memory = Autoencoder.fit(rows, AutoencoderConfig.linear(), Autoencoder.Watcher.NONE)) {
            assertThat(map.model()).isEqualTo(memory.model());
        }
        assertThat(run.resolve("report.html")).exists();
    }

    @Test
    void aRunStaysNearItsAnchor() {
        Rows rows = Samples.plane(200, 6, 0.3);
        AutoencoderConfig config = Samples.small(AutoencoderConfig.deep(), 30);
        Path file = folder.resolve("old.safetensors");
        try (Autoencoder old = Autoencoder.fit(rows, config, Autoencoder.Watcher.NONE)) {
            old.save(file);
            AutoencoderTraining.RunSetup setup = new AutoencoderTraining.RunSetup(
                    config.withSeed(11), null, file.toString(), AutoencoderTraining.Outputs.NONE);
            AutoencoderTraining.start(setup, RowSource.Loaded.of(rows), folder.resolve("run"), t -> {});
            try (Autoencoder near = Autoencoder.load(folder.resolve("run").toString());
                    Autoencoder refit = old.refit(rows.values(), 200, config.withSeed(11), Autoencoder.Watcher.NONE)) {
                assertThat(near.model().provenance().aligned()).isEqualTo("old map");
                assertThat(near.transform(rows.values(), 200)).isEqualTo(refit.transform(rows.values(), 200));
            }
        }
    }
}
