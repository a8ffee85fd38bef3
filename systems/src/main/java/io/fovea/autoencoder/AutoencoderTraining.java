package io.fovea.autoencoder;

import io.fovea.FoveaException;
import io.fovea.Json;
import io.fovea.report.RunReport;
import io.fovea.torch.Device;
import io.fovea.torch.Engine;
import io.fovea.torch.Natives;
import io.fovea.train.Event;
import io.fovea.train.Journal;
import io.fovea.train.Progress;
import io.fovea.train.RunFolder;
import io.fovea.train.Trainer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Starts and resumes the fitting of a map in a run folder; at the end the folder holds {@code model.safetensors}. */
public final class AutoencoderTraining {
    /**
     * What {@code config.json} of a run holds.
     *
     * @param data where the rows come from; null where a program brought them
     * @param anchor zoo name, file or run of an old map that the new one stays near, or null
     * @param outputs what else is to be written at the end
     */
    public record RunSetup(
            AutoencoderConfig config,
            @Nullable RowSource data,
            @Nullable String anchor,
            Outputs outputs) {
        public RunSetup(AutoencoderConfig config) {
            this(config, null, null, Outputs.NONE);
        }
    }

    /**
     * Files to be written when a run has ended, beside its folder.
     *
     * @param model a copy of the model, or null
     * @param map the interactive page, or null
     * @param rows whether the page holds the rows
     * @param overwrite whether files that exist may be replaced
     */
    public record Outputs(@Nullable String model, @Nullable String map, boolean rows, boolean overwrite) {
        public static final Outputs NONE = new Outputs(null, null, true, false);
    }

    private AutoencoderTraining() {}

    /** The finished model of a run. */
    public static Path modelFile(Path folder) {
        return folder.resolve("model.safetensors");
    }

    /** What a run was started with. */
    public static RunSetup setup(Path folder) {
        try (RunFolder run = RunFolder.read(folder)) {
            return run.config(RunSetup.class);
        }
    }

    /**
     * Fits in a new folder until the last step or until early stopping ends it.
     *
     * @param running receives the trainer once it is about to run, for stopping it; L-BFGS, done in seconds, has none
     */
    public static Trainer.Result start(RunSetup setup, RowSource.Loaded data, Path folder, Consumer<Trainer> running) {
        Natives.boot();
        Fit fit = new Fit(setup, data); // refused before there is a folder
        try (RunFolder run = RunFolder.create(folder, Json.write(setup))) {
            return fit.run(run, running, false);
        }
    }

    /**
     * Goes on with the run in a folder.
     *
     * @param changes to its configuration, such as {@code training.epochs=400}
     * @param rows the same as before; null to read them again from where they were read
     */
    public static Trainer.Result resume(
            Path folder, List<String> changes, RowSource.@Nullable Loaded rows, Consumer<Trainer> running) {
        Natives.boot();
        try (RunFolder run = RunFolder.open(folder)) {
            RunSetup old = run.config(RunSetup.class);
            RunSetup setup = new RunSetup(Json.set(old.config(), changes), old.data(), old.anchor(), old.outputs());
            Fit fit = new Fit(setup, rows != null ? rows : read(setup, folder));
            if (!changes.isEmpty()) {
                io.fovea.AtomicFile.write(run.configFile(), Json.write(setup));
            }
            return fit.run(run, running, true);
        }
    }

    private static RowSource.Loaded read(RunSetup setup, Path folder) {
        if (setup.data() == null) {
            throw new FoveaException("The run " + folder + " was fed by a program, which must bring the rows again.");
        }
        return read(setup.data(), setup.anchor());
    }

    /** Rows for a new map; where it has an anchor, scaled as the old one's were. */
    public static RowSource.Loaded read(RowSource data, @Nullable String anchor) {
        if (anchor == null) {
            return data.load();
        }
        try (Autoencoder old = Autoencoder.load(anchor)) {
            return data.load(old);
        }
    }

