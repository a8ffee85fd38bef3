package io.fovea.autoencoder;

import io.fovea.FoveaException;
import io.fovea.data.Column;
import io.fovea.data.EncoderOptions;
import io.fovea.data.PictureRows;
import io.fovea.data.Table;
import io.fovea.data.TableChunks;
import io.fovea.data.TableEncoder;
import io.fovea.data.TableOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where rows come from and how they are to be read, as a run's {@code config.json} holds it.
 *
 * @param file a table as delimited text, an IDX file, or a folder or zip of pictures
 * @param labels IDX file with a label for each picture of an IDX file, or null
 * @param table how a table's text is to be understood
 * @param encoder what a table's columns are for
 * @param picture size of pictures: those of a folder are brought to it, a table's columns are its pixels; null where pictures keep their
 *     own size and tables are no pictures
 */
public record RowSource(
        String file,
        @Nullable String labels,
        TableOptions table,
        EncoderOptions encoder,
        NetworkConfig.@Nullable Image picture) {
    /** Everything is found out from the file. */
    public static RowSource of(Path file) {
        return new RowSource(file.toString(), null, TableOptions.DEFAULT, EncoderOptions.DEFAULT, null);
    }

    /**
     * What was read.
     *
     * @param rows for the network
     * @param table that they come from, with all its columns; null for pictures
     * @param labels of the rows, or null
     * @param names of the rows, of a table its id columns; or null
     * @param remarks sentences on how the file was understood
     */
    public record Loaded(
            Rows rows,
            @Nullable Table table,
            @Nullable List<@Nullable String> labels,
            @Nullable List<String> names,
            List<String> remarks) {
        public Loaded {
            remarks = List.copyOf(remarks);
        }

        /** Rows of a program. */
        public static Loaded of(Rows rows) {
            return new Loaded(rows, null, null, null, List.of());
        }

        /** The labels, where few enough rows share one to be classes; null else. */
        public @Nullable List<String> classes() {
            if (labels == null) {
                return null;
            }
            List<String> all = labels.stream().map(String::valueOf).toList();
            return all.stream().distinct().count() <= all.size() / 3 ? all : null;
        }

        /** Some of the rows. Tables are left out. */
        public Loaded pick(int[] which) {
            return new Loaded(rows.pick(which), null, picked(labels, which), picked(names, which), remarks);
        }

        private static <T extends @Nullable Object> @Nullable List<T> picked(@Nullable List<T> from, int[] which) {
            if (from == null) {
                return null;
            }
            List<T> some = new ArrayList<>();
            for (int i : which) {
                some.add(from.get(i));
            }
            return some;
        }
    }

    public Path path() {
        return Path.of(file);
    }

    public boolean holdsPictures() {
        return PictureRows.is(path());
    }

    /** Reads everything and makes the encoder of a table from all rows. */
    public Loaded load() {
        return load((int[]) null);
    }

    /**
     * Reads everything.
     *
     * @param training the rows whose figures the encoder of a table is made of; null for all
     */
    public Loaded load(int @Nullable [] training) {
        if (holdsPictures()) {
            return pictures(picture);
        }
        refuseMissingFile();
        Table read = Table.read(path(), encoder.reading(table));
        if (read.rows() < 2) {
            throw new FoveaException(file + " has " + read.rows() + " row; a map needs at least 2.");
        }
        Rows rows = Rows.of(read, training, encoder);
        TableEncoder made = TableEncoder.ofJson(Objects.requireNonNull(rows.table()));
        List<String> remarks = new ArrayList<>(read.remarks());
        remarks.addAll(made.remarks());
        return of(read, made, picture == null ? rows : rows.withPicture(picture), remarks);
    }

    /** How many rows a table has, or pictures a source; reads all of it. */
    public int count() {
        return holdsPictures()
                ? pictures(picture).rows().n()
                : Table.read(path(), table).rows();
    }

    /**
     * Reads everything as a model reads it: columns by their names, scaled as the model's were; pictures in the model's size.
     *
     * @throws FoveaException if the rows do not fit the model
     */
    public Loaded load(Autoencoder model) {
        NetworkConfig.@Nullable Image shape = model.model().picture();
        if (holdsPictures()) {
            if (shape == null || model.model().table() != null) {
                throw new FoveaException(
                        file + " holds pictures; the model reads tables of " + model.width() + " columns.");
            }
            return pictures(shape);
        }
        refuseMissingFile();
        if (model.model().table() == null) {
            return plain(model, shape);
        }
        TableEncoder known = model.encoder();
        TableOptions options =
                table.withText(columns().stream().filter(known.ids()::contains).toList());
        Table read = Table.read(path(), options);
        Rows rows = new Rows(known.encode(read), read.rows(), known.width(), file, known.json(), shape);
        List<String> remarks = new ArrayList<>(read.remarks());
        known.unseen(read)
                .forEach((column, levels) -> remarks.add("The column \"" + column + "\" has levels that the model does"
                        + " not know ("
                        + String.join(", ", levels.stream().limit(5).toList())
                        + "); they count as none."));
        return of(read, known, rows, remarks);
    }

    /** A table of numbers for a model that was fitted to rows, or imported: its columns in their order, but for label and ids. */
    private Loaded plain(Autoencoder model, NetworkConfig.@Nullable Image shape) {
        Table read = Table.read(path(), encoder.reading(table));
        TableEncoder asIs = TableEncoder.fit(read, null, encoder.withScaler(EncoderOptions.Scaler.NONE));
        if (asIs.width() != model.width()) {
            throw new FoveaException("The model reads " + model.width() + " numbers a row; " + file + " has "
                    + asIs.width() + " columns of numbers"
                    + (shape == null ? "" : " (it was fitted to pictures, " + shape + ")") + ".");
        }
        return of(read, asIs, new Rows(asIs.encode(read), read.rows(), asIs.width(), file, null, shape), List.of());
    }

    private void refuseMissingFile() {
        if (!Files.exists(path())) {
            throw new FoveaException("There is no file " + file + ".");
        }
    }

    /** The names of a table's columns, without reading its rows. */
    public List<String> columns() {
        try (TableChunks look = TableChunks.open(path(), table.withOthers(Column.Kind.TEXT), 1)) {
            return look.names();
        }
    }

    private Loaded pictures(NetworkConfig.@Nullable Image shape) {
        PictureRows.@Nullable Size size =
                shape == null ? null : new PictureRows.Size(shape.channels(), shape.height(), shape.width());
        PictureRows read = PictureRows.read(path(), labels == null ? null : Path.of(labels), size);
        List<@Nullable String> told = read.labels() == null ? null : new ArrayList<>(read.labels());
        return new Loaded(Rows.of(read, file), null, told, read.names(), List.of());
    }

    private Loaded of(Table read, TableEncoder encoding, Rows rows, List<String> remarks) {
        return new Loaded(rows, read, encoding.labels(read), names(read, encoding.ids()), remarks);
    }

    private static @Nullable List<String> names(Table read, List<String> ids) {
        List<Column> columns = ids.stream().filter(read::has).map(read::column).toList();
        if (columns.isEmpty()) {
            return null;
        }
        List<String> names = new ArrayList<>();
        for (int row = 0; row < read.rows(); row++) {
            int at = row;
            names.add(String.join(
                    " ",
                    columns.stream()
                            .map(c -> Objects.requireNonNullElse(c.text(at), ""))
                            .toList()));
        }
        return names;
    }
}
