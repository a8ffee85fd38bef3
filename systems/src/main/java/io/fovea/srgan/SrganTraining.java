package io.fovea.srgan;

import io.fovea.Json;
import io.fovea.data.PictureSet;
import io.fovea.report.RunReport;
import io.fovea.torch.Device;
import io.fovea.torch.Engine;
import io.fovea.torch.Natives;
import io.fovea.train.Progress;
import io.fovea.train.RunFolder;
import io.fovea.train.Trainer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Starts and resumes SRGAN runs. */
public final class SrganTraining {
    /** What {@code config.json} of a run holds: the configuration, the data and the weights it started from. */
    public record RunSetup(
            SrganConfig config, List<String> data, @Nullable String init) {}

    private SrganTraining() {}

    /**
     * Trains in a new folder until the last step.
     *
     * @param data folders, zips or pictures: HR, or pairs in a public layout
     * @param init weights that the generator starts from, or null
     * @param running receives the trainer once it is about to run, for stopping it
     */
    public static Trainer.Result start(
            SrganConfig config,
            List<Path> data,
            @Nullable String init,
            Path folder,
            Device device,
            Consumer<Trainer> running) {
        RunSetup setup = new RunSetup(
                config, data.stream().map(p -> p.toAbsolutePath().toString()).toList(), init);
        try (PictureSet set = PictureSet.open(data)) {
            SrganData crops = read(set, config);
            try (RunFolder run = RunFolder.create(folder, Json.write(setup))) {
                return train(setup, crops, run, device, running, false);
            }
        }
    }

    /** Goes on with the run in a folder, with changes to its configuration such as {@code content.steps=80000}. */
    public static Trainer.Result resume(Path folder, List<String> changes, Device device, Consumer<Trainer> running) {
        try (RunFolder run = RunFolder.open(folder)) {
            RunSetup old = run.config(RunSetup.class);
            RunSetup setup = new RunSetup(Json.set(old.config(), changes), old.data(), old.init());
            if (!changes.isEmpty()) {
                io.fovea.AtomicFile.write(run.configFile(), Json.write(setup));
            }
            try (PictureSet set =
                    PictureSet.open(setup.data().stream().map(Path::of).toList())) {
                return train(setup, read(set, setup.config()), run, device, running, true);
            }
        }
    }

    private static SrganData read(PictureSet set, SrganConfig config) {
        try (Progress progress = Progress.onStderr("reading", set.size())) {
            return new SrganData(set, config, progress::update);
        }
    }

    private static Trainer.Result train(
            RunSetup setup, SrganData data, RunFolder run, Device device, Consumer<Trainer> running, boolean resume) {
        SrganConfig config = setup.config();
        Natives.boot();
        Engine.seed(config.run().seed());
        try (SrganRecipe recipe = new SrganRecipe(config, data, device);
                Progress progress = Progress.onStderr("srgan", config.steps())) {
            if (setup.init() != null && (!resume || run.latest().isEmpty())) {
                SrganWeights.Loaded start = SrganWeights.load(setup.init());
                recipe.startFrom(start.generator());
                start.generator().close();
            }
            Trainer.Plan plan = new Trainer.Plan(
                    SrganWeights.SYSTEM,
                    Json.writeLine(config),
                    config.steps(),
                    config.run(),
                    device,
                    facts(setup, data, device));
            data.notes().forEach(progress::note);
            Trainer trainer = new Trainer(plan, recipe, data, run, progress, RunReport::write);
            running.accept(trainer);
            return resume ? trainer.resume() : trainer.start();
        }
    }

    private static Map<String, String> facts(RunSetup setup, SrganData data, Device device) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("data", String.join(", ", setup.data()));
        facts.put("training pictures", Integer.toString(data.trainingSize()));
        facts.put("held back for validation", Integer.toString(data.validation().size()));
        if (!data.tooSmall().isEmpty()) {
            facts.put("left out, smaller than the crop", String.join(", ", data.tooSmall()));
        }
        facts.put("device", device.toString());
        facts.put("engine", Engine.description());
        return facts;
    }
}
