package io.fovea.cli.autoencoder;

import io.fovea.autoencoder.Autoencoder;
import io.fovea.autoencoder.PublicLayouts;
import io.fovea.autoencoder.Unit;
import io.fovea.cli.CommonOptions;
import io.fovea.cli.OutputFile;
import io.fovea.cli.Result;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fovea autoencoder import}. */
@Command(
        name = "import",
        header = "Turn an autoencoder of PyTorch (.pth, .safetensors) into Fovea's format",
        footer = {
            "",
            "Known: Sequential networks with encoder.N and decoder.N, fully connected or convolutional, and pytorch/examples' VAE.",
            "Sizes come from the file; activations and a picture's size, which it does not hold, from the options.",
            "Nothing in the file is executed."
        })
final class MapImportCommand implements Runnable {
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

    @Option(
            names = "--activation",
            paramLabel = "NAME",
            description = "Of hidden layers: relu, tanh, elu, gelu or sigmoid (default: relu).")
    private Unit activation = Unit.RELU;

    @Option(
            names = "--code-activation",
            paramLabel = "NAME",
            description = "Of the code: identity or sigmoid (default: identity).")
    private Unit codeActivation = Unit.IDENTITY;

    @Option(
            names = "--output-activation",
            paramLabel = "NAME",
            description =
                    "Of the decoder's end: identity or sigmoid (default: identity; pytorch/examples' VAE: sigmoid).")
    private Unit outputActivation = Unit.IDENTITY;

    @Option(
            names = "--picture",
            paramLabel = "HxW",
            description = "Size of the pictures of a convolutional network (default: the largest square that fits).")
    private @Nullable String picture;

    @Option(names = "--overwrite", description = "Replace the file if it exists.")
    private boolean overwrite;

    @Mixin
    private final CommonOptions options = new CommonOptions();

    @Override
    public void run() {
        if (!output.toString().endsWith(".safetensors")) {
            throw options.wrongUsage("--output " + output + ": end its name in .safetensors.");
        }
        if (picture != null && !picture.matches("[1-9]\\d{0,3}x[1-9]\\d{0,3}")) {
            throw options.wrongUsage("--picture " + picture + " is not a height and a width, as 28x28.");
        }
        OutputFile.check(output, overwrite);
        options.startEngine();
        String[] size = picture == null ? new String[] {"0", "0"} : picture.split("x");
        PublicLayouts.Told told = new PublicLayouts.Told(
                activation, codeActivation, outputActivation, Integer.parseInt(size[0]), Integer.parseInt(size[1]));
        try (Autoencoder model = Autoencoder.imported(file, told)) {
            OutputFile.write(output, overwrite, model::save);
            String layout = model.model().provenance().engine().replace("imported: ", "");
            long parameters = model.network().parameterCount();
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("layout", layout);
            json.put("parameters", parameters);
            json.put("config", model.config());
            json.put("output", output.toString());
            options.print(new Result(
                    String.format(Locale.ROOT, "%s: %s, %,d parameters%n", output, layout, parameters), json));
        }
    }
}
