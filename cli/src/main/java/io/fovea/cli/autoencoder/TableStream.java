package io.fovea.cli.autoencoder;

import io.fovea.FoveaException;
import io.fovea.autoencoder.Autoencoder;
import io.fovea.autoencoder.RowSource;
import io.fovea.cli.CommonOptions;
import io.fovea.cli.OutputFile;
import io.fovea.data.Column;
import io.fovea.data.Table;
import io.fovea.data.TableChunks;
import io.fovea.data.TableWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Rows of a file through a model into another table, some at a time, so that the file may be larger than memory. */
final class TableStream {
    private static final int CHUNK = 20_000;
    private static final long TELL_NANOS = 10_000_000_000L;

    private final Autoencoder model;
    private final RowSource source;
    private final List<String> kept;
    private final CommonOptions options;
    private long rows;

    /** @param kept columns of the file that the output has, too */
    TableStream(Autoencoder model, RowSource source, List<String> kept, CommonOptions options) {
        this.model = model;
        this.source = source;
        this.kept = kept;
        this.options = options;
    }

    /**
     * Rows through the model.
     *
     * @param shown what of {@link Autoencoder#transform(Table)}'s columns is wanted
     */
    private void run(UnaryOperator<Table> shown, Consumer<Table> out) {
        if (source.holdsPictures() || model.model().table() == null) {
            whole(shown, out);
            return;
        }
        if (!java.nio.file.Files.exists(source.path())) {
            throw new FoveaException("There is no file " + source.file() + ".");
        }
        List<String> present = source.columns();
        for (String name : kept) {
            if (!present.contains(name)) {
                throw new FoveaException("There is no column \"" + name + "\" in " + source.file()
                        + io.fovea.Json.didYouMean(name, present));
            }
        }
        model.encoder().requireColumns(present, source.file());
        long told = System.nanoTime();
        try (TableChunks chunks =
                TableChunks.open(source.path(), model.encoder().reading(source.table(), present, kept), CHUNK)) {
            while (chunks.hasNext()) {
                Table part = chunks.next();
                Table placed = model.transform(part);
                out.accept(shown.apply(with(part, placed)));
                rows += part.rows();
                if (System.nanoTime() - told > TELL_NANOS) {
                    told = System.nanoTime();
                    options.err().println(String.format(Locale.ROOT, "%,d rows", rows));
                }
            }
        }
    }

    /** The kept columns before the model's. */
    private Table with(Table part, Table placed) {
        List<Column> columns = new ArrayList<>();
        kept.stream().filter(name -> !placed.has(name)).forEach(name -> columns.add(part.column(name)));
        columns.addAll(placed.columns());
        return Table.of(columns);
    }

    /** Pictures, and rows of numbers alone. */
    private void whole(UnaryOperator<Table> shown, Consumer<Table> out) {
        RowSource.Loaded data = source.load(model);
        int n = data.rows().n();
        List<Column> columns = new ArrayList<>();
        if (data.names() != null) {
            columns.add(Column.of(
                    source.holdsPictures() ? "picture" : "id", data.names().toArray(String[]::new)));
        }
        if (data.labels() != null) {
            columns.add(Column.of("label", data.labels().toArray(String[]::new)));
        }
        float[] codes = model.transform(data.rows().values(), n);
        int k = model.codeSize();
        for (int j = 0; j < k; j++) {
            double[] values = new double[n];
            for (int i = 0; i < n; i++) {
                values[i] = codes[i * k + j];
            }
            columns.add(Column.of("map" + (j + 1), values));
        }
        double[] errors = model.score(data.rows().values(), n);
        columns.add(Column.of(
                "error", java.util.Arrays.stream(errors).map(e -> (float) e).toArray()));
        out.accept(shown.apply(Table.of(columns)));
        rows = n;
    }

    /** Writes the table to a file, or to stdout where there is none. */
    void write(@Nullable Path file, boolean overwrite, UnaryOperator<Table> shown) {
        long begin = System.nanoTime();
        if (file == null) {
            TableWriter writer = new TableWriter(options.out(), ',');
            run(shown, writer::add);
            options.out().flush();
        } else {
            OutputFile.check(file, overwrite);
            TableWriter.write(file, ',', overwrite, writer -> run(shown, writer::add));
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        options.err()
                .println(String.format(
                        Locale.ROOT,
                        "%,d rows in %.1f s, %,.0f a second%s",
                        rows,
                        seconds,
                        rows / seconds,
                        file == null ? "" : ": " + file));
    }
}
