package io.fovea.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fovea <system> import}. */
@Command(
        name = "import",
        header = "Turn a public checkpoint (.pth, .safetensors) into Fovea's format",
        footer = {"", "Which layout a file has is seen from its keys and shapes. Nothing in it is executed."})
final class ImportCommand implements Runnable {
    private final VisionSystem<?> system;

    @Parameters(paramLabel = "FILE", description = "The checkpoint.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            required = true,
            description = "New file, ending in .safetensors.")
    @SuppressWarnings("NullAway.Init")
    private Path output;

    @Option(names = "--overwrite", description = "Replace the file if it exists.")
    private boolean overwrite;

    @Mixin
    private final CommonOptions options = new CommonOptions();

    ImportCommand(VisionSystem<?> system) {
        this.system = system;
    }

    @Override
    public void run() {
        if (!output.toString().endsWith(".safetensors")) {
            throw options.wrongUsage("--output " + output + ": end its name in .safetensors.");
        }
        OutputFile.check(output, overwrite);
        options.startEngine();
        // "./x" is always a path, never a name in the zoo.
        String path = file.isAbsolute() ? file.toString() : "./" + file;
        try (Weights opened = system.open(path)) {
            OutputFile.write(output, overwrite, to -> system.save(opened, to));
            long parameters = opened.whole().parameterCount();
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("layout", opened.layout());
            json.put("parameters", parameters);
            json.put("config", opened.config());
            json.put("output", output.toString());
            options.print(new Result(
                    String.format(Locale.ROOT, "%s: %s, %,d parameters%n", output, opened.layout(), parameters), json));
        }
    }
}
