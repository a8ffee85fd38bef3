package io.fovea.cli.autoencoder;

import io.fovea.autoencoder.Autoencoder;
import io.fovea.autoencoder.AutoencoderConfig;
import io.fovea.autoencoder.AutoencoderTraining;
import io.fovea.autoencoder.RowSource;
import io.fovea.cli.CommonOptions;
import io.fovea.cli.OutputFile;
import io.fovea.cli.Training;
import io.fovea.torch.Precision;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fovea autoencoder fit}. */
@Command(
        name = "fit",
        header = "Fit a map to a table or to pictures",
        footer = {
            "",
            "DATA is a table (CSV, gzipped or not), an IDX file, or a folder or zip of pictures. Every row takes part.",
            "The run folder keeps the training: after Ctrl-C or a crash, resume goes on and writes what was asked for.",
            "",
            "Examples",
            "  fovea autoencoder fit penguins.csv --label species --out penguins.safetensors --map penguins.html",
            "  fovea autoencoder fit cells.csv --id barcode --scaler log1p --missing median --kind neighbours",
            "  fovea autoencoder fit digits.csv --picture 8x8 --kind convolutional --map digits.html",
        })
final class FitCommand implements Callable<Integer> {
    private final AutoencoderMaps system;

    @Parameters(paramLabel = "DATA", description = "Table, IDX file, or folder or zip of pictures.")
    @SuppressWarnings("NullAway.Init")
    private Path data;

    @Option(names = "--out", paramLabel = "FILE", description = "Write the model here, ending in .safetensors.")
    private @Nullable Path out;

    @Option(names = "--map", paramLabel = "FILE", description = "Write the interactive map here, ending in .html.")
    private @Nullable Path map;

    @Option(names = "--no-rows", description = "The map does not hold the rows.")
    private boolean noRows;

    @Option(
            names = "--anchor",
            paramLabel = "MODEL",
            description =
                    "Stay near this older map: columns, scaling and, unless told otherwise, configuration are its own.")
    private @Nullable String anchor;

    @Option(names = "--run", paramLabel = "DIR", description = "New folder for the run (default: runs/autoencoder-N).")
    private @Nullable Path run;

    @Option(names = "--overwrite", description = "Replace the files of --out and --map if they exist.")
    private boolean overwrite;

    @Mixin
    private final KindOptions kind = new KindOptions();

    @Mixin
    private final ColumnOptions columns = new ColumnOptions();

    @Mixin
    private final ReadingOptions reading = new ReadingOptions();

    @Mixin
    private final CommonOptions options = new CommonOptions();

    FitCommand(AutoencoderMaps system) {
        this.system = system;
    }

    @Override
    public Integer call() {
        check();
        RowSource source = columns.source(data, reading, options);
        options.startEngine();
        RowSource.Loaded loaded = AutoencoderTraining.read(source, anchor);
        loaded.remarks().forEach(options.err()::println);
        AutoencoderConfig config = kind.config(loaded.rows(), old(), options);
        Path folder = run == null ? Training.freeFolder(system) : run;
        AutoencoderTraining.RunSetup setup = new AutoencoderTraining.RunSetup(
                config, source, anchor, new AutoencoderTraining.Outputs(text(out), text(map), !noRows, overwrite));
        options.err().println("fitting a " + config.kind() + " map in " + folder);
        return Training.run(
                options, system, folder, running -> AutoencoderTraining.start(setup, loaded, folder, running));
    }

    private void check() {
        kind.check(options);
        if (options.precision(Precision.F32) != Precision.F32) {
            throw options.wrongUsage("--precision: maps are fitted in f32.");
        }
        ending(out, ".safetensors", "--out");
        ending(map, ".html", "--map");
    }

    private void ending(@Nullable Path file, String ending, String option) {
        if (file == null) {
            return;
        }
        if (!file.toString().endsWith(ending)) {
            throw options.wrongUsage(option + " " + file + ": end its name in " + ending + ".");
        }
        OutputFile.check(file, overwrite);
    }

    private @Nullable AutoencoderConfig old() {
        if (anchor == null) {
            return null;
        }
        try (Autoencoder model = Autoencoder.load(anchor)) {
            return model.config();
        }
    }

    private static @Nullable String text(@Nullable Path file) {
        return file == null ? null : file.toString();
    }
}
