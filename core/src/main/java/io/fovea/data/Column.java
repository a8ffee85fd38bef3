package io.fovea.data;

import io.fovea.FoveaException;
import org.jspecify.annotations.Nullable;

/** A named column of a {@link Table}: numbers, where NaN is a missing cell, or texts, where null is one. */
public final class Column {
    /** What the cells of a column are. */
    public enum Kind {
        NUMBER,
        TEXT,
        /** Not read at all. */
        SKIP
    }

    private final String name;
    private final double @Nullable [] numbers;
    private final @Nullable String @Nullable [] texts;

    private Column(String name, double @Nullable [] numbers, @Nullable String @Nullable [] texts) {
        this.name = name;
        this.numbers = numbers;
        this.texts = texts;
    }

    /** A column around {@code numbers}, which it takes over without copying; NaN is a missing cell. */
    public static Column of(String name, double[] numbers) {
        return new Column(name, numbers, null);
    }

    /** A column around {@code texts}, which it takes over without copying; null is a missing cell. */
    public static Column of(String name, @Nullable String[] texts) {
        return new Column(name, null, texts);
    }

    public String name() {
        return name;
    }

    /** {@link Kind#NUMBER} or {@link Kind#TEXT}. */
    public Kind kind() {
        return numbers != null ? Kind.NUMBER : Kind.TEXT;
    }

    public int rows() {
        return numbers != null ? numbers.length : texts().length;
    }

    /**
     * The numbers, NaN where a cell is missing. This is the column's own array: read it, do not write to it.
     *
     * @throws FoveaException if the column holds text
     */
    public double[] numbers() {
        if (numbers == null) {
            throw new FoveaException("The column \"" + name + "\" holds text where numbers are needed.");
        }
        return numbers;
    }

    private @Nullable String[] texts() {
        return java.util.Objects.requireNonNull(texts);
    }

    /** A cell as text, null where it is missing. Numbers are written without a needless fraction: 3, 0.5, 1.0E-9. */
    public @Nullable String text(int row) {
        return numbers == null ? texts()[row] : format(numbers[row]);
    }

    /** Whether a cell is missing. */
    public boolean isMissing(int row) {
        return numbers == null ? texts()[row] == null : Double.isNaN(numbers[row]);
    }

    /** The rows of {@code from} to {@code to} (exclusive), copied. */
    Column slice(int from, int to) {
        return numbers != null
                ? of(name, java.util.Arrays.copyOfRange(numbers, from, to))
                : of(name, java.util.Arrays.copyOfRange(texts(), from, to));
    }

    Column named(String other) {
        return new Column(other, numbers, texts);
    }

    /** A number as a file shows it: whole ones without a fraction, those of single precision with its digits; null for NaN. */
    static @Nullable String format(double value) {
        if (Double.isNaN(value)) {
            return null;
        }
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return Long.toString((long) value);
        }
        return (float) value == value && !Double.isInfinite(value) ? Float.toString((float) value) : spelled(value);
    }

    private static String spelled(double value) {
        return Double.isInfinite(value) ? (value > 0 ? "inf" : "-inf") : Double.toString(value);
    }

    @Override
    public String toString() {
        return "\"" + name + "\", " + rows() + (numbers != null ? " numbers" : " texts");
    }
}
