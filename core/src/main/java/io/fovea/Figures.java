package io.fovea;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.util.Locale;

/** Figures as people read them, the same on every page and in every line of output. */
public final class Figures {
    private static final MathContext FOUR_DIGITS = new MathContext(4);

    private Figures() {}

    /** Four significant digits without trailing zeros: 31.25, 0.00123, 1.2e-7, 1,234,567; NaN and infinity by name. */
    public static String number(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "infinity" : "-infinity";
        }
        if (value == Math.rint(value) && Math.abs(value) < 1e9) {
            return whole((long) value);
        }
        BigDecimal rounded = new BigDecimal(value).round(FOUR_DIGITS).stripTrailingZeros();
        int exponent = rounded.precision() - rounded.scale() - 1;
        if (exponent < -4 || exponent > 8) {
            return rounded.unscaledValue().signum() == 0
                    ? "0"
                    : rounded.movePointLeft(exponent).toPlainString() + "e" + exponent;
        }
        return exponent >= 4 ? whole(rounded.longValue()) : rounded.toPlainString();
    }

    /** A whole number with its thousands parted by commas. */
    public static String whole(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** A share in [0,1] as percent: 0.4 %, 12 %, 100 %. */
    public static String percent(double share) {
        double percent = share * 100;
        return String.format(Locale.ROOT, percent > 0 && percent < 9.95 ? "%.1f %%" : "%.0f %%", percent);
    }

    /** A span of time by its two largest units: 42 s, 3 min 5 s, 16 h 2 min, 3 d 4 h. */
    public static String time(Duration span) {
        long seconds = Math.max(0, span.toSeconds());
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return seconds / 60 + " min " + seconds % 60 + " s";
        }
        if (seconds < 86400) {
            return seconds / 3600 + " h " + seconds / 60 % 60 + " min";
        }
        return seconds / 86400 + " d " + seconds / 3600 % 24 + " h";
    }
}
