package io.fovea.cli.autoencoder;

import io.fovea.autoencoder.Autoencoder;
import io.fovea.cli.CommonOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fovea autoencoder transform}. */
@Command(
        name = "transform",
        header = "Place rows on a map: map1, map2 ... and each row's reconstruction error",
        footer = {
            "",
            "Columns are found by name. The output is a CSV with the id columns first, one line for each row, in their order;",
            "the file may be larger than memory."
        })
final class TransformCommand implements Runnable {
    @Parameters(index = "0", paramLabel = "MODEL", description = "Zoo name, file or run folder.")
    @SuppressWarnings("NullAway.Init")
    private String weights;

    @Parameters(index = "1", paramLabel = "DATA", description = "Table, IDX file, or folder or zip of pictures.")
    @SuppressWarnings("NullAway.Init")
    private Path data;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "New CSV file (default: stdout).")
    private @Nullable Path output;

    @Option(names = "--overwrite", description = "Replace the file if it exists.")
    private boolean overwrite;

    @Option(
            names = "--keep",
            paramLabel = "COLUMN",
            split = ",",
            description = "Columns of the table that the output has, too, beside the id columns.")
    private List<String> kept = new ArrayList<>();

    @Mixin
    private final ReadingOptions reading = new ReadingOptions();

    @Mixin
    private final CommonOptions options = new CommonOptions();

    @Override
    public void run() {
        options.startEngine();
        try (Autoencoder model = Autoencoder.load(weights)) {
            new TableStream(model, reading.source(data, options), kept, options)
                    .write(output, overwrite, table -> table);
        }
    }
}
