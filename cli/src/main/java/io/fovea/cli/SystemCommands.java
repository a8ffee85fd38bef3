package io.fovea.cli;

import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code fovea <system>}: the system's own verbs and those that all systems have. */
final class SystemCommands {
    @Command
    private static final class Group {
        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                description = "Show this help.")
        @SuppressWarnings("unused")
        private boolean help;
    }

    private SystemCommands() {}

    /** @param whole with all verbs; else only the name and what it does */
    static <C extends Record> CommandLine of(VisionSystem<C> system, boolean whole) {
        CommandLine command = new CommandLine(new Group());
        command.getCommandSpec().usageMessage().header(system.name() + ": " + system.summary(), "");
        if (whole) {
            system.ownVerbs().forEach(command::addSubcommand);
            Stream.of(
                            system.trainingVerb(),
                            new ResumeCommand(system),
                            EvaluateCommand.of(system),
                            new DescribeCommand<>(system),
                            new ExportCommand(system),
                            new ImportCommand(system),
                            new ConfigCommand<>(system),
                            new ShipCommand(system))
                    .map(verb -> verb instanceof CommandLine made ? made : new CommandLine(verb))
                    .filter(verb -> !command.getSubcommands().containsKey(verb.getCommandName()))
                    .forEach(command::addSubcommand);
        }
        return command;
    }
}
