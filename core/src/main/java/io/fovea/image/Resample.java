package io.fovea.image;

import io.fovea.FoveaException;
import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Changes the size of pictures exactly as the two tools do by which super-resolution is measured and trained: MATLAB's imresize (bicubic with antialiasing) and
 * Pillow's Image.resize. Both use Keys' cubic kernel with a = -0.5, widened for reductions; they differ at the border (mirrored against cut off), in the
 * size that a scale gives, and in rounding. Large pictures are worked on by several threads; the result does not depend on their number.
 */
public final class Resample {
    /** Pillow's filters. */
    public enum Filter {
        /** The one sample in whose area the new pixel's centre lies: for labels, which must not be mixed. */
        NEAREST(0),
        BOX(0.5),
        BILINEAR(1),
        BICUBIC(2),
        LANCZOS(3);

        private final double support;

        Filter(double support) {
            this.support = support;
        }

        double support() {
            return support;
        }

        double at(double x) {
            return switch (this) {
                case NEAREST -> 1;
                case BOX -> x > -0.5 && x <= 0.5 ? 1 : 0;
                case BILINEAR -> Math.max(0, 1 - Math.abs(x));
                case BICUBIC -> cubic(x);
                case LANCZOS -> x >= -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0;
            };
        }
    }

    private static final int PILLOW_BITS = 22;
    /** From this many output samples on, rows are spread over threads. */
    private static final long PARALLEL_FROM = 4_000_000;

    private Resample() {}

    /**
     * The length that MATLAB's imresize gives a side of {@code length} pixels: ceil(length x scale), guarded against rounding error.
     *
     * @throws FoveaException if the scale is not positive and finite, or the result exceeds an int
     */
    public static int matlabSize(int length, double scale) {
        double size = Math.ceil(length * scale - 1e-9);
        if (!(scale > 0) || size > Integer.MAX_VALUE) {
            throw new FoveaException("Cannot resize " + length + " pixels by " + scale
                    + ": a scale is a positive number, such as 0.25 or 4.");
        }
        return Math.max(1, (int) size);
    }

    /**
     * MATLAB imresize by a scale: C x H x W floats to C x {@link #matlabSize ceil(H scale)} x ceil(W scale). Sums in double, not clamped, not rounded.
     */
    public static float[] matlab(float[] chw, int channels, int height, int width, double scale) {
        Taps rows = Taps.matlab(height, matlabSize(height, scale), scale);
        return planes(chw, channels, height, width, rows, Taps.matlab(width, matlabSize(width, scale), scale));
    }

    /** MATLAB imresize to a size: C x H x W floats to C x newHeight x newWidth, with scale = new / old for each side. Sums in double, not clamped, not rounded. */
    public static float[] matlab(float[] chw, int channels, int height, int width, int newHeight, int newWidth) {
        Taps rows = Taps.matlab(height, newHeight, (double) newHeight / height);
        return planes(chw, channels, height, width, rows, Taps.matlab(width, newWidth, (double) newWidth / width));
    }

    /**
     * MATLAB imresize of a picture by a scale: every channel for itself, sums in double, rounded half up and clamped once at the end (for values that are not negative
     * this is MATLAB's rounding, half away from zero).
     */
    public static Picture matlab(Picture picture, double scale) {
        Taps rows = Taps.matlab(picture.height(), matlabSize(picture.height(), scale), scale);
        return picture(picture, rows, Taps.matlab(picture.width(), matlabSize(picture.width(), scale), scale));
    }

    /** MATLAB imresize of a picture to a size, with scale = new / old for each side; rounded and clamped as {@link #matlab(Picture, double)}. */
    public static Picture matlab(Picture picture, int newWidth, int newHeight) {
        Taps rows = Taps.matlab(picture.height(), newHeight, (double) newHeight / picture.height());
        return picture(picture, rows, Taps.matlab(picture.width(), newWidth, (double) newWidth / picture.width()));
    }

