package io.fovea.report;

import io.fovea.Figures;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/** From a span of values to a span of pixels, with the ticks that people expect: multiples of 1, 2 or 5 times a power of ten. */
record Axis(double from, double to, boolean log, double startPixel, double endPixel) {
    record Tick(double value, String label) {}

    double pixel(double value) {
        double share = (scaled(value) - scaled(from)) / (scaled(to) - scaled(from));
        return startPixel + share * (endPixel - startPixel);
    }

    private double scaled(double value) {
        return log ? StrictMath.log10(value) : value;
    }

    Axis onPixels(double start, double end) {
        return new Axis(from, to, log, start, end);
    }

    /** About so many ticks within the span. */
    List<Tick> ticks(int about) {
        List<BigDecimal> values = log ? decades(about) : List.of();
        if (values.size() < 2) {
            values = multiples(about);
        }
        BigDecimal largest = values.stream().map(BigDecimal::abs).reduce(BigDecimal.ZERO, BigDecimal::max);
        boolean alone = log;
        return values.stream()
                .map(v -> new Tick(v.doubleValue(), label(v, alone ? v.abs() : largest)))
                .toList();
    }

    private List<BigDecimal> multiples(int about) {
        double rough = (to - from) / about;
        int exponent = (int) StrictMath.floor(StrictMath.log10(rough));
        double leading = rough / StrictMath.pow(10, exponent);
        int factor = leading <= 1 ? 1 : leading <= 2 ? 2 : leading <= 5 ? 5 : 10;
        BigDecimal step = BigDecimal.valueOf(factor).scaleByPowerOfTen(exponent);
        BigDecimal value = BigDecimal.valueOf(from)
                .divide(step, 0, RoundingMode.CEILING)
                .multiply(step)
                .setScale(Math.max(0, -exponent), RoundingMode.HALF_UP);
        List<BigDecimal> values = new ArrayList<>();
        for (; value.doubleValue() <= to; value = value.add(step)) {
            values.add(value);
        }
        return values;
    }

    private List<BigDecimal> decades(int about) {
        int first = (int) StrictMath.floor(StrictMath.log10(from));
        int last = (int) StrictMath.ceil(StrictMath.log10(to));
        int[] factors = last - first <= 3 ? new int[] {1, 2, 5} : new int[] {1};
        int stride = Math.max(1, (last - first + about) / (about + 1));
        List<BigDecimal> values = new ArrayList<>();
        for (int exponent = first; exponent <= last; exponent += stride) {
            for (int factor : factors) {
                BigDecimal value = BigDecimal.valueOf(factor).scaleByPowerOfTen(exponent);
                if (value.doubleValue() >= from && value.doubleValue() <= to) {
                    values.add(value);
                }
            }
        }
        return values;
    }

    /** {@code value} in a unit that suits {@code size}. */
    private static String label(BigDecimal value, BigDecimal size) {
        if (value.signum() == 0) {
            return "0";
        }
        double magnitude = size.doubleValue();
        if (magnitude >= 1e12 || magnitude < 1e-3) {
            return Figures.number(value.doubleValue());
        }
        if (magnitude >= 1e6) {
            return value.movePointLeft(6).stripTrailingZeros().toPlainString() + "M";
        }
        if (magnitude >= 1e4) {
            return value.movePointLeft(3).stripTrailingZeros().toPlainString() + "k";
        }
        return value.toPlainString();
    }
}
