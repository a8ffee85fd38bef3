package io.fovea.autoencoder;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Arrays as they travel in a page: little-endian, base64, in the smallest type that holds every value exactly. */
final class Packed {
    private static final int MOST_DECIMALS = 6;

    private Packed() {}

    static String floats(float[] values) {
        ByteBuffer bytes = buffer(4L * values.length);
        for (float each : values) {
            bytes.putFloat(each);
        }
        return base64(bytes);
    }

    static String ints(int[] values) {
        ByteBuffer bytes = buffer(4L * values.length);
        for (int each : values) {
            bytes.putInt(each);
        }
        return base64(bytes);
    }

    /**
     * Integers, or decimals of few digits as integers to be divided by {@code scale}, where the division gives the same double back; the
     * least integer of the type stands for NaN. Other numbers stay doubles.
     */
    static ObjectNode numbers(double[] values) {
        double scale = 1;
        for (int decimals = 0; decimals <= MOST_DECIMALS; decimals++, scale *= 10) {
            double largest = largestInteger(values, scale);
            if (largest <= Byte.MAX_VALUE) {
                return integers(values, scale, 1);
            } else if (largest <= Short.MAX_VALUE) {
                return integers(values, scale, 2);
            } else if (largest <= Integer.MAX_VALUE) {
                return integers(values, scale, 4);
            }
        }
        ByteBuffer bytes = buffer(8L * values.length);
        for (double each : values) {
            bytes.putDouble(each);
        }
        return JsonNodeFactory.instance.objectNode().put("type", "f64").put("data", base64(bytes));
    }

    /** Non-negative integers below {@code bound}. */
    static ObjectNode codes(int[] codes, int bound) {
        double[] values = new double[codes.length];
        for (int i = 0; i < codes.length; i++) {
            values[i] = codes[i];
        }
        return integers(values, 1, bound <= Byte.MAX_VALUE ? 1 : bound <= Short.MAX_VALUE ? 2 : 4);
    }

    /** The largest absolute value times scale, or infinity if some value would not come back. */
    private static double largestInteger(double[] values, double scale) {
        double largest = 0;
        for (double each : values) {
            double integer = Math.rint(each * scale);
            boolean negativeZero = each == 0 && 1 / each < 0;
            if (!Double.isNaN(each) && (integer / scale != each || negativeZero)) {
                return Double.POSITIVE_INFINITY;
            }
            largest = Math.max(largest, Double.isNaN(each) ? 0 : Math.abs(integer));
        }
        return largest;
    }

    private static ObjectNode integers(double[] values, double scale, int width) {
        ByteBuffer bytes = buffer((long) width * values.length);
        for (double each : values) {
            boolean missing = Double.isNaN(each);
            long integer = (long) Math.rint(each * scale);
            switch (width) {
                case 1 -> bytes.put(missing ? Byte.MIN_VALUE : (byte) integer);
                case 2 -> bytes.putShort(missing ? Short.MIN_VALUE : (short) integer);
                default -> bytes.putInt(missing ? Integer.MIN_VALUE : (int) integer);
            }
        }
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", "i" + 8 * width)
                .put("scale", scale)
                .put("data", base64(bytes));
    }

    private static ByteBuffer buffer(long size) {
        return ByteBuffer.allocate(Math.toIntExact(size)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static String base64(ByteBuffer bytes) {
        return StandardCharsets.ISO_8859_1
                .decode(Base64.getEncoder().encode(bytes.rewind()))
                .toString();
    }
}
