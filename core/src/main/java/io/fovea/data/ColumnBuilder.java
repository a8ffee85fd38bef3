package io.fovea.data;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Collects the cells of one column as they are read. */
final class ColumnBuilder {
    private static final int CACHED = 256;

    final String name;
    final Column.Kind kind;
    private final CellParser cells;
    private double[] numbers = {};
    private @Nullable String[] texts = {};
    /** Texts seen lately, by hash: a column of few levels holds few strings. */
    private final @Nullable String[] cache;

    private int size;

    ColumnBuilder(String name, Column.Kind kind, CellParser cells) {
        this.name = name;
        this.kind = kind;
        this.cells = cells;
        cache = new String[kind == Column.Kind.TEXT ? CACHED : 0];
    }

    /** Takes a cell; false if it should be a number and is neither that nor missing. */
    boolean add(char[] b, int offset, int length, boolean quoted, boolean store) {
        int from = offset;
        int to = offset + length;
        while (from < to && b[from] <= ' ') {
            from++;
        }
        while (from < to && b[to - 1] <= ' ') {
            to--;
        }
        if (kind == Column.Kind.TEXT) {
            if (store) {
                boolean missing = cells.isMissing(b, from, to) && !(quoted && from < to);
                addText(missing ? null : quoted ? text(b, offset, offset + length) : text(b, from, to));
            }
            return true;
        }
        double number = from == to ? Double.NaN : cells.number(b, from, to);
        if (Double.isNaN(number) && !cells.isMissing(b, from, to)) {
            return false;
        }
        if (store) {
            addNumber(number);
        }
        return true;
    }

    void addMissing() {
        if (kind == Column.Kind.NUMBER) {
            addNumber(Double.NaN);
        } else if (kind == Column.Kind.TEXT) {
            addText(null);
        }
    }

    private void addNumber(double number) {
        if (size == numbers.length) {
            numbers = Arrays.copyOf(numbers, grown());
        }
        numbers[size++] = number;
    }

    private void addText(@Nullable String text) {
        if (size == texts.length) {
            texts = Arrays.copyOf(texts, grown());
        }
        texts[size++] = text;
    }

    private int grown() {
        return Math.max(16, size + (size >> 1));
    }

    private String text(char[] b, int from, int to) {
        int hash = 0;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + b[i];
        }
        int slot = (hash ^ hash >>> 8) & (CACHED - 1);
        String known = cache[slot];
        if (known == null || known.length() != to - from || !CellParser.same(known, b, from)) {
            known = new String(b, from, to - from);
            cache[slot] = known;
        }
        return known;
    }

    /** What was collected; begins anew. */
    Column take() {
        Column column = kind == Column.Kind.NUMBER
                ? Column.of(name, Arrays.copyOf(numbers, size))
                : Column.of(name, Arrays.copyOf(texts, size));
        numbers = new double[0];
        texts = new String[0];
        size = 0;
        return column;
    }
}