    /**
     * Pillow's taps in floating point: C x H x W floats to C x newHeight x newWidth, not clamped, not rounded. For {@link Filter#BICUBIC} this is torch's bicubic
     * interpolation with antialias.
     */
    public static float[] pillow(
            float[] chw, int channels, int height, int width, int newHeight, int newWidth, Filter filter) {
        return planes(
                chw,
                channels,
                height,
                width,
                Taps.pillow(height, newHeight, filter),
                Taps.pillow(width, newWidth, filter));
    }

    /**
     * Pillow's Image.resize, bit for bit for 8 bits: width first, 22-bit fixed-point taps, 8 bits after each pass; with alpha, colour is premultiplied before and divided
     * after, as Pillow does. 16-bit pictures, for which Pillow has no such mode, go through the same taps in double and are rounded once, alpha for itself.
     */
    public static Picture pillow(Picture picture, int newWidth, int newHeight, Filter filter) {
        Taps columns = Taps.pillow(picture.width(), newWidth, filter);
        Taps rows = Taps.pillow(picture.height(), newHeight, filter);
        if (picture.depth() == 16) {
            return picture(picture, rows, columns);
        }
        int channels = picture.channels();
        byte[] samples = picture.bytes();
        if (picture.hasAlpha()) {
            samples = samples.clone();
            premultiply(samples, channels);
        }
        byte[] narrow = fixedColumns(samples, picture.width(), picture.height(), channels, columns);
        byte[] done = fixedRows(narrow, newWidth * channels, rows);
        if (picture.hasAlpha()) {
            divide(done, channels);
        }
        return new Picture(newWidth, newHeight, channels, done, picture.profile());
    }

