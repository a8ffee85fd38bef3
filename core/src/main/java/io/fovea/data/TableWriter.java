package io.fovea.data;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.fovea.AtomicFile;
import io.fovea.FoveaException;
import java.io.BufferedWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes tables, part after part, as one delimited text: UTF-8, a line of names, lines ended by a line feed, quotes where a cell needs them, missing cells empty,
 * numbers with as many digits as tell them apart in their precision.
 */
public final class TableWriter {
    private final CsvWriter out;
    private @Nullable List<String> names;
    private long rows;

    /** Writes to {@code out}, which stays open; the caller flushes it. */
    public TableWriter(Writer out, char delimiter) {
        this.out = CsvWriter.builder()
                .fieldSeparator(delimiter)
                .lineDelimiter(LineDelimiter.LF)
                .bufferSize(0)
                .build(out);
    }

    /**
     * Writes a file, whole or not at all.
     *
     * @param overwrite whether an existing file may be replaced
     * @param content adds the tables
     * @throws FoveaException if the file exists and may not be replaced, or cannot be written
     */
    public static void write(Path file, char delimiter, boolean overwrite, Consumer<TableWriter> content) {
        if (!overwrite && Files.exists(file)) {
            throw new FoveaException(
                    "Cannot write " + file + ": it exists already; choose another name or allow it to be overwritten.");
        }
        AtomicFile.write(file, channel -> {
            Writer text = new BufferedWriter(Channels.newWriter(channel, StandardCharsets.UTF_8), 1 << 16);
            try {
                content.accept(new TableWriter(text, delimiter));
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
            text.flush();
        });
    }

    /**
     * Adds the rows of a table; the first brings the names.
     *
     * @throws FoveaException if its columns are not those of the first
     * @throws UncheckedIOException what the writer throws
     */
    public void add(Table part) {
        if (names == null) {
            names = part.names();
            out.writeRecord(names);
        } else if (!names.equals(part.names())) {
            throw new FoveaException("The columns " + part.names() + " cannot follow the columns " + names + ".");
        }
        String[] cells = new String[names.size()];
        for (int row = 0; row < part.rows(); row++) {
            for (int c = 0; c < cells.length; c++) {
                String cell = part.columns().get(c).text(row);
                cells[c] = cell == null ? "" : cell;
            }
            out.writeRecord(cells);
        }
        rows += part.rows();
    }

    /** Rows written so far. */
    public long rows() {
        return rows;
    }
}
