package io.fovea.report;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** SVG text, element by element; lengths are rounded to hundredths of a pixel so that the text is the same on every machine. */
final class Svg {
    private final StringBuilder text = new StringBuilder();

    /** Opens an element. Attributes are names and values in turn; values that are numbers are lengths. */
    Svg open(String tag, Object... attributes) {
        text.append('<').append(tag);
        for (int i = 0; i < attributes.length; i += 2) {
            text.append(' ')
                    .append(attributes[i])
                    .append("=\"")
                    .append(value(attributes[i + 1]))
                    .append('"');
        }
        text.append('>');
        return this;
    }

    Svg close(String tag) {
        text.append("</").append(tag).append('>');
        return this;
    }

    /** An element without children. */
    Svg leaf(String tag, Object... attributes) {
        open(tag, attributes);
        text.insert(text.length() - 1, '/');
        return this;
    }

    /** A text element. */
    Svg text(String content, Object... attributes) {
        open("text", attributes);
        text.append(HtmlPage.escape(content));
        return close("text");
    }

    /** CSS text, which SVG does not escape. */
    Svg style(String css) {
        open("style");
        text.append(css);
        return close("style");
    }

    private static String value(Object value) {
        return value instanceof Number number ? length(number.doubleValue()) : HtmlPage.escape(value.toString());
    }

    /** A length in at most two decimals, without an exponent. */
    static String length(double pixels) {
        BigDecimal rounded = new BigDecimal(pixels).setScale(2, RoundingMode.HALF_UP);
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
