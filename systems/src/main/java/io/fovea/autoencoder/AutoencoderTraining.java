package io.fovea.autoencoder;

import io.fovea.FoveaException;
import io.fovea.Json;
import io.fovea.report.RunReport;
import io.fovea.torch.Device;
import io.fovea.torch.Engine;
import io.fovea.torch.Natives;
import io.fovea.train.Event;
import io.fovea.train.Progress;
import io.fovea.train.RunFolder;
import io.fovea.train.Trainer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/** Starts and resumes the fitting of a map in a run folder; at the end the folder holds {@code model.safetensors}. */
public final class AutoencoderTraining {
    /**
     * What {@code config.json} of a run holds.
     *
     * @param data where the rows come from, in the words of whoever starts runs: handed back to {@link #resume}'s reader
     */
    public record RunSetup(AutoencoderConfig config, String data) {}

    private AutoencoderTraining() {}

    /** The finished model of a run. */
    public static Path modelFile(Path folder) {
        return folder.resolve("model.safetensors");
    }

    /**
     * Fits in a new folder until the last step or until early stopping ends it.
     *
     * @param running receives the trainer once it is about to run, for stopping it
     */
    public static Trainer.Result start(RunSetup setup, Rows rows, Path folder, Consumer<Trainer> running) {
        check(setup.config());
        AutoencoderData data = data(setup.config(), rows); // refused before there is a folder
        try (RunFolder run = RunFolder.create(folder, Json.write(setup))) {
            return train(setup, rows, data, run, running, false);
        }
    }

    /**
     * Goes on with the run in a folder.
     *
     * @param changes to its configuration, such as {@code training.epochs=400}
     * @param reader gives the same rows as before for the setup's {@code data}
     */
    public static Trainer.Result resume(
            Path folder, List<String> changes, Function<String, Rows> reader, Consumer<Trainer> running) {
        try (RunFolder run = RunFolder.open(folder)) {
            RunSetup old = run.config(RunSetup.class);
            RunSetup setup = new RunSetup(Json.set(old.config(), changes), old.data());
            check(setup.config());
            Rows rows = reader.apply(setup.data());
            AutoencoderData data = data(setup.config(), rows);
            if (!changes.isEmpty()) {
                io.fovea.AtomicFile.write(run.configFile(), Json.write(setup));
            }
            return train(setup, rows, data, run, running, true);
        }
    }

    private static void check(AutoencoderConfig config) {
        if (config.training().optimiser() == TrainingConfig.Optimiser.LBFGS) {
            throw new FoveaException("training.optimiser is lbfgs, which is done in seconds; a run folder is for adam."
                    + " Fit without a folder.");
        }
        if (config.training().restarts() > 1) {
            throw new FoveaException("training.restarts is " + config.training().restarts()
                    + "; it must be 1 in a run folder, which follows one training.");
        }
    }

    private static AutoencoderData data(AutoencoderConfig config, Rows rows) {
        return new AutoencoderData(config, rows.values(), rows.n(), rows.d(), null);
    }

    private static Trainer.Result train(
            RunSetup setup, Rows rows, AutoencoderData data, RunFolder run, Consumer<Trainer> running, boolean resume) {
        AutoencoderConfig config = setup.config();
        Natives.boot();
        long start = System.nanoTime();
        try (AutoencoderRecipe recipe = new AutoencoderRecipe(config, data);
                Progress progress =
                        Progress.onStderr(Autoencoder.SYSTEM, recipe.step().steps())) {
            Autoencoder.Provenance unfinished = new Autoencoder.Provenance(
                    rows.name(), rows.n(), 0, config.run().seed(), 0, Double.MAX_VALUE, "none", Engine.description());
            Autoencoder.Model model = new Autoencoder.Model(config, rows.d(), unfinished, rows.table());
            Trainer.Plan plan = new Trainer.Plan(
                    Autoencoder.SYSTEM,
                    Json.writeLine(model),
                    recipe.step().steps(),
                    config.run(),
                    Device.CPU,
                    facts(rows, data));
            Trainer trainer = new Trainer(plan, recipe, data, run, progress, RunReport::write);
            running.accept(trainer);
            Trainer.Result result = resume ? trainer.resume() : trainer.start();
            if (result.reason() == Event.Reason.FINISHED) {
                finish(recipe, config, rows, data, result.steps(), start, modelFile(run.path()));
            }
            return result;
        }
    }

    private static void finish(
            AutoencoderRecipe recipe,
            AutoencoderConfig config,
            Rows rows,
            AutoencoderData data,
            long steps,
            long start,
            Path file) {
        recipe.step().restoreBest();
        AutoencoderFit.Fitted fitted = new AutoencoderFit.Fitted(
                recipe.step().network(),
                recipe.loss(),
                (int) (steps / data.stepsPerEpoch()),
                config.run().seed(),
                (System.nanoTime() - start) / 1e9);
        Autoencoder.finished(fitted, config, rows.values(), rows.n(), null, rows.name(), rows.table())
                .replace(file);
    }

    private static Map<String, String> facts(Rows rows, AutoencoderData data) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("data", rows.name());
        facts.put("training rows", Integer.toString(data.trainingSize()));
        facts.put("held back for early stopping", Integer.toString(data.validationSize()));
        facts.put("columns", Integer.toString(rows.d()));
        facts.put("engine", Engine.description());
        return facts;
    }
}
