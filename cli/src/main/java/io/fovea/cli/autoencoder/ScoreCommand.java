package io.fovea.cli.autoencoder;

import io.fovea.autoencoder.Autoencoder;
import io.fovea.cli.CommonOptions;
import io.fovea.data.Column;
import io.fovea.data.Table;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fovea autoencoder score}. */
@Command(
        name = "score",
        header = "How well a map knows rows: each row's reconstruction error",
        footer = {
            "",
            "error is the mean squared difference over scaled columns; unusual is 1 where it is above the error of 99 of 100",
            "of the rows that the map was fitted to."
        })
final class ScoreCommand implements Runnable {
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
                    .write(output, overwrite, table -> scores(model, table));
        }
    }

    private static Table scores(Autoencoder model, Table placed) {
        List<Column> columns = new ArrayList<>(placed.columns());
        Column error = columns.get(columns.size() - 1);
        columns.removeIf(c -> c.name().matches("map\\d+"));
        double[] unusual = new double[placed.rows()];
        for (int i = 0; i < unusual.length; i++) {
            unusual[i] = model.isUnusual(error.numbers()[i]) ? 1 : 0;
        }
        return Table.of(columns).with(Column.of(placed.has("unusual") ? "unusual_" : "unusual", unusual));
    }
}
