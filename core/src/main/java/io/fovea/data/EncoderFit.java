package io.fovea.data;

import io.fovea.FoveaException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One fit of a {@link TableEncoder}: looks at each column in turn and decides, by the policies stated there, what becomes of it. */
final class EncoderFit {
    private static final Set<String> ROW_NAMES = Set.of(
            "id", "ids", "index", "idx", "row", "rowid", "rownum", "rownames", "nr", "no", "#", "key", "unnamed: 0");
    private static final Pattern DATE = Pattern.compile(
            "\\d{4}-\\d{1,2}-\\d{1,2}([T ].*)?|\\d{1,2}[./]\\d{1,2}[./]\\d{2,4}( .*)?|\\d{4}[./]\\d{1,2}[./]\\d{1,2}( .*)?|\\d{1,2}:\\d{2}(:\\d{2}.*)?");

    private final Table table;
    private final int[] training;
    private final EncoderOptions options;
    private final List<TableEncoder.Feature> features = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();
    private int slot;
    private int constant;
    private double largest;

    EncoderFit(Table table, int[] training, EncoderOptions options) {
        this.table = table;
        this.training = training;
        this.options = options;
    }

    TableEncoder.Form form() {
        List<List<String>> named = List.of(options.ids(), options.ignored(), options.categorical(), options.numeric());
        named.forEach(names -> names.forEach(table::column));
        String label = label();
        List<Column> used = table.columns().stream()
                .filter(c -> !c.name().equals(label)
                        && !options.ids().contains(c.name())
                        && !options.ignored().contains(c.name()))
                .toList();
        largest = options.scaler() == EncoderOptions.Scaler.COMMON ? largest(used) : 1;
        used.forEach(this::add);
        if (features.isEmpty()) {
            throw new FoveaException(
                    "No column of " + table.source() + " is left to encode. " + String.join(" ", remarks));
        }
        if (constant == features.size()) {
            throw new FoveaException("Every column of " + table.source() + " is constant over the "
                    + training.length + (training.length == 1 ? " training row" : " training rows")
                    + ", so there is nothing that tells the rows apart.");
        }
        return new TableEncoder.Form(features, label, options.ids(), remarks);
    }

    /** The largest absolute number of all columns in the training rows; 1 if there is none but 0. */
    private double largest(List<Column> columns) {
        double most = 0;
        for (Column column : columns) {
            if (column.kind() == Column.Kind.NUMBER
                    && !options.categorical().contains(column.name())
                    && (options.numeric().contains(column.name()) || !numbersRows(column))) {
                for (double x : present(column)) {
                    most = Math.max(most, Math.abs(x));
                }
            }
        }
        return most > 0 && Double.isFinite(most) ? most : 1;
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
        Set<Double> distinct = new HashSet<>();
        boolean counts = training.length >= 3;
        for (int row : training) {
            double x = numbers[row];
            if (x != Math.rint(x) || !distinct.add(x)) {
                return false;
            }
            counts &= x - row == numbers[training[0]] - training[0];
        }
        String name = column.name().toLowerCase(Locale.ROOT);
        boolean named = ROW_NAMES.contains(name) || name.endsWith("_id");
        boolean first = column == table.columns().get(0);
        return training.length >= 3 && (named || (first && counts));
    }

    // ---- numbers ----

    private void addNumbers(Column column) {
        boolean log = options.scaler() == EncoderOptions.Scaler.LOG1P;
        double[] values = present(column);
        for (int row : training) {
            double x = column.numbers()[row];
            if (Double.isInfinite(x) || (log && x <= -1)) {
                throw TableEncoder.outOfRange(table, feature(column, 0, 1, log, null), row, x);
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
            remarks.add("The column \"" + column.name() + "\" is constant (" + Column.format(least) + ") and is kept.");
            features.add(
                    switch (options.scaler()) {
                        case STANDARD, MINMAX, ROBUST -> feature(column, least, 1, false, fill);
                        case LOG1P, NONE -> feature(column, 0, 1, log, fill);
                        case COMMON -> feature(column, 0, largest, false, fill);
                    });
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

    /** Remarks that missing cells are filled, or refuses them if the options do. */
    private void filled(Column column, int missing, String with) {
        if (options.missing() == EncoderOptions.Missing.REFUSE) {
            for (int row = 0; row < table.rows(); row++) {
                if (column.isMissing(row)) {
                    throw missing(table, column, row);
                }
            }
        }
        remarks.add("The column \"" + column.name() + "\" has " + missing
                + (missing == 1 ? " missing cell" : " missing cells") + " in the training rows, filled with " + with
                + ".");
    }

    private double fill(Column column, int missing, double median) {
        filled(column, missing, "the median " + Column.format(median));
        return median;
    }

    private TableEncoder.Feature feature(
            Column column, double shift, double scale, boolean log, @Nullable Double fill) {
        return new TableEncoder.Feature(
                column.name(), Column.Kind.NUMBER, slot, shift, scale, log, fill, List.of(), null);
    }

    private TableEncoder.Feature scaled(Column column, double[] values, double[] sorted, @Nullable Double fill) {
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
                double deviation = standard(column, values, fill).scale();
                yield feature(column, quantile(sorted, 0.5), deviation, false, fill);
            }
            case LOG1P -> feature(column, 0, 1, true, fill);
            case COMMON -> feature(column, 0, largest, false, fill);
            case NONE -> feature(column, 0, 1, false, fill);
        };
    }

    private TableEncoder.Feature standard(Column column, double[] values, @Nullable Double fill) {
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
        Map<String, Integer> counts = new TreeMap<>();
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
            leaveOut(
                    column,
                    "it is constant (\""
                            + CsvRows.shortened(counts.keySet().iterator().next()) + "\")");
            return;
        }
        if (!wanted && counts.size() > options.maxLevels()) {
            leaveOut(column, tooMany(counts));
            return;
        }
        String fill = null;
        if (missing > 0 || options.missing() == EncoderOptions.Missing.MEDIAN) {
            fill = fillLevel(column, missing, counts);
        }
        features.add(new TableEncoder.Feature(
                column.name(), column.kind(), slot, 0, 1, false, null, List.copyOf(counts.keySet()), fill));
        slot += counts.size();
    }

    private String tooMany(Map<String, Integer> counts) {
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
                        .thenComparing(
                                Map.Entry.<String, Integer>comparingByKey().reversed()))
                .orElseThrow()
                .getKey();
        if (missing > 0) {
            filled(column, missing, "the most frequent level \"" + most + "\"");
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
            throw notNumbers(
                    table,
                    column,
                    present - numbers == 1
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
                + " holds numbers, but " + table.where(row) + " has \"" + CsvRows.shortened(String.valueOf(cell))
                + "\". " + more
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
