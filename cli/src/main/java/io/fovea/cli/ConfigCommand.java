package io.fovea.cli;

import io.fovea.AtomicFile;
import io.fovea.FoveaException;
import io.fovea.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fovea <system> config}. */
@Command(
        name = "config",
        header = "Print, change or check a training configuration",
        footer = {
            "",
            "Examples",
            "  fovea srgan config --list                               the presets",
            "  fovea srgan config --set generator.blocks=8 -o my.json  a file to edit, for train --config",
        })
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
        Map<String, Preset<C>> presets = system.presets();
        if (list) {
            Table table = new Table("");
            Map<String, String> json = new LinkedHashMap<>();
            presets.forEach((name, preset) -> {
                table.row(name, preset.summary());
                json.put(name, preset.summary());
            });
            options.print(new Result(table.toString(), json));
            return;
        }
        C chosen = config.read(system, presets.keySet().iterator().next(), List.of(), options);
        if (output == null) {
            options.print(new Result(Json.write(chosen) + "\n", chosen));
        } else if (Files.exists(output)) {
            throw new FoveaException(output + " exists already; choose another name.");
        } else {
            AtomicFile.write(output, Json.write(chosen) + "\n");
        }
    }
}
