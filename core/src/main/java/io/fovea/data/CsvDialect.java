package io.fovea.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import de.siegmar.fastcsv.reader.StringArrayHandler;
import io.fovea.FoveaException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * How the text of one file is to be cut into cells, as its options say or as its first lines suggest.
 *
 * @param bom bytes of the byte order mark
 * @param guessed whether the encoding was concluded from the first bytes, so that later ones may prove it wrong
 * @param sample the first records, the header among them
 */
record CsvDialect(
        Path file,
        Charset charset,
        int bom,
        boolean guessed,
        char delimiter,
        char quote,
        boolean header,
        boolean decimalComma,
        List<String[]> sample) {
    static final int SAMPLE_BYTES = 1 << 20;
    private static final int SAMPLE_RECORDS = 200;
    private static final char[] DELIMITERS = {',', ';', '\t', '|'};
    private static final Pattern DECIMAL_COMMA =
            Pattern.compile("[-+]?(\\d{1,3}(\\.\\d{3})+|\\d*),\\d+([eE][-+]?\\d+)?");
    private static final Pattern GROUPED = Pattern.compile("[-+]?\\d{1,3}(,\\d{3})+");
    private static final Pattern DECIMAL_POINT = Pattern.compile("[-+]?\\d*\\.\\d+([eE][-+]?\\d+)?");
    private static final Pattern IN_APOSTROPHES = Pattern.compile("(?m)(?:^|[,;\\t|])'[^'\\n]*'(?=[,;\\t|\\r\\n]|$)");

    static CsvDialect of(Path file, TableOptions options) {
        byte[] head = head(file);
        TextEncoding encoding = TextEncoding.of(file, head, options.encoding());
        String text = encoding.decode(head);
        char quote = options.quote() != null ? options.quote() : quote(text);
        List<Cut> cuts = new ArrayList<>();
        for (char d : DELIMITERS) {
            if (d != quote) {
                cuts.add(Cut.of(text, d, quote, head.length == SAMPLE_BYTES, options));
            }
        }
        Cut cut = options.delimiter() != null
                ? Cut.of(text, options.delimiter(), quote, head.length == SAMPLE_BYTES, options)
                : best(cuts);
        if (cut.records.isEmpty()) {
            throw new FoveaException(file + " holds no line that can be read as a row of a table.");
        }
        refuseOtherDelimiter(file, cut, cuts);
        boolean comma = options.decimalComma() != null ? options.decimalComma() : decimalComma(cut);
        CellParser cells = new CellParser(comma, options.missing());
        boolean header = options.header() != null ? options.header() : looksLikeHeader(cut.records, cells);
        return new CsvDialect(
                file,
                encoding.charset(),
                encoding.bom(),
                encoding.guessed(),
                cut.delimiter,
                quote,
                header,
                comma,
                cut.records);
    }

    CsvDialect withCharset(Charset other) {
        return new CsvDialect(file, other, 0, false, delimiter, quote, header, decimalComma, sample);
    }

    /** Header, or column1, column2 ...; an empty name becomes columnN, a repeated one name_2. */
    List<String> names(List<String> remarks) {
        String[] first = sample.get(0);
        List<String> names = new ArrayList<>();
        Set<String> used = new HashSet<>();
        for (int i = 0; i < first.length; i++) {
            String name = header ? first[i].strip() : "";
            name = name.isEmpty() ? "column" + (i + 1) : name;
            String unique = name;
            for (int n = 2; !used.add(unique); n++) {
                unique = name + "_" + n;
            }
            if (!unique.equals(name)) {
                remarks.add("The column name \"" + name + "\" appears again in column " + (i + 1)
                        + ", which is called \"" + unique + "\".");
            }
            names.add(unique);
        }
        return names;
    }

    // ---- bytes ----

    /** The file's content, unpacked if it is gzipped. */
    static InputStream open(Path file) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        try {
            in.mark(2);
            boolean packed = in.read() == 0x1f && in.read() == 0x8b;
            in.reset();
            return packed ? new BufferedInputStream(new GZIPInputStream(in, 1 << 16), 1 << 16) : in;
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    private static byte[] head(Path file) {
        if (Files.isDirectory(file)) {
            throw new FoveaException(file + " is a folder, where a file with a table was expected.");
        }
        byte[] head;
        try (InputStream in = open(file)) {
            head = in.readNBytes(SAMPLE_BYTES);
        } catch (IOException e) {
            throw FoveaException.cannotRead(file, e);
        }
        if (head.length == 0) {
            throw new FoveaException(file + " is empty, where a table was expected.");
        }
        String magic = new String(head, 0, Math.min(4, head.length), StandardCharsets.ISO_8859_1);
        if (magic.startsWith("PAR1")) {
            throw new FoveaException(file + " is a Parquet file, which Fovea does not read; write it as CSV first.");
        }
        if (magic.startsWith("PK\3\4") || magic.startsWith("\u00d0\u00cf\u0011\u00e0")) {
            throw new FoveaException(file
                    + " is a zip or a workbook (Excel, LibreOffice), not a text table; save its sheet as CSV first.");
        }
        return head;
    }

    /** Decodes the whole file: bytes that do not fit are an error, except where windows-1252 was concluded. */
    CharsetDecoder decoder() {
        boolean lenient = charset.equals(TextEncoding.WINDOWS);
        return charset.newDecoder()
                .onMalformedInput(lenient ? CodingErrorAction.REPLACE : CodingErrorAction.REPORT)
                .onUnmappableCharacter(lenient ? CodingErrorAction.REPLACE : CodingErrorAction.REPORT);
    }

    // ---- delimiter and quote ----

    private static char quote(String text) {
        return text.indexOf('"') < 0
                        && IN_APOSTROPHES.matcher(text).results().limit(2).count() == 2
                ? '\''
                : '"';
    }

    /**
     * The first records cut at one delimiter.
     *
     * @param width the most frequent number of cells
     * @param regular share of the records that have it
     * @param clean share of their cells that are numbers or hold no other delimiter
     */
    private record Cut(char delimiter, List<String[]> records, int width, double regular, double clean) {
        static Cut of(String text, char delimiter, char quote, boolean cutOff, TableOptions options) {
            List<String[]> records = new ArrayList<>();
            boolean whole = true;
            try (CsvReader<String[]> reader = CsvReader.builder()
                    .fieldSeparator(delimiter)
                    .quoteCharacter(quote)
                    .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                    .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                    .build(StringArrayHandler.of(), text)) {
                for (String[] record : reader) {
                    records.add(record);
                    if (records.size() == SAMPLE_RECORDS) {
                        whole = false;
                        break;
                    }
                }
            } catch (CsvParseException e) {
                // what is wrong is said, with its line, when the file is read; here its good beginning is enough
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            if (whole && cutOff && records.size() > 1) {
                records.remove(records.size() - 1);
            }
            int width = width(records);
            long regular = records.stream().filter(r -> r.length == width).count();
            return new Cut(
                    delimiter,
                    records,
                    width,
                    regular / (double) Math.max(1, records.size()),
                    clean(records, delimiter, options));
        }

        private static int width(List<String[]> records) {
            int most = records.stream().mapToInt(r -> r.length).max().orElse(0);
            int[] counts = new int[most + 1];
            records.forEach(r -> counts[r.length]++);
            int best = 0;
            for (int width = 1; width <= most; width++) {
                best = counts[width] > 0 && counts[width] >= counts[best] ? width : best;
            }
            return best;
        }

        private static double clean(List<String[]> records, char delimiter, TableOptions options) {
            boolean mayBeComma = delimiter != ',' && !Boolean.FALSE.equals(options.decimalComma());
            long cells = 0;
            long clean = 0;
            for (String[] record : records) {
                for (String cell : record) {
                    cells++;
                    boolean number =
                            mayBeComma && DECIMAL_COMMA.matcher(cell.strip()).matches();
                    clean += number || !holdsDelimiter(cell, delimiter) ? 1 : 0;
                }
            }
            return cells == 0 ? 0 : clean / (double) cells;
        }

        private static boolean holdsDelimiter(String cell, char except) {
            for (char d : DELIMITERS) {
                if (d != except && cell.indexOf(d) >= 0) {
                    return true;
                }
            }
            return false;
        }

        double score() {
            boolean first = !records.isEmpty() && records.get(0).length == width;
            return width < 2 ? 0 : regular + clean + (first ? 0.5 : 0);
        }
    }

    private static Cut best(List<Cut> cuts) {
        Cut best = cuts.get(0);
        for (Cut cut : cuts) {
            if (cut.score() > best.score() + 1e-9 || (cut.score() > best.score() - 1e-9 && cut.width > best.width)) {
                best = cut;
            }
        }
        return best;
    }

    /** One column whose cells would all fall apart at another delimiter is a mistake, not a table. */
    private static void refuseOtherDelimiter(Path file, Cut cut, List<Cut> cuts) {
        if (cut.width > 1 || cut.records.size() < 2) {
            return;
        }
        for (Cut other : cuts) {
            if (other.delimiter != cut.delimiter && other.width > 1 && other.regular == 1) {
                throw new FoveaException(file + " has a single column when it is cut at " + spelled(cut.delimiter)
                        + ", but each of its first " + other.records.size() + " lines has " + other.width
                        + " cells when it is cut at " + spelled(other.delimiter) + "; give that as the delimiter.");
            }
        }
        int blanks = blanksInEachLine(cut.records);
        if (cut.delimiter != ' ' && blanks > 0) {
            throw new FoveaException(file + " has a single column when it is cut at " + spelled(cut.delimiter)
                    + ", but each of its first lines is " + (blanks + 1)
                    + " numbers parted by single blanks; give a blank as the delimiter.");
        }
    }

    private static int blanksInEachLine(List<String[]> records) {
        CellParser cells = new CellParser(false, List.of());
        int blanks = -1;
        for (String[] record : records.subList(1, records.size())) {
            String[] parts =
                    record.length == 0 ? new String[] {""} : record[0].strip().split(" ", -1);
            boolean numbers = true;
            for (String part : parts) {
                numbers &= !Double.isNaN(cells.number(part));
            }
            if (!numbers || (blanks >= 0 && parts.length != blanks + 1)) {
                return 0;
            }
            blanks = parts.length - 1;
        }
        return blanks;
    }

    static String spelled(char delimiter) {
        return switch (delimiter) {
            case '\t' -> "tabs";
            case ' ' -> "blanks";
            default -> "\"" + delimiter + "\"";
        };
    }

    // ---- decimal comma and header ----

    /**
     * Where the delimiter is no comma: more cells are like 1,5 than like 1.5. Cells like 1,234 may be thousands as well and speak for the comma
     * only where the delimiter is a semicolon, as it is in the countries that write so.
     */
    private static boolean decimalComma(Cut cut) {
        if (cut.delimiter == ',') {
            return false;
        }
        int comma = 0;
        int point = 0;
        for (String[] record : cut.records) {
            for (String cell : record) {
                String stripped = cell.strip();
                boolean unclear =
                        cut.delimiter != ';' && GROUPED.matcher(stripped).matches();
                comma += !unclear && DECIMAL_COMMA.matcher(stripped).matches() ? 1 : 0;
                point += DECIMAL_POINT.matcher(stripped).matches() ? 1 : 0;
            }
        }
        return comma > point;
    }

    /**
     * The first line names the columns if it has a word above a column of numbers, if its numbers count 0, 1, 2 ... (as pandas writes columns without names), or if
     * no column below holds numbers at all; not if it has as many numbers as the lines below.
     */
    private static boolean looksLikeHeader(List<String[]> records, CellParser cells) {
        if (records.isEmpty()) {
            return false;
        }
        String[] first = records.get(0);
        if (isCount(first, cells)) {
            return true;
        }
        boolean numbersBelow = false;
        boolean numberInFirst = false;
        for (int c = 0; c < first.length; c++) {
            boolean number = !Double.isNaN(cells.number(first[c]));
            numberInFirst |= number;
            if (isNumericBelow(records, c, cells)) {
                numbersBelow = true;
                if (!number && !cells.isMissing(first[c])) {
                    return true;
                }
            }
        }
        return !numbersBelow && !numberInFirst;
    }

    private static boolean isNumericBelow(List<String[]> records, int column, CellParser cells) {
        int numbers = 0;
        for (String[] record : records.subList(1, records.size())) {
            if (column < record.length && !cells.isMissing(record[column])) {
                if (Double.isNaN(cells.number(record[column]))) {
                    return false;
                }
                numbers++;
            }
        }
        return numbers > 0;
    }

    private static boolean isCount(String[] first, CellParser cells) {
        int next = 0;
        for (String cell : first) {
            if (!Double.isNaN(cells.number(cell)) && !cell.strip().equals(Integer.toString(next++))) {
                return false;
            }
        }
        return next >= 3;
    }

    /** What was found out, for a person. */
    String description() {
        return String.format(
                Locale.ROOT,
                "%s, cells parted by %s%s, %s",
                charset.name(),
                spelled(delimiter),
                decimalComma ? ", decimal comma" : "",
                header ? "first line names the columns" : "no header");
    }
}
