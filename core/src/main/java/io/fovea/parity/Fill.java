package io.fovea.parity;

import io.fovea.image.Picture;
import io.fovea.nn.Module;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;

/**
 * The rule by which every implementation can make the same weights and inputs without exchanging them. For a tensor named k and its
 * row-major index i
 *
 * <pre>u(k,i) = ((i * 2654435761 + crc32(utf8(k))) mod 2^32) / 2^32 - 0.5</pre>
 *
 * exactly in float64; what is made of it is cast to float32 at the end.
 */
public final class Fill {
    private static final long STEP = 2654435761L;
    private static final long MASK = 0xffffffffL;

    private Fill() {}

    /** Values for one entry of a network's state, from its name and shape. */
    @FunctionalInterface
    public interface Rule {
        float[] values(String key, long... shape);
    }

    /** u(key, index), in [-0.5, 0.5). */
    public static double u(String key, long index) {
        return u(crc(key), index);
    }

    private static double u(long crc, long index) {
        return ((index * STEP + crc) & MASK) / 4294967296.0 - 0.5;
    }

    private static long crc(String key) {
        CRC32 crc = new CRC32();
        crc.update(key.getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }

    private static float[] each(String key, int count, DoubleUnaryOperator ofU) {
        long crc = crc(key);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) ofU.applyAsDouble(u(crc, i));
        }
        return values;
    }

    // ---- weights ----

    /**
     * The fill rule of the fixtures: two or more dimensions 2u sqrt(3 / fan in), where fan in is the product of all dimensions but the first; a vector named
     * {@code .weight} (of a norm) 1 + 0.2u, {@code .running_var} 1.25 + 0.5u, {@code .num_batches_tracked} 0, any other vector or scalar 0.2u. Slopes of a PReLU
     * are vectors named {@code .weight} too and are 0.2u: {@link #small}.
     */
    public static float[] standard(String key, long... shape) {
        if (shape.length >= 2) {
            return matrix(3, key, shape);
        }
        return switch (key.substring(key.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT)) {
            case "weight" -> each(key, count(shape), u -> 1 + 0.2 * u);
            case "running_var" -> each(key, count(shape), u -> 1.25 + 0.5 * u);
            case "num_batches_tracked" -> new float[count(shape)];
            default -> small(key, shape);
        };
    }

    /** The rule of the perceptual trunks: 2u sqrt(6 / fan in), which keeps the activations' scale through ReLUs; vectors 0.2u. */
    public static float[] trunk(String key, long... shape) {
        return shape.length >= 2 ? matrix(6, key, shape) : small(key, shape);
    }

    private static float[] matrix(double gain, String key, long... shape) {
        double scale = Math.sqrt(gain / (count(shape) / (double) shape[0]));
        return each(key, count(shape), u -> 2 * u * scale);
    }

    /** 0.2u. */
    public static float[] small(String key, long... shape) {
        return each(key, count(shape), u -> 0.2 * u);
    }

    /** Overwrites all parameters and buffers of a network; {@code key} gives the reference's name for ours. */
    public static void load(Module network, UnaryOperator<String> key, Rule rule) {
        network.state().forEach((name, t) -> {
            try (Scope scope = Scope.open()) {
                t.set(Tensor.of(rule.values(key.apply(name), t.shape()), t.shape()));
            }
        });
    }

    // ---- inputs ----

    /** 2u: an input with values in [-1,1). */
    public static Tensor signed(String name, long... shape) {
        return Tensor.of(each(name, count(shape), u -> 2 * u), shape);
    }

    /** u + 0.5: an input with values in [0,1). */
    public static Tensor unit(String name, long... shape) {
        return Tensor.of(each(name, count(shape), u -> u + 0.5), shape);
    }

    /** floor(256 (u + 0.5)): an 8-bit RGB picture, filled in the order of its rows, pixels and channels. */
    public static Picture picture(String name, int width, int height) {
        byte[] samples = new byte[width * height * 3];
        long crc = crc(name);
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) (int) (256 * (u(crc, i) + 0.5));
        }
        return Picture.of8(width, height, 3, samples);
    }

    private static int count(long... shape) {
        long n = 1;
        for (long s : shape) {
            n = Math.multiplyExact(n, s);
        }
        return Math.toIntExact(n);
    }
}
