package io.fovea.cli;

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
            command.addSubcommand(new TrainCommand<>(system));
            command.addSubcommand(new ResumeCommand(system));
            command.addSubcommand(EvaluateCommand.of(system));
            command.addSubcommand(new DescribeCommand<>(system));
            command.addSubcommand(new ExportCommand(system));
            command.addSubcommand(new ImportCommand(system));
            command.addSubcommand(new ConfigCommand<>(system));
            command.addSubcommand(new ShipCommand(system));
        }
        return command;
    }
}
