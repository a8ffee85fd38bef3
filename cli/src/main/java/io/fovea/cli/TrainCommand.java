package io.fovea.cli;

import io.fovea.torch.Device;
import io.fovea.train.Trainer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fovea <system> train}. */
@Command(
        name = "train",
        header = "Train on your own data, in a run folder",
        footer = {
            "",
            "Ctrl-C stops after the present step with a checkpoint, and resume goes on from there,",
            "as it does after a crash. The run folder's report.html shows how it went."
        })
public final class TrainCommand<C extends Record> implements Callable<Integer> {
    /** Trains in a new run folder. */
    public interface Start<C> {
        /**
         * @param init weights to start from, or null
         * @param running receives the trainer before it runs, for stopping it
         */
        Trainer.Result train(
                C config, List<Path> data, @Nullable String init, Path run, Device device, Consumer<Trainer> running);
    }

    private final VisionSystem<C> system;
    private final Start<C> start;

    @Parameters(paramLabel = "DATA", arity = "1..*", description = "Folders, zips or files to train on.")
    private List<Path> data = List.of();

    @Option(names = "--run", paramLabel = "DIR", description = "New folder for the run (default: runs/SYSTEM-N).")
    private @Nullable Path run;

    @Option(names = "--init", paramLabel = "WEIGHTS", description = "Start from these weights: zoo name, file or run.")
    private @Nullable String init;

    @Mixin
    private final ConfigOptions config = new ConfigOptions();

    @Mixin
    private final CommonOptions options = new CommonOptions();

    public TrainCommand(VisionSystem<C> system, Start<C> start) {
        this.system = system;
        this.start = start;
    }

    @Override
    public Integer call() {
        List<String> changes = new ArrayList<>();
        if (options.precision() != null) {
            changes.add("run.precision=" + options.precision());
        }
        String first = system.presets().keySet().iterator().next();
        C chosen = config.read(system, first, changes, options);
        Path folder = run == null ? Training.freeFolder(system) : run;
        options.startEngine();
        options.err().println("training in " + folder);
        return Training.run(
                options, system, folder, running -> start.train(chosen, data, init, folder, options.device(), running));
    }
}
