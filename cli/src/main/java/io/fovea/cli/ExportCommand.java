package io.fovea.cli;

import io.fovea.FoveaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fovea <system> export}. */
@Command(
        name = "export",
        header = "Write weights for other programs: ONNX, safetensors",
        footer = {
            "",
            "FILE.onnx         the network with its weights, for ONNX Runtime; batch, height and width stay open",
            "FILE.safetensors  the weights in Fovea's own format, with configuration and card",
            "with --public     the weights under the names of the public implementation, for PyTorch"
        })
final class ExportCommand implements Runnable {
    private final VisionSystem<?> system;

    @Parameters(paramLabel = "WEIGHTS", description = "Zoo name, file or run folder.")
    @SuppressWarnings("NullAway.Init")
    private String weights;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            required = true,
            description = "New file, ending in .onnx or .safetensors.")
    @SuppressWarnings("NullAway.Init")
    private Path output;

    @Option(names = "--public", description = "Use the public implementation's names.")
    private boolean publicNames;

    @Option(names = "--overwrite", description = "Replace the file if it exists.")
    private boolean overwrite;

    @Mixin
    private final CommonOptions options = new CommonOptions();

    ExportCommand(VisionSystem<?> system) {
        this.system = system;
    }

    @Override
    public void run() {
        String name = output.toString().toLowerCase(Locale.ROOT);
        boolean onnx = name.endsWith(".onnx");
        if (!onnx && !name.endsWith(".safetensors")) {
            throw options.wrongUsage("--output " + output + ": end its name in .onnx or .safetensors.");
        }
        if (onnx && publicNames) {
            throw options.wrongUsage("--public is for .safetensors files; ONNX files have no such names.");
        }
        OutputFile.check(output, overwrite);
        options.startEngine();
        try (Weights opened = system.open(weights)) {
            OutputFile.write(output, overwrite, file -> {
                if (onnx) {
                    OnnxFile.write(system.name(), opened, one(opened), file);
                } else if (publicNames) {
                    system.savePublic(opened, file);
                } else {
                    system.save(opened, file);
                }
            });
        }
        report();
    }

    private Network one(Weights opened) {
        if (opened.networks().size() != 1) {
            throw new IllegalStateException("Weights of several networks need an export of their own.");
        }
        return opened.networks().values().iterator().next();
    }

    private void report() {
        try {
            long bytes = Files.size(output);
            options.print(new Result(
                    String.format(Locale.ROOT, "%s  %.1f MB%n", output, bytes / 1e6),
                    Map.of("output", output.toString(), "bytes", bytes)));
        } catch (IOException e) {
            throw FoveaException.cannotRead(output, e);
        }
    }
}