    /** Keys' cubic convolution kernel, a = -0.5. */
    static double cubic(double x) {
        double d = Math.abs(x);
        if (d <= 1) {
            return (1.5 * d - 2.5) * d * d + 1;
        }
        return d <= 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0;
    }

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    }

    private static void rows(int count, long work, IntConsumer row) {
        IntStream all = IntStream.range(0, count);
        (work < PARALLEL_FROM ? all : all.parallel()).forEach(row);
    }

    private static float[] planes(float[] chw, int channels, int height, int width, Taps rows, Taps columns) {
        long size = (long) channels * rows.outputs * columns.outputs;
        if (chw.length != (long) channels * height * width || size > Integer.MAX_VALUE - 8) {
            throw new FoveaException("Cannot resize " + channels + " x " + height + " x " + width + " floats to "
                    + rows.outputs + " x " + columns.outputs + ": the array holds " + chw.length
                    + " and the result would hold " + size + ".");
        }
        float[] out = new float[(int) size];
        rows(channels * rows.outputs, size, i -> {
            int plane = i / rows.outputs * height * width;
            double[] row = new double[width];
            for (int t = i % rows.outputs * rows.perOutput, end = t + rows.perOutput; t < end; t++) {
                double weight = rows.weights[t];
                int from = plane + rows.inputs[t] * width;
                for (int x = 0; weight != 0 && x < width; x++) {
                    row[x] += weight * chw[from + x];
                }
            }
            for (int x = 0; x < columns.outputs; x++) {
                out[i * columns.outputs + x] = (float) across(row, 1, 0, columns, x);
            }
        });
        return out;
    }

    /** Output position x of one interleaved row. */
    private static double across(double[] row, int channels, int channel, Taps columns, int x) {
        double sum = 0;
        for (int t = x * columns.perOutput, end = t + columns.perOutput; t < end; t++) {
            sum += columns.weights[t] * row[columns.inputs[t] * channels + channel];
        }
        return sum;
    }

    private static Picture picture(Picture in, Taps rows, Taps columns) {
        int channels = in.channels();
        int rowSamples = in.width() * channels;
        int max = in.max();
        Object out = Picture.newSamples(columns.outputs, rows.outputs, channels, in.depth());
        rows(rows.outputs, (long) rows.outputs * columns.outputs * channels, y -> {
            double[] row = new double[rowSamples];
            for (int t = y * rows.perOutput, end = t + rows.perOutput; t < end; t++) {
                accumulate(in.samples(), rows.inputs[t] * rowSamples, rows.weights[t], row);
            }
            int to = y * columns.outputs * channels;
            for (int x = 0; x < columns.outputs; x++) {
                for (int c = 0; c < channels; c++, to++) {
                    int rounded = (int) Math.floor(across(row, channels, c, columns, x) + 0.5);
                    int value = Math.max(0, Math.min(max, rounded));
                    if (out instanceof byte[] b) {
                        b[to] = (byte) value;
                    } else {
                        ((short[]) out)[to] = (short) value;
                    }
                }
            }
        });
        return new Picture(columns.outputs, rows.outputs, channels, out, in.profile());
    }

    private static void accumulate(Object samples, int from, double weight, double[] row) {
        if (weight == 0) {
            return;
        }
        if (samples instanceof byte[] b) {
            for (int i = 0; i < row.length; i++) {
                row[i] += weight * (b[from + i] & 0xff);
            }
        } else {
            short[] s = (short[]) samples;
            for (int i = 0; i < row.length; i++) {
                row[i] += weight * (s[from + i] & 0xffff);
            }
        }
    }

    private static byte[] fixedColumns(byte[] in, int width, int height, int channels, Taps taps) {
        int[] weights = taps.fixed(PILLOW_BITS);
        byte[] out = (byte[]) Picture.newSamples(taps.outputs, height, channels, 8);
        rows(height, out.length, y -> {
            int row = y * width * channels;
            int to = y * taps.outputs * channels;
            for (int x = 0; x < taps.outputs; x++) {
                for (int c = 0; c < channels; c++) {
                    int sum = 1 << (PILLOW_BITS - 1);
                    for (int t = x * taps.perOutput, end = t + taps.perOutput; t < end; t++) {
                        sum += weights[t] * (in[row + taps.inputs[t] * channels + c] & 0xff);
                    }
                    out[to++] = clip(sum >> PILLOW_BITS);
                }
            }
        });
        return out;
    }

    private static byte[] fixedRows(byte[] in, int rowSamples, Taps taps) {
        int[] weights = taps.fixed(PILLOW_BITS);
        byte[] out = (byte[]) Picture.newSamples(rowSamples, taps.outputs, 1, 8);
        rows(taps.outputs, out.length, y -> {
            int[] sums = new int[rowSamples];
            Arrays.fill(sums, 1 << (PILLOW_BITS - 1));
            for (int t = y * taps.perOutput, end = t + taps.perOutput; t < end; t++) {
                int weight = weights[t];
                int from = taps.inputs[t] * rowSamples;
                for (int i = 0; weight != 0 && i < rowSamples; i++) {
                    sums[i] += weight * (in[from + i] & 0xff);
                }
            }
            for (int i = 0; i < rowSamples; i++) {
                out[y * rowSamples + i] = clip(sums[i] >> PILLOW_BITS);
            }
        });
        return out;
    }

    private static byte clip(int v) {
        return (byte) Math.max(0, Math.min(255, v));
    }

    /** Colour times alpha / 255, rounded. */
    private static void premultiply(byte[] samples, int channels) {
        for (int p = 0; p < samples.length; p += channels) {
            int alpha = samples[p + channels - 1] & 0xff;
            for (int i = p; i < p + channels - 1; i++) {
                int product = (samples[i] & 0xff) * alpha + 128;
                samples[i] = (byte) (((product >> 8) + product) >> 8);
            }
        }
    }

    /** Colour divided by alpha / 255, cut off to an integer; untouched where alpha is 0. */
    private static void divide(byte[] samples, int channels) {
        for (int p = 0; p < samples.length; p += channels) {
            int alpha = samples[p + channels - 1] & 0xff;
            for (int i = p; alpha != 0 && i < p + channels - 1; i++) {
                samples[i] = clip(255 * (samples[i] & 0xff) / alpha);
            }
        }
    }
}
