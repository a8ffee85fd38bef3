package io.fovea.cli.srgan;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How large a result shall be: a factor, or a width and height in pixels of which one may be open (0) and follows the picture's shape.
 *
 * @param factor 0 if width or height are given
 */
record TargetSize(double factor, int width, int height) {
    private static final int LARGEST = 100_000;

    static TargetSize factor(double factor) {
        return new TargetSize(factor, 0, 0);
    }

    /** Reads {@code 1920x1080}, {@code 1920x} or {@code x1080}; null if it is none of them. */
    static @Nullable TargetSize parse(String text) {
        if (!text.matches("[1-9]\\d{0,4}x[1-9]\\d{0,4}|[1-9]\\d{0,4}x|x[1-9]\\d{0,4}")) {
            return null;
        }
        int x = text.indexOf('x');
        return new TargetSize(0, number(text.substring(0, x)), number(text.substring(x + 1)));
    }

    private static int number(String digits) {
        return digits.isEmpty() ? 0 : Integer.parseInt(digits);
    }

    int widthOf(int w, int h) {
        double exact = factor > 0 ? w * factor : width > 0 ? width : (double) w * height / h;
        return (int) Math.max(1, Math.min(LARGEST, Math.round(exact)));
    }

    int heightOf(int w, int h) {
        double exact = factor > 0 ? h * factor : height > 0 ? height : (double) h * width / w;
        return (int) Math.max(1, Math.min(LARGEST, Math.round(exact)));
    }

    /** What distinguishes the result's name: {@code -x4}, {@code -x1.5}, {@code -1920x1080}. */
    String suffix() {
        if (factor > 0) {
            return "-x"
                    + (factor == Math.rint(factor)
                            ? Long.toString((long) factor)
                            : String.format(Locale.ROOT, "%s", factor));
        }
        return "-" + (width > 0 ? width : "") + "x" + (height > 0 ? height : "");
    }
}
