package io.fovea.data;

import io.fovea.FoveaException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * A table larger than memory, some rows at a time; the columns have the same kinds in all parts. Where the options leave the kind of a column open, the file is
 * looked through once before the first part; where they do not ({@link TableEncoder#reading}), it is read once only.
 */
public final class TableChunks implements Iterator<Table>, AutoCloseable {
    private final CsvTable table;
    private final int rowsPerChunk;
    private final long rows;
    private final CsvRows reader;
    private long passed;
    private @Nullable Table next;
    private boolean ended;

    private TableChunks(CsvTable table, int rowsPerChunk, long rows) {
        this.table = table;
        this.rowsPerChunk = rowsPerChunk;
        this.rows = rows;
        reader = table.rows(true);
    }

    /**
     * @param rowsPerChunk rows of each part but the last
     * @throws FoveaException as {@link Table#read(Path, TableOptions)} does; faults of later lines where the file was not looked through come from {@link #next}
     */
    public static TableChunks open(Path file, TableOptions options, int rowsPerChunk) {
        if (rowsPerChunk < 1) {
            throw new FoveaException("A part of a table has at least one row, not " + rowsPerChunk + ".");
        }
        CsvTable table = new CsvTable(file, options);
        return new TableChunks(table, rowsPerChunk, table.isOpen() ? table.scan() : -1);
    }

    /** All columns of the file that are read. */
    public List<String> names() {
        Column.Kind[] kinds = table.kinds();
        return java.util.stream.IntStream.range(0, kinds.length)
                .filter(i -> kinds[i] != Column.Kind.SKIP)
                .mapToObj(table.names()::get)
                .toList();
    }

    /** How many rows the file has, or -1 where it was not looked through. */
    public long rows() {
        return rows;
    }

    @Override
    public boolean hasNext() {
        if (next == null && !ended) {
            int read = reader.read(rowsPerChunk);
            ended = read == 0;
            if (ended && passed == 0) {
                throw new FoveaException(table + " has no rows.");
            }
            next = ended ? null : reader.take(table.remarks(), passed);
            passed += read;
        }
        return next != null;
    }

    @Override
    public Table next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException("The table has ended.");
        }
        Table chunk = next;
        next = null;
        return chunk;
    }

    @Override
    public void close() {
        reader.close();
    }
}
