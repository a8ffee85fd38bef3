package io.fovea.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fovea <system> resume}. */
@Command(name = "resume", header = "Go on with a run that was stopped or cut off")
final class ResumeCommand implements Callable<Integer> {
    private final VisionSystem<?> system;

    @Parameters(paramLabel = "RUN", description = "The run's folder.")
    @SuppressWarnings("NullAway.Init")
    private Path run;

    @Option(
            names = "--set",
            paramLabel = "PATH=VALUE",
            description = "Change a value of its configuration, as content.steps=80000; may be repeated.")
    private List<String> changes = new ArrayList<>();

    @Mixin
    private final CommonOptions options = new CommonOptions();

    ResumeCommand(VisionSystem<?> system) {
        this.system = system;
    }

    @Override
    public Integer call() {
        if (options.seed() != null) {
            throw options.wrongUsage("A run keeps its seed; --seed has no place here.");
        }
        List<String> all = new ArrayList<>(changes);
        if (options.precision() != null) {
            all.add("run.precision=" + options.precision());
        }
        options.startEngine();
        return Training.run(options, system, run, running -> system.resume(run, all, options.device(), running));
    }
}
