package io.fovea.data;

import java.util.List;

/** Reads cells out of the parser's buffer: numbers exactly as {@link Double#parseDouble} gives them, without making a string of each. */
final class CellParser {
    /** Powers of ten that a double holds exactly. */
    private static final double[] TEN = new double[23];

    static {
        TEN[0] = 1;
        for (int i = 1; i < TEN.length; i++) {
            TEN[i] = TEN[i - 1] * 10;
        }
    }

    private final char point;
    private final List<String> missing;

    CellParser(boolean decimalComma, List<String> missing) {
        this.point = decimalComma ? ',' : '.';
        this.missing = missing;
    }

    boolean isMissing(char[] b, int from, int to) {
        if (from == to) {
            return true;
        }
        for (String word : missing) {
            if (word.length() == to - from && same(word, b, from)) {
                return true;
            }
        }
        return false;
    }

    static boolean same(String word, char[] b, int from) {
        for (int i = 0; i < word.length(); i++) {
            if (word.charAt(i) != b[from + i]) {
                return false;
            }
        }
        return true;
    }

    /** The number in {@code b[from, to)}, or NaN if it is none. inf and infinity, with a sign and in any case, are numbers. */
    double number(char[] b, int from, int to) {
        int i = from;
        boolean negative = i < to && b[i] == '-';
        if (negative || (i < to && b[i] == '+')) {
            i++;
        }
        long digits = 0;
        int read = 0;
        int significant = 0;
        int fraction = 0;
        boolean afterPoint = false;
        for (; i < to; i++) {
            char c = b[i];
            if (c >= '0' && c <= '9') {
                read++;
                if (significant < 18) {
                    digits = digits * 10 + (c - '0');
                }
                if (digits != 0) {
                    significant++;
                }
                if (afterPoint) {
                    fraction++;
                }
            } else if (c == point && !afterPoint) {
                afterPoint = true;
            } else {
                break;
            }
        }
        if (read == 0) {
            return afterPoint ? Double.NaN : infinity(b, i, to, negative);
        }
        boolean small = significant <= 18 && digits <= 1L << 53;
        if (i == to && small && fraction < TEN.length) {
            double value = digits / TEN[fraction];
            return negative ? -value : value;
        }
        return slow(b, from, to);
    }

    private static double infinity(char[] b, int from, int to, boolean negative) {
        if (to - from != 3 && to - from != 8) {
            return Double.NaN;
        }
        String word = new String(b, from, to - from);
        if (word.equalsIgnoreCase("inf") || word.equalsIgnoreCase("infinity")) {
            return negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        return Double.NaN;
    }

    /** Exponents, many digits and, where the comma is the decimal sign, points between groups of three digits. */
    private double slow(char[] b, int from, int to) {
        StringBuilder plain = new StringBuilder(to - from);
        int group = -1; // digits since the last grouping point; -1 before any
        int digits = 0;
        boolean whole = true;
        for (int i = from; i < to; i++) {
            char c = b[i];
            if (c >= '0' && c <= '9') {
                digits++;
                group += group >= 0 && whole ? 1 : 0;
                plain.append(c);
            } else if (c == point && whole) {
                if (group >= 0 && group != 3) {
                    return Double.NaN;
                }
                whole = false;
                plain.append('.');
            } else if (c == '.' && whole && (group < 0 ? digits >= 1 && digits <= 3 : group == 3)) {
                group = 0; // only where the comma is the decimal sign: else c == point
            } else if ((c == 'e' || c == 'E') && group < 0 && digits > 0 && isExponent(b, i + 1, to)) {
                return Double.parseDouble(plain.append(b, i, to - i).toString());
            } else if (i == from && (c == '-' || c == '+')) {
                plain.append(c);
            } else {
                return Double.NaN;
            }
        }
        return whole && group >= 0 && group != 3 ? Double.NaN : Double.parseDouble(plain.toString());
    }

    private static boolean isExponent(char[] b, int from, int to) {
        int i = from < to && (b[from] == '-' || b[from] == '+') ? from + 1 : from;
        boolean any = i < to;
        for (; i < to; i++) {
            any &= b[i] >= '0' && b[i] <= '9';
        }
        return any;
    }

    /** As {@link #number(char[], int, int)} for a string, blanks around it cut off. */
    double number(String cell) {
        char[] b = cell.strip().toCharArray();
        return number(b, 0, b.length);
    }

    boolean isMissing(String cell) {
        char[] b = cell.strip().toCharArray();
        return isMissing(b, 0, b.length);
    }
}