    /** One fit of some rows. */
    private static final class Fit {
        private final RunSetup setup;
        private final AutoencoderConfig config;
        private final RowSource.Loaded input;
        private final Rows rows;
        private final AutoencoderFit.@Nullable Old old;
        private final AutoencoderData data;

        Fit(RunSetup setup, RowSource.Loaded input) {
            this.setup = setup;
            config = setup.config();
            this.input = input;
            rows = input.rows();
            old = setup.anchor() == null ? null : old(setup.anchor());
            data = new AutoencoderData(config, rows.values(), rows.n(), rows.d(), old == null ? null : old.places());
        }

        private AutoencoderFit.Old old(String anchor) {
            Autoencoder map = Autoencoder.load(anchor);
            map.refuseAsAnchorFor(config);
            return new AutoencoderFit.Old(map.network(), map.transform(rows.values(), rows.n()));
        }

        Trainer.Result run(RunFolder run, Consumer<Trainer> running, boolean resume) {
            long begin = System.nanoTime();
            return config.training().optimiser() == TrainingConfig.Optimiser.LBFGS
                    ? solve(run, resume)
                    : train(run, running, resume, begin);
        }

        /** The linear kind's minimum, which needs no steps that could be resumed. */
        private Trainer.Result solve(RunFolder run, boolean resume) {
            Event.Start start =
                    new Event.Start(Autoencoder.SYSTEM, config.training().epochs(), facts());
            try (Journal journal = resume && java.nio.file.Files.exists(run.journalFile())
                    ? Journal.resume(run.journalFile(), 0, config.training().epochs(), facts())
                    : Journal.create(run.journalFile(), start)) {
                AutoencoderFit.Fitted fitted =
                        AutoencoderFit.fit(config, rows.values(), rows.n(), rows.d(), null, (r, e, of, l) -> {});
                finish(fitted, run);
                journal.append(new Event.End(fitted.epochs(), Event.Reason.FINISHED, ""));
                RunReport.write(run);
                return new Trainer.Result(Event.Reason.FINISHED, fitted.epochs(), "");
            }
        }

        private Trainer.Result train(RunFolder run, Consumer<Trainer> running, boolean resume, long begin) {
            AutoencoderLooks looks = new AutoencoderLooks(input);
            try (AutoencoderRecipe recipe = new AutoencoderRecipe(config, data, old, looks::draw);
                    Progress progress = Progress.onStderr(Autoencoder.SYSTEM, recipe.steps())) {
                Autoencoder.Provenance unfinished = new Autoencoder.Provenance(
                        rows.name(),
                        rows.n(),
                        0,
                        config.run().seed(),
                        0,
                        Double.MAX_VALUE,
                        "none",
                        Engine.description());
                Autoencoder.Model model =
                        new Autoencoder.Model(config, rows.d(), unfinished, rows.table(), rows.picture());
                Trainer.Plan plan = new Trainer.Plan(
                        Autoencoder.SYSTEM, Json.writeLine(model), recipe.steps(), config.run(), Device.CPU, facts());
                Trainer trainer = new Trainer(plan, recipe, data, run, progress, RunReport::write);
                running.accept(trainer);
                Trainer.Result result = resume ? trainer.resume() : trainer.start();
                if (result.reason() == Event.Reason.FINISHED) {
                    finish(recipe.result((System.nanoTime() - begin) / 1e9), run);
                }
                return result;
            }
        }

        private void finish(AutoencoderFit.Fitted fitted, RunFolder run) {
            Autoencoder.finished(fitted, config, rows, old == null ? null : old.places())
                    .replace(modelFile(run.path()));
        }

        private Map<String, String> facts() {
            Map<String, String> facts = new LinkedHashMap<>();
            facts.put("data", rows.name());
            facts.put("training rows", Integer.toString(data.trainingSize()));
            facts.put("held back for early stopping", Integer.toString(data.validationSize()));
            facts.put("columns", Integer.toString(rows.d()));
            facts.put("trainings", Integer.toString(config.training().restarts()));
            if (setup.anchor() != null) {
                facts.put("kept near", setup.anchor());
            }
            facts.put("engine", Engine.description());
            return facts;
        }
    }
}
