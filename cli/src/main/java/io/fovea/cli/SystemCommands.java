package io.fovea.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code fovea <system>}: the verbs that all systems have and the system's own. */
final class SystemCommands {
    @Command
    private static final class Group {
        @Mixin
        @SuppressWarnings("unused")
        private final CommonOptions options = new CommonOptions();
    }

    private SystemCommands() {}

    /** @param whole with all verbs; else only the name and what it does */
    static CommandLine of(VisionSystem<?> system, boolean whole) {
        CommandLine command = new CommandLine(new Group());
        command.getCommandSpec().usageMessage().header(system.name() + ": " + system.summary(), "");
        if (whole) {
            system.ownVerbs().forEach(command::addSubcommand);
        }
        return command;
    }
}
