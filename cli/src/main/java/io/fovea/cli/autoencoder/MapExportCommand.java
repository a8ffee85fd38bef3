package io.fovea.cli.autoencoder;

import io.fovea.FoveaException;
import io.fovea.autoencoder.Autoencoder;
import io.fovea.autoencoder.Projector;
import io.fovea.cli.CommonOptions;
import io.fovea.cli.Network;
import io.fovea.cli.OnnxFile;
import io.fovea.cli.OutputFile;
import io.fovea.cli.Result;
import io.fovea.cli.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fovea autoencoder export}. */
@Command(
        name = "export",
        header = "Write a model for other programs: ONNX, PyTorch, TensorBoard's projector",
        footer = {
            "",
            "FOLDER            encoder.onnx and decoder.onnx for ONNX Runtime; they read and write scaled rows, and",
            "                  schema.json beside them says how a table's columns are scaled",
            "  with --data     tensors.tsv, metadata.tsv and projector_config.pbtxt as well, sprite.png of pictures",
            "FILE.safetensors  the weights under PyTorch's names"
        })
final class MapExportCommand implements Runnable {
    @Parameters(paramLabel = "MODEL", description = "Zoo name, file or run folder.")
    @SuppressWarnings("NullAway.Init")
    private String weights;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "PATH",
            required = true,
            description = "New folder, or new file ending in .safetensors.")
    @SuppressWarnings("NullAway.Init")
    private Path output;

    @Option(names = "--data", paramLabel = "DATA", description = "Rows for TensorBoard's projector.")
    private @Nullable Path data;

    @Option(names = "--overwrite", description = "Replace files that exist.")
    private boolean overwrite;

    @Mixin
    private final ReadingOptions reading = new ReadingOptions();

    @Mixin
    private final CommonOptions options = new CommonOptions();

    @Override
    public void run() {
        boolean file = output.toString().toLowerCase(Locale.ROOT).endsWith(".safetensors");
        if (file && data != null) {
            throw options.wrongUsage("--data is for folders; " + output + " is a file.");
        }
        options.startEngine();
        try (Autoencoder model = Autoencoder.load(weights)) {
            List<Path> written = new ArrayList<>();
            if (file) {
                OutputFile.write(output, overwrite, model::savePublic);
                written.add(output);
            } else {
                folder(model, written);
            }
            StringBuilder text = new StringBuilder();
            written.forEach(f -> text.append(String.format(Locale.ROOT, "%s  %.2f MB%n", f, size(f) / 1e6)));
            options.print(new Result(
                    text.toString(),
                    Map.of("output", written.stream().map(Path::toString).toList())));
        }
    }

    private void folder(Autoencoder model, List<Path> written) {
        if (Files.isRegularFile(output)) {
            throw new FoveaException(output + " is a file; name a folder, or a file ending in .safetensors.");
        }
        Weights opened = AutoencoderMaps.weights(weights, model, "Fovea");
        for (Map.Entry<String, Network> network : opened.networks().entrySet()) {
            Path onnx = output.resolve(network.getKey() + ".onnx");
            OutputFile.write(
                    onnx, overwrite, to -> OnnxFile.write(AutoencoderMaps.NAME, opened, network.getValue(), to));
            written.add(onnx);
        }
        if (model.model().table() != null) {
            Path schema = output.resolve("schema.json");
            OutputFile.write(
                    schema,
                    overwrite,
                    to -> io.fovea.AtomicFile.write(to, model.encoder().json() + "\n"));
            written.add(schema);
        }
        if (data != null) {
            Projector projector =
                    new Projector(model, reading.source(data, options).load(model));
            projector.files().forEach((name, content) -> {
                Path to = output.resolve(name);
                OutputFile.write(to, overwrite, part -> io.fovea.AtomicFile.write(part, content));
                written.add(to);
            });
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw FoveaException.cannotRead(file, e);
        }
    }
}
