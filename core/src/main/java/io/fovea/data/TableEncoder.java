package io.fovea.data;

import io.fovea.FoveaException;
import io.fovea.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How the rows of a table become rows of floats, and floats a table again. Fitted on the training rows alone, immutable, and written as JSON with the model that was trained
 * on its output. The policies, each of which leaves a remark where it acts:
 *
 * <ul>
 *   <li>numbers: scaled. A constant column is kept; it becomes 0 under the standard, min-max and robust scalers. If all columns are constant, that is an error. Where the quartiles of a column are equal although it is not constant, the robust scaler takes the standard deviation
 *   <li>infinite numbers: an error that names the column and the line, when fitting and when encoding, as is a number too large for 32 bits
 *   <li>missing cells: an error, or filled, as {@link EncoderOptions.Missing} says. A column without any value in the training rows is left out
 *   <li>text of few levels: one feature for each level, in the order of their spelling, 1 for the row's level and 0 for the others, not scaled: so a column of levels weighs
 *       at most as much as one standardised number. A level that no training row had is 0 in all: {@link #unseen} tells
 *   <li>text of one level is constant and left out; text of more levels than allowed, and dates and free text with it, are left out. So are columns that number the
 *       rows (by name and distinct whole numbers, or by counting them)
 *   <li>a column of which at least half are numbers and some are not: an error that names the first that is not, since a typing error is likelier than a column of levels
 * </ul>
 */
public final class TableEncoder {
    private static final int LISTED = 20;

    /**
     * A column that is encoded. Its features are {@code slot} and, for levels, those after it. A number x becomes (f(x) - shift) / scale, where f is ln(1 + x) if {@code log} and
     * x else; a level becomes 1 in its feature and 0 in the others.
     *
     * @param kind how the column is to be read
     * @param fill what a missing number becomes; null if that is an error
     * @param levels of a column of levels; empty for one of numbers
     * @param fillLevel what a missing level becomes; null if that is an error
     */
    public record Feature(
            String name,
            Column.Kind kind,
            int slot,
            double shift,
            double scale,
            boolean log,
            @Nullable Double fill,
            List<String> levels,
            @Nullable String fillLevel) {
        public Feature {
            levels = levels == null ? List.of() : List.copyOf(levels);
        }

        /** How many features the column has. */
        public int width() {
            return Math.max(1, levels.size());
        }

        boolean isNumber() {
            return levels.isEmpty();
        }
    }

    /** What the JSON holds. */
    record Form(List<Feature> columns, @Nullable String label, List<String> ids, List<String> remarks) {
        Form {
            columns = columns == null ? List.of() : List.copyOf(columns);
            ids = ids == null ? List.of() : List.copyOf(ids);
            remarks = remarks == null ? List.of() : List.copyOf(remarks);
        }
    }

    private final Form form;
    private final int width;

    private TableEncoder(Form form) {
        this.form = form;
        width = form.columns.stream().mapToInt(Feature::width).sum();
    }

    /**
     * Decides what each column becomes.
     *
     * @param training the rows whose figures count; null for all
     * @throws FoveaException if the options name a column that the table does not have, a policy above refuses a column, or nothing is left to encode
     */
    public static TableEncoder fit(Table table, int @Nullable [] training, EncoderOptions options) {
        int[] rows = training == null ? IntStream.range(0, table.rows()).toArray() : training;
        if (rows.length == 0) {
            throw new FoveaException("There are no training rows in " + table.source() + ".");
        }
        return new TableEncoder(new EncoderFit(table, rows, options).form());
    }

    /** {@link #fit(Table, int[], EncoderOptions)} on all rows. */
    public static TableEncoder fit(Table table, EncoderOptions options) {
        return fit(table, null, options);
    }

    // ---- what it is ----

    /** How many floats a row becomes. */
    public int width() {
        return width;
    }

    /** The features by name: a column of numbers has its own name, a level {@code column=level}. */
    public List<String> features() {
        List<String> names = new ArrayList<>();
        for (Feature f : form.columns) {
            if (f.isNumber()) {
                names.add(f.name);
            }
            f.levels.forEach(level -> names.add(f.name + "=" + level));
        }
        return names;
    }

    /** The columns that are encoded, in the order of their features. */
    public List<Feature> columns() {
        return form.columns;
    }

    public @Nullable String label() {
        return form.label;
    }

    public List<String> ids() {
        return form.ids;
    }

    /** What was done to which column, beyond scaling; each names it. */
    public List<String> remarks() {
        return form.remarks;
    }

    /**
     * How a file is to be read for this encoder: every column of the kind it was fitted with, ids and the label letter by letter, all else left out; so a large file needs no
     * look through beforehand.
     *
     * @param present the columns that the file has; of those it was fitted on, ids and label may be absent
     * @param kept columns that are wanted besides, as text
     */
    public TableOptions reading(TableOptions options, List<String> present, List<String> kept) {
        Map<String, Column.Kind> kinds = new LinkedHashMap<>();
        kept.forEach(name -> kinds.put(name, Column.Kind.TEXT));
        form.ids.forEach(name -> kinds.put(name, Column.Kind.TEXT));
        if (form.label != null) {
            kinds.put(form.label, Column.Kind.TEXT);
        }
        form.columns.forEach(f -> kinds.put(f.name, f.kind));
        kinds.keySet().retainAll(present);
        return options.withKinds(kinds).withOthers(Column.Kind.SKIP);
    }

    /** Labels of the rows as text, null where they are missing; null if there is no label or the table does not have it. */
    public @Nullable List<@Nullable String> labels(Table table) {
        if (form.label == null || !table.has(form.label)) {
            return null;
        }
        List<@Nullable String> labels = new ArrayList<>();
        Column column = table.column(form.label);
        for (int row = 0; row < table.rows(); row++) {
            labels.add(column.text(row));
        }
        return labels;
    }

    /** The encoder as JSON: {@code columns} (see {@link Feature}), {@code label}, {@code ids}, {@code remarks}. */
    public String json() {
        return Json.write(form);
    }

    /**
     * An encoder from its JSON.
     *
     * @throws FoveaException if it is not the JSON of an encoder
     */
    public static TableEncoder ofJson(String json) {
        Form form = Json.read(json, Form.class, "The table encoder");
        int slot = 0;
        for (Feature f : form.columns) {
            if (f.slot != slot || !(f.scale > 0) || !Double.isFinite(f.shift) || !Double.isFinite(f.scale)) {
                throw new FoveaException("The table encoder: the column \"" + f.name + "\" has slot " + f.slot
                        + ", shift " + f.shift + " and scale " + f.scale + "; expected are slot " + slot
                        + " and finite numbers, the scale above 0.");
            }
            slot += f.width();
        }
        if (slot == 0) {
            throw new FoveaException("The table encoder has no columns.");
        }
        return new TableEncoder(form);
    }

    // ---- encoding ----

    /**
     * Encodes all rows of a table, whose columns are found by name; columns that it has besides are passed over.
     *
     * @return rows x width, row-major
     * @throws FoveaException if columns are missing (what was expected and what there is are both listed), a column of numbers holds text, or a cell is missing, infinite
     *     or out of range where the policy refuses that; the message names column and line
     */
    public float[] encode(Table table) {
        requireColumns(table.names(), table.source());
        if ((long) table.rows() * width > Integer.MAX_VALUE - 8) {
            throw new FoveaException(table.rows() + " rows of " + width
                    + " features do not fit into one array; encode the table in parts.");
        }
        float[] out = new float[table.rows() * width];
        for (Feature f : form.columns) {
            Column column = table.column(f.name);
            if (f.isNumber()) {
                numbers(table, column, f, out);
            } else {
                levels(table, column, f, out);
            }
        }
        return out;
    }

    /**
     * Refuses a table that lacks a column.
     *
     * @param present its columns
     * @param source what it is, for the message
     * @throws FoveaException listing what was expected and what there is
     */
    public void requireColumns(List<String> present, String source) {
        List<String> expected = form.columns.stream().map(Feature::name).toList();
        List<String> missing =
                expected.stream().filter(name -> !present.contains(name)).toList();
        if (!missing.isEmpty()) {
            List<String> other = present.stream()
                    .filter(name -> !expected.contains(name) && !form.ids.contains(name) && !name.equals(form.label))
                    .toList();
            throw new FoveaException(source + " does not fit the model: it lacks " + listed(missing)
                    + (other.isEmpty() ? "" : ", and has instead " + listed(other)) + ". The model's columns: "
                    + listed(expected) + ". The table's columns: " + listed(present) + ".");
        }
    }

    static String listed(List<String> names) {
        return names.stream().limit(LISTED).collect(Collectors.joining(", "))
                + (names.size() > LISTED ? " and " + (names.size() - LISTED) + " more" : "");
    }

    private void numbers(Table table, Column column, Feature f, float[] out) {
        if (column.kind() == Column.Kind.TEXT) {
            throw EncoderFit.notNumbers(table, column, "The model needs numbers there.");
        }
        double[] numbers = column.numbers();
        for (int row = 0; row < numbers.length; row++) {
            double x = numbers[row];
            if (Double.isNaN(x)) {
                if (f.fill == null) {
                    throw EncoderFit.missing(table, column, row);
                }
                x = f.fill;
            }
            double scaled = ((f.log ? Math.log1p(x) : x) - f.shift) / f.scale;
            if (!Float.isFinite((float) scaled)) {
                throw outOfRange(table, f, row, x);
            }
            out[row * width + f.slot] = (float) scaled;
        }
    }

    static FoveaException outOfRange(Table table, Feature f, int row, double x) {
        String where = "The column \"" + f.name + "\" has " + x + " in " + table.where(row) + " of " + table.source();
        if (f.log && x <= -1) {
            return new FoveaException(where + ", but ln(1 + x) needs numbers above -1; choose another scaler.");
        }
        return new FoveaException(where + ", which is " + (Double.isInfinite(x) ? "infinite" : "too large for 32 bits")
                + "; correct or remove it.");
    }

    private void levels(Table table, Column column, Feature f, float[] out) {
        Map<String, Integer> slots = new LinkedHashMap<>();
        f.levels.forEach(level -> slots.put(level, f.slot + slots.size()));
        for (int row = 0; row < column.rows(); row++) {
            String level = column.text(row);
            if (level == null) {
                if (f.fillLevel == null) {
                    throw EncoderFit.missing(table, column, row);
                }
                level = f.fillLevel;
            }
            Integer slot = slots.get(level);
            if (slot != null) {
                out[row * width + slot] = 1;
            }
        }
    }

    /** For each column of levels, those of this table that no training row had and that are therefore encoded as none; columns without such are left out. */
    public Map<String, List<String>> unseen(Table table) {
        Map<String, List<String>> all = new LinkedHashMap<>();
        for (Feature f : form.columns) {
            Set<String> levels = new LinkedHashSet<>();
            if (!f.isNumber() && table.has(f.name)) {
                Column column = table.column(f.name);
                for (int row = 0; row < column.rows(); row++) {
                    String level = column.text(row);
                    if (level != null) {
                        levels.add(level);
                    }
                }
                f.levels.forEach(levels::remove);
            }
            if (!levels.isEmpty()) {
                all.put(f.name, List.copyOf(levels));
            }
        }
        return all;
    }

    // ---- decoding ----

    /**
     * The inverse: numbers unscaled, and of a column's levels the one with the largest value.
     *
     * @param encoded rows x width, row-major
     * @throws FoveaException if it is no whole number of rows
     */
    public Table decode(float[] encoded) {
        if (encoded.length % width != 0) {
            throw new FoveaException(encoded.length + " values are no whole rows of " + width + " features.");
        }
        int rows = encoded.length / width;
        List<Column> columns = new ArrayList<>();
        for (Feature f : form.columns) {
            if (f.isNumber()) {
                double[] numbers = new double[rows];
                for (int row = 0; row < rows; row++) {
                    double x = encoded[row * width + f.slot] * f.scale + f.shift;
                    numbers[row] = f.log ? Math.expm1(x) : x;
                }
                columns.add(Column.of(f.name, numbers));
            } else {
                String[] texts = new String[rows];
                for (int row = 0; row < rows; row++) {
                    int at = row * width + f.slot;
                    int best = 0;
                    for (int k = 1; k < f.levels.size(); k++) {
                        best = encoded[at + k] > encoded[at + best] ? k : best;
                    }
                    texts[row] = f.levels.get(best);
                }
                columns.add(Column.of(f.name, texts));
            }
        }
        return Table.of(columns);
    }
}
