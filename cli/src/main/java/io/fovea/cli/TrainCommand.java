package io.fovea.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
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
final class TrainCommand<C extends Record> implements Callable<Integer> {
    private final VisionSystem<C> system;

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

    TrainCommand(VisionSystem<C> system) {
        this.system = system;
    }

    @Override
    public Integer call() {
        List<String> changes = new ArrayList<>();
        if (options.precision() != null) {
            changes.add("run.precision=" + options.precision());
        }
        String first = system.presets().keySet().iterator().next();
        C chosen = config.read(system, first, changes, options);
        Path folder = run == null ? free() : run;
        options.startEngine();
        options.err().println("training in " + folder);
        return Training.run(
                options,
                system,
                folder,
                running -> system.train(chosen, data, init, folder, options.device(), running));
    }

    private Path free() {
        for (int n = 1; ; n++) {
            Path folder = Path.of("runs", system.name() + "-" + n);
            if (!Files.exists(folder)) {
                return folder;
            }
        }
    }
}
