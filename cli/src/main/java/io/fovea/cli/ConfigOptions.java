package io.fovea.cli;

import io.fovea.FoveaException;
import io.fovea.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that choose a configuration. */
final class ConfigOptions {
    @Option(names = "--preset", paramLabel = "NAME", description = "A configuration by name; config --list shows them.")
    private @Nullable String preset;

    @Option(names = "--config", paramLabel = "FILE", description = "A configuration as JSON, as config prints it.")
    private @Nullable Path file;

    @Option(
            names = "--set",
            paramLabel = "PATH=VALUE",
            description = "Change a value of it, as generator.blocks=8; may be repeated.")
    private List<String> changes = new ArrayList<>();

    List<String> changes() {
        return changes;
    }

    /** Whether the user chose or changed anything. */
    boolean given() {
        return preset != null || file != null || !changes.isEmpty();
    }

    /**
     * The chosen configuration with the changes.
     *
     * @param otherwise the preset if none is chosen
     * @param more further changes
     */
    <C extends Record> C read(VisionSystem<C> system, String otherwise, List<String> more, CommonOptions options) {
        if (preset != null && file != null) {
            throw options.wrongUsage("--preset and --config exclude each other.");
        }
        List<String> all = new ArrayList<>(changes);
        all.addAll(more);
        if (options.seed() != null) {
            all.add("run.seed=" + options.seed());
        }
        return Json.set(file == null ? preset(system, otherwise, options) : read(file, system), all);
    }

    private <C extends Record> C preset(VisionSystem<C> system, String otherwise, CommonOptions options) {
        String name = preset == null ? otherwise : preset;
        Map<String, Preset<C>> presets = system.presets();
        Preset<C> chosen = presets.get(name);
        if (chosen == null) {
            throw options.wrongUsage("--preset " + name + " is not known" + Json.didYouMean(name, presets.keySet()));
        }
        return chosen.config();
    }

    private static <C extends Record> C read(Path file, VisionSystem<C> system) {
        try {
            return Json.read(Files.readString(file), system.configuration(), file.toString());
        } catch (IOException e) {
            throw FoveaException.cannotRead(file, e);
        }
    }
}
