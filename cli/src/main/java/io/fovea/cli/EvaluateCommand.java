package io.fovea.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fovea <system> evaluate}. */
@Command(name = "evaluate", header = "Measure weights on a data set, by the paper's protocol")
final class EvaluateCommand implements Runnable {
    private final Evaluation evaluation;

    @Option(names = "--weights", paramLabel = "WEIGHTS", description = "Zoo name, file or run folder.")
    private @Nullable String weights;

    @Option(
            names = "--data",
            paramLabel = "SET",
            required = true,
            description = "Folder, zip or file; a table for each if repeated.")
    private List<Path> data = new ArrayList<>();

    @Mixin
    private final CommonOptions options = new CommonOptions();

    private EvaluateCommand(Evaluation evaluation) {
        this.evaluation = evaluation;
    }

    static CommandLine of(VisionSystem<?> system) {
        Evaluation evaluation = system.evaluation();
        CommandLine command = new CommandLine(new EvaluateCommand(evaluation));
        command.addMixin("protocol", evaluation);
        return command;
    }

    @Override
    public void run() {
        options.startEngine();
        options.print(evaluation.run(weights, data, options));
    }
}
