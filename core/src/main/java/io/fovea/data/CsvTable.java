package io.fovea.data;

import io.fovea.FoveaException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A delimited file with its dialect and its columns' kinds. A column's kind is concluded from the first lines; where a later line contradicts, the rest of the
 * file is looked through and the file is read once more.
 */
final class CsvTable {
    private final TableOptions options;
    private CsvDialect dialect;
    private final List<String> names;
    private final List<String> remarks = new ArrayList<>();
    private final Column.Kind[] kinds;
    private final boolean[] declared;

    CsvTable(Path file, TableOptions options) {
        this.options = options;
        dialect = CsvDialect.of(file, options);
        names = dialect.names(remarks);
        kinds = new Column.Kind[names.size()];
        declared = new boolean[names.size()];
        for (String wanted : options.kinds().keySet()) {
            if (!names.contains(wanted)) {
                throw new FoveaException("There is no column \"" + wanted + "\" in " + file
                        + (names.size() > 40 ? "." : io.fovea.Json.didYouMean(wanted, names)));
            }
        }
        for (int i = 0; i < kinds.length; i++) {
            Column.@Nullable Kind kind = options.kinds().getOrDefault(names.get(i), options.others());
            declared[i] = kind != null;
            kinds[i] = kind != null ? kind : sampled(i);
        }
    }

    private Column.Kind sampled(int column) {
        CellParser cells = cells();
        List<String[]> sample = dialect.sample();
        for (String[] record : sample.subList(dialect.header() ? 1 : 0, sample.size())) {
            if (column < record.length
                    && !cells.isMissing(record[column])
                    && Double.isNaN(cells.number(record[column]))) {
                return Column.Kind.TEXT;
            }
        }
        return Column.Kind.NUMBER;
    }

    private CellParser cells() {
        return new CellParser(dialect.decimalComma(), options.missing());
    }

    List<String> names() {
        return names;
    }

    Column.Kind[] kinds() {
        return kinds.clone();
    }

    String description() {
        return dialect.description();
    }

    /** Whether reading can find a column to be of another kind than thought. */
    boolean isOpen() {
        for (int i = 0; i < kinds.length; i++) {
            if (!declared[i] && kinds[i] == Column.Kind.NUMBER) {
                return true;
            }
        }
        return false;
    }

    CsvRows rows(boolean store) {
        CellParser cells = cells();
        List<ColumnBuilder> columns = new ArrayList<>();
        for (int i = 0; i < kinds.length; i++) {
            columns.add(new ColumnBuilder(names.get(i), kinds[i], cells));
        }
        return new CsvRows(dialect, columns, declared, store);
    }

    static Table read(Path file, TableOptions options) {
        CsvTable table = new CsvTable(file, options);
        Table read = table.tryToRead();
        if (read == null) {
            read = table.tryToRead();
        }
        if (read == null) {
            throw new FoveaException(file + " changed while it was read.");
        }
        return read;
    }

    /** Null where something was learnt that makes it necessary to read again. */
    private @Nullable Table tryToRead() {
        try (CsvRows rows = rows(true)) {
            int read = rows.read(Integer.MAX_VALUE - 8);
            if (learn(rows.text())) {
                return null;
            }
            refuseEmpty(read);
            return rows.take(remarks, 0);
        } catch (CsvRows.WrongEncoding e) {
            if (!dialect.guessed()) {
                throw e;
            }
            dialect = dialect.withCharset(TextEncoding.WINDOWS);
            return tryToRead();
        }
    }

    /** Looks through the whole file for kinds, ragged rows and encoding; returns its rows. */
    long scan() {
        try (CsvRows rows = rows(false)) {
            long all = 0;
            for (int read = rows.read(1 << 20); read > 0; read = rows.read(1 << 20)) {
                all += read;
            }
            learn(rows.text());
            refuseEmpty(all);
            return all;
        } catch (CsvRows.WrongEncoding e) {
            if (!dialect.guessed()) {
                throw e;
            }
            dialect = dialect.withCharset(TextEncoding.WINDOWS);
            return scan();
        }
    }

    List<String> remarks() {
        return remarks;
    }

    private boolean learn(boolean[] text) {
        boolean any = false;
        for (int i = 0; i < text.length; i++) {
            if (text[i]) {
                kinds[i] = Column.Kind.TEXT;
                any = true;
            }
        }
        return any;
    }

    private void refuseEmpty(long rows) {
        if (rows == 0) {
            throw new FoveaException(dialect.file() + " has a line of column names ("
                    + String.join(", ", names.subList(0, Math.min(5, names.size()))) + (names.size() > 5 ? " ..." : "")
                    + ") but no rows; if that line is a row, say that there is no header.");
        }
    }

    @Override
    public String toString() {
        return dialect.file().toString();
    }
}
