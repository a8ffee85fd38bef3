package io.fovea.data;

import io.fovea.FoveaException;
import io.fovea.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Rows and named columns, as a file or a program gives them: columns in the file's order, each of numbers or of texts. Immutable. Rows are never dropped nor
 * put into another order.
 */
public final class Table {
    private final List<Column> columns;
    private final Map<String, Column> byName = new LinkedHashMap<>();
    private final int rows;
    /** Lines of the file, each for the rows from its key on; empty for a table that comes from no file. */
    private final NavigableMap<Integer, Long> lines;

    private final long before;
    private final String source;
    private final List<String> remarks;

    Table(
            List<Column> columns,
            int rows,
            NavigableMap<Integer, Long> lines,
            long before,
            String source,
            List<String> remarks) {
        this.columns = List.copyOf(columns);
        this.rows = rows;
        this.lines = lines;
        this.before = before;
        this.source = source;
        this.remarks = List.copyOf(remarks);
        for (Column column : columns) {
            if (column.rows() != rows) {
                throw new FoveaException("The column " + column + " should have " + rows + " rows as the first has.");
            }
            if (byName.put(column.name(), column) != null) {
                throw new FoveaException("The table has two columns named \"" + column.name() + "\".");
            }
        }
    }

    /**
     * Reads a delimited text file, gzipped or not, whole into memory. What the options leave open is found out. Blank lines are passed over (in a table of one
     * column they are missing cells). Blanks around cells are cut off, except inside quotes.
     *
     * @throws FoveaException if the file cannot be read, is empty, is no text, has a row with more or fewer cells than the first line (its line is
     *     named), has no row, or is a single column only because it was cut at the wrong delimiter
     */
    public static Table read(Path file, TableOptions options) {
        return CsvTable.read(file, options);
    }

    /** {@link #read(Path, TableOptions)} with everything found out. */
    public static Table read(Path file) {
        return read(file, TableOptions.DEFAULT);
    }

    /**
     * A table of columns, which keep their arrays.
     *
     * @throws FoveaException if they differ in length or share a name
     */
    public static Table of(List<Column> columns) {
        int rows = columns.isEmpty() ? 0 : columns.get(0).rows();
        return new Table(columns, rows, new TreeMap<>(), 0, "the table", List.of());
    }

    /**
     * A table of numbers.
     *
     * @param columns one array for each name, taken over without copying; NaN is a missing cell
     * @throws FoveaException if the numbers of names and columns differ, columns differ in length or share a name
     */
    public static Table of(List<String> names, double[][] columns) {
        if (names.size() != columns.length) {
            throw new FoveaException("There are " + names.size() + " names for " + columns.length + " columns.");
        }
        List<Column> all = new ArrayList<>();
        for (int i = 0; i < columns.length; i++) {
            all.add(Column.of(names.get(i), columns[i]));
        }
        return of(all);
    }

    public int rows() {
        return rows;
    }

    public List<Column> columns() {
        return columns;
    }

    public List<String> names() {
        return List.copyOf(byName.keySet());
    }

    public boolean has(String name) {
        return byName.containsKey(name);
    }

    /**
     * A column by its name.
     *
     * @throws FoveaException if there is none, with the nearest name
     */
    public Column column(String name) {
        Column column = byName.get(name);
        if (column == null) {
            throw new FoveaException("There is no column \"" + name + "\" in " + source
                    + (columns.size() > 40 ? nearest(name) : Json.didYouMean(name, byName.keySet())));
        }
        return column;
    }

    private String nearest(String name) {
        String end = Json.didYouMean(name, byName.keySet());
        return end.startsWith(",") ? end : ", which has " + columns.size() + " columns.";
    }

    /** What a reader should know of how the file was understood. */
    public List<String> remarks() {
        return remarks;
    }

    /** The file it was read from, or "the table". */
    public String source() {
        return source;
    }

    /** Where a row is, for messages: its line in the file, or its number from 1. */
    public String where(int row) {
        Map.Entry<Integer, Long> from = lines.floorEntry(row);
        return from == null ? "row " + (before + row + 1) : "line " + (from.getValue() + (row - from.getKey()));
    }

    /** The cells of a row by column, as text; missing ones are null. */
    public Map<String, @Nullable String> row(int row) {
        Map<String, @Nullable String> cells = new LinkedHashMap<>();
        columns.forEach(c -> cells.put(c.name(), c.text(row)));
        return cells;
    }

    /** The table of some of its columns, in the order given. */
    public Table select(List<String> names) {
        Set<String> once = new HashSet<>();
        List<Column> chosen = names.stream().filter(once::add).map(this::column).toList();
        return new Table(chosen, rows, lines, before, source, remarks);
    }

    /**
     * This table with another column at its end.
     *
     * @throws FoveaException if it has another number of rows, or there is a column of its name
     */
    public Table with(Column column) {
        List<Column> all = new ArrayList<>(columns);
        all.add(column);
        return new Table(all, columns.isEmpty() ? column.rows() : rows, lines, before, source, remarks);
    }

    /** The rows of {@code from} to {@code to} (exclusive), copied. */
    public Table slice(int from, int to) {
        TreeMap<Integer, Long> part = new TreeMap<>();
        Map.Entry<Integer, Long> start = lines.floorEntry(from);
        if (start != null) {
            part.put(0, start.getValue() + (from - start.getKey()));
            lines.subMap(from, false, to, false).forEach((row, line) -> part.put(row - from, line));
        }
        List<Column> cut = columns.stream().map(c -> c.slice(from, to)).toList();
        return new Table(cut, to - from, part, before + from, source, remarks);
    }

    @Override
    public String toString() {
        return source + ": " + rows + " rows, "
                + columns.stream().map(Column::name).limit(10).collect(Collectors.joining(", "))
                + (columns.size() > 10 ? " and " + (columns.size() - 10) + " more columns" : "");
    }
}
