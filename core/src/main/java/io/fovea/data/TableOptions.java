package io.fovea.data;

import io.fovea.FoveaException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a table's text is to be understood. What is null is found out from the file.
 *
 * @param delimiter between cells; else whichever of comma, semicolon, tab and bar cuts the first lines alike
 * @param quote around cells that hold delimiters or line breaks; else {@code "}, or {@code '} where only that encloses cells
 * @param header whether the first line names the columns; else it does unless it looks like the lines below it
 * @param encoding a charset's name; else by the byte order mark, else UTF-8 where the bytes are that, else windows-1252 (which holds Latin-1)
 * @param decimalComma whether 1,5 is one and a half; else where the delimiter is no comma and the cells speak for it
 * @param missing words that stand for a missing cell, beside an empty cell
 * @param kinds of columns by name; the kind of the others is found out: numbers where every cell is one or is missing, else text. What is
 *     declared text is kept letter by letter (007)
 * @param others the kind of all columns that {@code kinds} does not name
 */
public record TableOptions(
        @Nullable Character delimiter,
        @Nullable Character quote,
        @Nullable Boolean header,
        @Nullable String encoding,
        @Nullable Boolean decimalComma,
        List<String> missing,
        Map<String, Column.Kind> kinds,
        Column.@Nullable Kind others) {
    /** NA, N/A, NaN, null and ?, in the usual spellings. */
    public static final List<String> MISSING = List.of("NA", "N/A", "NaN", "nan", "NAN", "null", "NULL", "?");

    /** Everything is found out from the file; missing are {@link #MISSING}. */
    public static final TableOptions DEFAULT = new TableOptions(null, null, null, null, null, MISSING, Map.of(), null);

    public TableOptions {
        missing = List.copyOf(missing);
        kinds = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(kinds));
        if (delimiter != null && (delimiter == '\n' || delimiter == '\r' || delimiter.equals(quote))) {
            throw new FoveaException("The delimiter of a table can be neither a line break nor its quote character.");
        }
    }

    public TableOptions withDelimiter(@Nullable Character other) {
        return new TableOptions(other, quote, header, encoding, decimalComma, missing, kinds, others);
    }

    public TableOptions withQuote(@Nullable Character other) {
        return new TableOptions(delimiter, other, header, encoding, decimalComma, missing, kinds, others);
    }

    public TableOptions withHeader(@Nullable Boolean other) {
        return new TableOptions(delimiter, quote, other, encoding, decimalComma, missing, kinds, others);
    }

    public TableOptions withEncoding(@Nullable String other) {
        return new TableOptions(delimiter, quote, header, other, decimalComma, missing, kinds, others);
    }

    public TableOptions withDecimalComma(@Nullable Boolean other) {
        return new TableOptions(delimiter, quote, header, encoding, other, missing, kinds, others);
    }

    public TableOptions withMissing(List<String> other) {
        return new TableOptions(delimiter, quote, header, encoding, decimalComma, other, kinds, others);
    }

    public TableOptions withKinds(Map<String, Column.Kind> other) {
        return new TableOptions(delimiter, quote, header, encoding, decimalComma, missing, other, others);
    }

    public TableOptions withOthers(Column.@Nullable Kind other) {
        return new TableOptions(delimiter, quote, header, encoding, decimalComma, missing, kinds, other);
    }

    /** These columns are kept as text, letter by letter, whatever they look like. */
    public TableOptions withText(List<String> columns) {
        Map<String, Column.Kind> all = new LinkedHashMap<>(kinds);
        columns.forEach(c -> all.put(c, Column.Kind.TEXT));
        return withKinds(all);
    }
}
