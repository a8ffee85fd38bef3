package io.fovea.cli;

import io.fovea.AtomicFile;
import io.fovea.FoveaException;
import io.fovea.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fovea <system> config}. */
@Command(name = "config", header = "Print, change or check a training configuration")
final class ConfigCommand<C extends Record> implements Runnable {
    private final VisionSystem<C> system;

    @Mixin
    private final ConfigOptions config = new ConfigOptions();

    @Mixin
    private final CommonOptions options = new CommonOptions();

    @Option(names = "--list", description = "List the presets instead.")
    private boolean list;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write to this new file instead of stdout.")
    private @Nullable Path output;

    ConfigCommand(VisionSystem<C> system) {
        this.system = system;
    }

    @Override
    public void run() {
        List<String> names = List.copyOf(system.presets().keySet());
        if (list) {
            options.print(new Result(String.join("\n", names) + "\n", names));
            return;
        }
        C chosen = config.read(system, names.get(0), List.of(), options);
        if (output == null) {
            options.print(new Result(Json.write(chosen) + "\n", chosen));
        } else if (Files.exists(output)) {
            throw new FoveaException(output + " exists already; choose another name.");
        } else {
            AtomicFile.write(output, Json.write(chosen) + "\n");
        }
    }
}
