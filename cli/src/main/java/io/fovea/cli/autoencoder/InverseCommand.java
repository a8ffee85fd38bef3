package io.fovea.cli.autoencoder;

import io.fovea.autoencoder.Autoencoder;
import io.fovea.cli.CommonOptions;
import io.fovea.cli.OutputFile;
import io.fovea.data.Table;
import io.fovea.data.TableWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fovea autoencoder inverse}. */
@Command(
        name = "inverse",
        header = "Turn places of a map back into rows or pictures",
        footer = {
            "",
            "DATA has the columns map1, map2 ... as transform writes them. Rows come back in the table's own units.",
            "With --output FILE.png the places of a map of pictures become a sheet of them."
        })
final class InverseCommand implements Runnable {
    @Parameters(index = "0", paramLabel = "MODEL", description = "Zoo name, file or run folder.")
    @SuppressWarnings("NullAway.Init")
    private String weights;

    @Parameters(index = "1", paramLabel = "DATA", description = "Table of places.")
    @SuppressWarnings("NullAway.Init")
    private Path data;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "New file, .csv or .png (default: CSV to stdout).")
    private @Nullable Path output;

    @Option(names = "--overwrite", description = "Replace the file if it exists.")
    private boolean overwrite;

    @Mixin
    private final ReadingOptions reading = new ReadingOptions();

    @Mixin
    private final CommonOptions options = new CommonOptions();

    @Override
    public void run() {
        if (output != null) {
            OutputFile.check(output, overwrite);
        }
        options.startEngine();
        try (Autoencoder model = Autoencoder.load(weights)) {
            Table places = Table.read(data, reading.table(options));
            if (output != null && output.toString().toLowerCase(Locale.ROOT).endsWith(".png")) {
                OutputFile.write(output, overwrite, file -> model.sheet(places, file));
            } else if (output != null) {
                Table rows = model.inverseTransform(places);
                TableWriter.write(output, ',', overwrite, writer -> writer.add(rows));
            } else {
                new TableWriter(options.out(), ',').add(model.inverseTransform(places));
                options.out().flush();
            }
        }
    }
}
