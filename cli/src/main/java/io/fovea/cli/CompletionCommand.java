package io.fovea.cli;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code fovea completion}. */
@Command(
        name = "completion",
        header = "A completion script for bash and zsh",
        footer = {"", "Use it with:  source <(fovea completion)"})
final class CompletionCommand implements Runnable {
    @Mixin
    private final CommonOptions options = new CommonOptions();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        CommandLine fovea = spec.root().commandLine();
        options.out().print(AutoComplete.bash("fovea", fovea));
        options.out().flush();
    }
}
