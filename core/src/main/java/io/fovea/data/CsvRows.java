package io.fovea.data;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import de.siegmar.fastcsv.reader.RecordType;
import io.fovea.FoveaException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The rows of one file, read in order into columns of kinds that are known, or in order to find out which kinds they have. */
final class CsvRows implements AutoCloseable {
    private final CsvDialect dialect;
    private final List<ColumnBuilder> columns;
    private final boolean[] declared;
    /** Columns that were taken for numbers and hold something else. */
    private final boolean[] text;

    private boolean store;
    private boolean headerPassed;
    private boolean ended;
    private int rows;
    private int blankLines;
    private long blankFrom;
    private @Nullable TreeMap<Integer, Long> lines;
    private final CsvReader<Boolean> reader;
    private final CloseableIterator<Boolean> records;

    /**
     * @param declared which columns' kinds were asked for, so that another is an error
     * @param store whether the cells are kept
     */
    CsvRows(CsvDialect dialect, List<ColumnBuilder> columns, boolean[] declared, boolean store) {
        this.dialect = dialect;
        this.columns = columns;
        this.declared = declared;
        this.store = store;
        text = new boolean[columns.size()];
        headerPassed = !dialect.header();
        InputStream in = null;
        try {
            in = CsvDialect.open(dialect.file());
            in.skipNBytes(dialect.bom());
            reader = CsvReader.builder()
                    .fieldSeparator(dialect.delimiter())
                    .quoteCharacter(dialect.quote())
                    .skipEmptyLines(false)
                    .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                    .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                    .allowUnclosedQuote(false)
                    .detectBomHeader(false)
                    .build(new Cells(), new InputStreamReader(in, dialect.decoder()));
            records = reader.iterator();
        } catch (IOException e) {
            throw FoveaException.cannotRead(dialect.file(), e);
        }
    }

    boolean[] text() {
        return text;
    }

    /** Reads up to {@code most} rows more; how many it were, 0 at the end. */
    int read(int most) {
        rows = 0;
        lines = null;
        try {
            while (rows < most && !ended) {
                if (records.hasNext()) {
                    records.next();
                } else {
                    ended = true;
                }
            }
            return rows;
        } catch (CsvParseException e) {
            throw parseFault(e);
        } catch (UncheckedIOException e) {
            throw readFault(e.getCause());
        }
    }

    /** The rows read last, as a table; {@code before} rows of the file came earlier. */
    Table take(List<String> remarks, long before) {
        List<Column> taken = new ArrayList<>();
        for (ColumnBuilder column : columns) {
            if (column.kind != Column.Kind.SKIP) {
                taken.add(column.take());
            }
        }
        return new Table(
                taken,
                rows,
                lines == null ? new TreeMap<>() : lines,
                before,
                dialect.file().toString(),
                remarks);
    }

    private FoveaException parseFault(CsvParseException e) {
        Throwable cause = e.getCause();
        if (cause instanceof FoveaException f) {
            return f;
        }
        if (cause instanceof IOException io) {
            return readFault(io);
        }
        String said = String.valueOf(e.getMessage());
        return new FoveaException(
                dialect.file() + " cannot be read as a table: " + Character.toLowerCase(said.charAt(0))
                        + said.substring(1) + "; check the quotes, or name another quote character.",
                e);
    }

    private FoveaException readFault(@Nullable IOException e) {
        if (e instanceof CharacterCodingException) {
            return new WrongEncoding(
                    dialect.file() + " is not text in " + dialect.charset().name()
                            + ": it holds bytes that this encoding does not have; name the right one, for instance windows-1252.",
                    e);
        }
        return FoveaException.cannotRead(dialect.file(), e == null ? new IOException("unknown") : e);
    }

    /** Bytes that the concluded encoding does not have. */
    static final class WrongEncoding extends FoveaException {
        WrongEncoding(String message, Throwable cause) {
            super(message, cause);
        }
    }

    @Override
    public void close() {
        try {
            reader.close();
        } catch (IOException e) {
            throw FoveaException.cannotRead(dialect.file(), e);
        }
    }

    /** Takes the cells straight from the parser's buffer. */
    private final class Cells extends AbstractBaseCsvCallbackHandler<Boolean> {
        @Override
        protected void handleField(int index, char[] b, int offset, int length, boolean quoted) {
            if (!headerPassed || index >= columns.size()) {
                return;
            }
            if (index == 0 && blankLines > 0) {
                addBlankLines();
            }
            ColumnBuilder column = columns.get(index);
            if (column.kind != Column.Kind.SKIP && !text[index] && !column.add(b, offset, length, quoted, store)) {
                notANumber(index, new String(b, offset, length));
            }
        }

        private void notANumber(int index, String cell) {
            if (declared[index]) {
                throw new FoveaException("The column \"" + columns.get(index).name + "\" of " + dialect.file()
                        + " should hold numbers, but line " + getStartingLineNumber() + " has \"" + shortened(cell)
                        + "\"; correct it, or add it to the words for missing values.");
            }
            text[index] = true;
            store = false;
        }

        @Override
        protected void handleEmpty() {
            if (headerPassed && columns.size() == 1) {
                blankFrom = blankLines == 0 ? getStartingLineNumber() : blankFrom;
                blankLines++;
            }
        }

        @Override
        protected Boolean buildRecord() {
            if (getRecordType() == RecordType.EMPTY) {
                return true;
            }
            if (getFieldCount() != columns.size()) {
                throw new FoveaException(dialect.file() + ", line " + getStartingLineNumber() + " has "
                        + getFieldCount()
                        + (getFieldCount() == 1 ? " cell" : " cells") + ", but the first line has " + columns.size()
                        + "; correct the line, or check the delimiter (cells are cut at "
                        + CsvDialect.spelled(dialect.delimiter()) + ").");
            }
            if (headerPassed) {
                count(getStartingLineNumber());
            } else {
                headerPassed = true;
            }
            return true;
        }
    }

    static String shortened(String cell) {
        return cell.length() <= 40 ? cell : cell.substring(0, 40) + "...";
    }

    /** In a table of one column a blank line is a missing cell, except at the end. */
    private void addBlankLines() {
        for (int i = 0; i < blankLines; i++) {
            if (store) {
                columns.get(0).addMissing();
            }
            count(blankFrom + i);
        }
        blankLines = 0;
    }

    /** Notes the row's line where it does not follow from the row before. */
    private void count(long line) {
        if (lines == null) {
            lines = new TreeMap<>();
            lines.put(0, line);
        }
        Map.Entry<Integer, Long> last = lines.lastEntry();
        if (last.getValue() + (rows - last.getKey()) != line) {
            lines.put(rows, line);
        }
        rows++;
    }
}
