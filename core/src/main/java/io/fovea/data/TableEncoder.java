package io.fovea.data;

import io.fovea.FoveaException;
import io.fovea.Json;
import java.util.ArrayList;
import java.util.Arrays;
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
 *   <li>numbers: scaled. A constant column is kept with scale 1, so it becomes 0 under the standard, min-max and robust scalers; if all columns are constant, that is an
 *       error. Where the quartiles of a column are equal although it is not constant, the robust scaler takes the standard deviation
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
    private static final Set<String> ROW_NAMES =
            Set.of("id", "ids", "index", "idx", "row", "rowid", "row_id", "rownum", "rownames", "nr", "no", "#", "key", "uuid", "unnamed: 0", "column1");

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

    private record Form(
            List<Feature> columns, @Nullable String label, List<String> ids, List<String> remarks) {
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
        return new TableEncoder(new Fit(table, rows, options).form());
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
        refuseMissingColumns(table);
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

    private void refuseMissingColumns(Table table) {
        List<String> expected = form.columns.stream().map(Feature::name).toList();
        List<String> missing = expected.stream().filter(name -> !table.has(name)).toList();
        if (!missing.isEmpty()) {
            List<String> other = table.names().stream()
                    .filter(name -> !expected.contains(name) && !form.ids.contains(name) && !name.equals(form.label))
                    .toList();
            throw new FoveaException(table.source() + " does not fit the model: it lacks " + listed(missing)
                    + (other.isEmpty() ? "" : ", and has instead " + listed(other)) + ". The model's columns: "
                    + listed(expected) + ". The table's columns: " + listed(table.names()) + ".");
        }
    }

    static String listed(List<String> names) {
        return names.stream().limit(LISTED).collect(Collectors.joining(", "))
                + (names.size() > LISTED ? " and " + (names.size() - LISTED) + " more" : "");
    }

    private void numbers(Table table, Column column, Feature f, float[] out) {
        if (column.kind() == Column.Kind.TEXT) {
            throw Fit.notNumbers(table, column, "The model needs numbers there.");
        }
        double[] numbers = column.numbers();
        for (int row = 0; row < numbers.length; row++) {
            double x = numbers[row];
            if (Double.isNaN(x)) {
                if (f.fill == null) {
                    throw Fit.missing(table, column, row);
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

    private static FoveaException outOfRange(Table table, Feature f, int row, double x) {
        String where = "The column \"" + f.name + "\" has " + x + " in " + table.where(row) + " of " + table.source();
        if (f.log && x <= -1) {
            return new FoveaException(where + ", but ln(1 + x) needs numbers above -1; choose another scaler.");
        }
        return new FoveaException(where + ", which is "
                + (Double.isInfinite(x) ? "infinite" : "too large for 32 bits") + "; correct or remove it.");
    }

    private void levels(Table table, Column column, Feature f, float[] out) {
        Map<String, Integer> slots = new LinkedHashMap<>();
        f.levels.forEach(level -> slots.put(level, f.slot + slots.size()));
        for (int row = 0; row < column.rows(); row++) {
            String level = column.text(row);
            if (level == null) {
                if (f.fillLevel == null) {
                    throw Fit.missing(table, column, row);
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

    // ---- fitting ----

    /** One fit: looks at each column in turn. */
    private static final class Fit {
        private static final java.util.regex.Pattern DATE = java.util.regex.Pattern.compile(
                "\\d{4}-\\d{1,2}-\\d{1,2}([T ].*)?|\\d{1,2}[./]\\d{1,2}[./]\\d{2,4}( .*)?|\\d{4}[./]\\d{1,2}[./]\\d{1,2}( .*)?|\\d{1,2}:\\d{2}(:\\d{2}.*)?");

        private final Table table;
        private final int[] training;
        private final EncoderOptions options;
        private final List<Feature> features = new ArrayList<>();
        private final List<String> remarks = new ArrayList<>();
        private int slot;
        private int constant;

        Fit(Table table, int[] training, EncoderOptions options) {
            this.table = table;
            this.training = training;
            this.options = options;
        }

        Form form() {
            List<List<String>> named =
                    List.of(options.ids(), options.ignored(), options.categorical(), options.numeric());
            named.forEach(names -> names.forEach(table::column));
            String label = label();
            for (Column column : table.columns()) {
                String name = column.name();
                if (!name.equals(label) && !options.ids().contains(name) && !options.ignored().contains(name)) {
                    add(column);
                }
            }
            if (features.isEmpty()) {
                throw new FoveaException("No column of " + table.source() + " is left to encode. "
                        + String.join(" ", remarks));
            }
            if (constant == features.size()) {
                throw new FoveaException("Every column of " + table.source() + " is constant over the "
                        + training.length + (training.length == 1 ? " training row" : " training rows")
                        + ", so there is nothing that tells the rows apart.");
            }
            return new Form(features, label, options.ids(), remarks);
        }

        private @Nullable String label() {
            if (options.label() != null) {
                return table.column(options.label()).name();
            }
            List<String> names = table.names();
            String last = names.get(names.size() - 1);
            if (names.size() > 1 && last.equalsIgnoreCase("label")) {
                remarks.add("The column \"" + last + "\" is taken for the label and kept aside.");
                return last;
            }
            return null;
        }

        private void leaveOut(Column column, String why) {
            remarks.add("The column \"" + column.name() + "\" is left out: " + why + ".");
        }

        private void add(Column column) {
            if (Arrays.stream(training).allMatch(column::isMissing)) {
                leaveOut(column, "it has no value in the training rows");
            } else if (options.categorical().contains(column.name())) {
                addLevels(column, true);
            } else if (column.kind() == Column.Kind.TEXT) {
                refuseAlmostNumbers(column);
                addLevels(column, false);
            } else if (!options.numeric().contains(column.name()) && numbersRows(column)) {
                leaveOut(column, "it numbers the rows; name it as numeric to use it all the same");
            } else {
                addNumbers(column);
            }
        }

        /** Distinct whole numbers under a name for such, or in the first column one more in each row. */
        private boolean numbersRows(Column column) {
            double[] numbers = column.numbers();
            Set<Double> distinct = new java.util.HashSet<>();
            boolean counts = training.length >= 3;
            for (int row : training) {
                double x = numbers[row];
                if (x != Math.rint(x) || !distinct.add(x)) {
                    return false;
                }
                counts &= x - row == numbers[training[0]] - training[0];
            }
            String name = column.name().toLowerCase(java.util.Locale.ROOT);
            boolean named = ROW_NAMES.contains(name) || name.endsWith("_id");
            boolean first = column == table.columns().get(0);
            return training.length >= 3 && (named && !name.equals("column1") || first && counts);
        }

        // ---- numbers ----

        private void addNumbers(Column column) {
            boolean log = options.scaler() == EncoderOptions.Scaler.LOG1P;
            double[] values = present(column);
            for (int row : training) {
                double x = column.numbers()[row];
                if (Double.isInfinite(x) || (log && x <= -1)) {
                    throw outOfRange(table, feature(column, 0, 1, log, null), row, x);
                }
            }
            Double fill = null;
            if (values.length < training.length) {
                fill = fill(column, training.length - values.length, quantile(sorted(values), 0.5));
            } else if (options.missing() == EncoderOptions.Missing.MEDIAN) {
                fill = quantile(sorted(values), 0.5);
            }
            double[] sorted = sorted(values);
            double least = sorted[0];
            double most = sorted[sorted.length - 1];
            if (most - least <= 1e-14 * Math.max(Math.abs(least), Math.abs(most))) {
                constant++;
                remarks.add("The column \"" + column.name() + "\" is constant (" + Column.format(least)
                        + ") and is kept with scale 1.");
                boolean moved = !log && options.scaler() != EncoderOptions.Scaler.NONE;
                features.add(feature(column, moved ? least : 0, 1, log, fill));
            } else {
                features.add(scaled(column, values, sorted, fill));
            }
            slot++;
        }

        private double[] present(Column column) {
            return Arrays.stream(training)
                    .mapToDouble(row -> column.numbers()[row])
                    .filter(x -> !Double.isNaN(x))
                    .toArray();
        }

        private static double[] sorted(double[] values) {
            double[] sorted = values.clone();
            Arrays.sort(sorted);
            return sorted;
        }

        private double fill(Column column, int missing, double median) {
            if (options.missing() == EncoderOptions.Missing.REFUSE) {
                for (int row = 0; row < table.rows(); row++) {
                    if (column.isMissing(row)) {
                        throw missing(table, column, row);
                    }
                }
            }
            remarks.add("The column \"" + column.name() + "\" has " + missing
                    + (missing == 1 ? " missing cell" : " missing cells")
                    + " in the training rows, filled with the median " + Column.format(median) + ".");
            return median;
        }

        private Feature feature(Column column, double shift, double scale, boolean log, @Nullable Double fill) {
            return new Feature(column.name(), Column.Kind.NUMBER, slot, shift, scale, log, fill, List.of(), null);
        }

        private Feature scaled(Column column, double[] values, double[] sorted, @Nullable Double fill) {
            return switch (options.scaler()) {
                case STANDARD -> standard(column, values, fill);
                case MINMAX -> feature(column, sorted[0], sorted[sorted.length - 1] - sorted[0], false, fill);
                case ROBUST -> {
                    double range = quantile(sorted, 0.75) - quantile(sorted, 0.25);
                    if (range > 0) {
                        yield feature(column, quantile(sorted, 0.5), range, false, fill);
                    }
                    remarks.add("The quartiles of the column \"" + column.name()
                            + "\" are equal; its standard deviation is its scale.");
                    double deviation = standard(column, values, fill).scale;
                    yield feature(column, quantile(sorted, 0.5), deviation, false, fill);
                }
                case LOG1P -> feature(column, 0, 1, true, fill);
                case NONE -> feature(column, 0, 1, false, fill);
            };
        }

        private Feature standard(Column column, double[] values, @Nullable Double fill) {
            double sum = 0;
            for (double v : values) {
                sum += v;
            }
            double mean = sum / values.length;
            double squares = 0;
            for (double v : values) {
                squares += (v - mean) * (v - mean);
            }
            double deviation = Math.sqrt(squares / values.length);
            if (!Double.isFinite(deviation)) {
                throw new FoveaException("The numbers of the column \"" + column.name() + "\" of " + table.source()
                        + " are too large to be scaled; divide them first.");
            }
            return feature(column, mean, deviation > 0 ? deviation : 1, false, fill);
        }

        /** Linear between the two nearest values. */
        private static double quantile(double[] sorted, double share) {
            double at = share * (sorted.length - 1);
            int below = (int) at;
            int above = Math.min(sorted.length - 1, below + 1);
            return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
        }

        // ---- levels ----

        private void addLevels(Column column, boolean wanted) {
            Map<String, Integer> counts = new java.util.TreeMap<>();
            int missing = 0;
            for (int row : training) {
                String level = column.text(row);
                if (level == null) {
                    missing++;
                } else {
                    counts.merge(level, 1, Integer::sum);
                }
            }
            if (counts.size() == 1) {
                leaveOut(column, "it is constant (\"" + CsvRows.shortened(counts.keySet().iterator().next()) + "\")");
                return;
            }
            if (!wanted && counts.size() > options.maxLevels()) {
                leaveOut(column, tooMany(column, counts));
                return;
            }
            String fill = null;
            if (missing > 0 || options.missing() == EncoderOptions.Missing.MEDIAN) {
                fill = fillLevel(column, missing, counts);
            }
            features.add(new Feature(
                    column.name(), column.kind(), slot, 0, 1, false, null, List.copyOf(counts.keySet()), fill));
            slot += counts.size();
        }

        private String tooMany(Column column, Map<String, Integer> counts) {
            String example = counts.keySet().iterator().next();
            String shown = " (such as \"" + CsvRows.shortened(example) + "\")";
            if (counts.keySet().stream().allMatch(level -> DATE.matcher(level).matches())) {
                return "it holds dates or times" + shown
                        + "; write them as numbers, for instance year and day of the year, to use them";
            }
            if (counts.size() == training.length) {
                return "its text is another in every row" + shown + "; name it as an id to keep it beside the map";
            }
            return "it has " + counts.size() + " levels" + shown + ", more than " + options.maxLevels()
                    + "; name it as categorical to use it all the same";
        }

        private String fillLevel(Column column, int missing, Map<String, Integer> counts) {
            String most = counts.entrySet().stream()
                    .max(Map.Entry.<String, Integer>comparingByValue()
                            .thenComparing(Map.Entry.<String, Integer>comparingByKey().reversed()))
                    .orElseThrow()
                    .getKey();
            if (missing > 0) {
                if (options.missing() == EncoderOptions.Missing.REFUSE) {
                    for (int row = 0; row < table.rows(); row++) {
                        if (column.isMissing(row)) {
                            throw missing(table, column, row);
                        }
                    }
                }
                remarks.add("The column \"" + column.name() + "\" has " + missing
                        + (missing == 1 ? " missing cell" : " missing cells")
                        + " in the training rows, filled with the most frequent level \"" + most + "\".");
            }
            return most;
        }

        private void refuseAlmostNumbers(Column column) {
            CellParser cells = new CellParser(false, List.of());
            int numbers = 0;
            int present = 0;
            for (int row : training) {
                String cell = column.text(row);
                present += cell == null ? 0 : 1;
                numbers += cell == null || Double.isNaN(cells.number(cell)) ? 0 : 1;
            }
            if (numbers < present && 2 * numbers >= present) {
                throw notNumbers(table, column, present - numbers == 1
                        ? "It is the only one."
                        : "There are " + (present - numbers) + " such cells in the training rows.");
            }
        }

        // ---- messages ----

        static FoveaException notNumbers(Table table, Column column, String more) {
            CellParser cells = new CellParser(false, List.of());
            int row = 0;
            String cell = column.text(row);
            while (row + 1 < column.rows() && (cell == null || !Double.isNaN(cells.number(cell)))) {
                cell = column.text(++row);
            }
            return new FoveaException("The column \"" + column.name() + "\" of " + table.source()
                    + " holds numbers, but " + table.where(row) + " has \"" + CsvRows.shortened(String.valueOf(cell)) + "\". " + more
                    + " Correct it, add it to the words for missing values, or name the column as categorical or ignored.");
        }

        static FoveaException missing(Table table, Column column, int first) {
            int count = 0;
            for (int row = 0; row < table.rows(); row++) {
                count += column.isMissing(row) ? 1 : 0;
            }
            return new FoveaException("The column \"" + column.name() + "\" of " + table.source() + " has " + count
                    + (count == 1 ? " missing cell, in " : " missing cells, the first in ") + table.where(first)
                    + "; fill or remove them, or choose to have the median filled in when the model is fitted.");
        }
    }
}
