package io.fovea.image;

import io.fovea.FoveaException;

/**
 * Runs a function that enlarges pictures (by 1 or more) over a picture of any size, tile by tile. Each tile is handed over with a margin on every side
 * where the picture goes on; at the picture's own border it is cut off, never padded, so that a function that pads its input there does in a tile what it does to the
 * whole. Where the margin covers the function's receptive field, the result equals the untiled one.
 *
 * @param tile longest side of a tile without its margins, in pixels of the input; the picture is divided evenly, so tiles are of nearly equal size
 * @param margin pixels of the input beyond each inner side
 */
public record Tiling(int tile, int margin) {
    /** What is done to a tile. */
    @FunctionalInterface
    public interface TileFunction {
        /**
         * @param chw channels x height x width floats
         * @return channels x (scale height) x (scale width) floats; the number of channels may differ from the input's, but not from tile to tile
         */
        float[] apply(float[] chw, int channels, int height, int width);
    }

    /** Takes the result in bands of whole rows, from top to bottom. */
    @FunctionalInterface
    public interface BandConsumer {
        /**
         * @param chw channels x rows x width floats, which must not be kept: the array is used again
         * @param top first row of the band in the result
         * @param width width of the result, in pixels
         */
        void accept(float[] chw, int channels, int top, int rows, int width);
    }

    /** Where tiles come from: the given part of the input as planar floats. */
    private interface Source {
        float[] part(int x, int y, int width, int height);
    }

    public Tiling {
        if (tile < 1 || margin < 0) {
            throw new FoveaException(
                    "Tiles have at least 1 pixel and margins at least 0, not " + tile + " and " + margin + ".");
        }
    }

    /** How many tiles a picture of that size is divided into: how often the function will be called. */
    public int count(int width, int height) {
        return parts(width) * parts(height);
    }

    private int parts(int length) {
        return (int) (((long) length + tile - 1) / tile);
    }

    /** The whole result, channels x (scale height) x (scale width). */
    public float[] run(float[] chw, int channels, int height, int width, int scale, TileFunction function) {
        float[][] result = new float[1][];
        run(chw, channels, height, width, scale, function, (band, bandChannels, top, rows, bandWidth) -> {
            int plane = height * scale * bandWidth;
            if (top == 0) {
                result[0] = new float[Math.multiplyExact(bandChannels, plane)];
            }
            for (int c = 0; c < bandChannels; c++) {
                System.arraycopy(band, c * rows * bandWidth, result[0], c * plane + top * bandWidth, rows * bandWidth);
            }
        });
        return result[0];
    }

    /** The result in bands: beside the input only one band of tiles is held. */
    public void run(
            float[] chw, int channels, int height, int width, int scale, TileFunction function, BandConsumer consumer) {
        if (chw.length != (long) channels * height * width) {
            throw new FoveaException("Floats of " + channels + " x " + height + " x " + width
                    + " were promised, but the array holds " + chw.length + ".");
        }
        Source source = (x, y, w, h) -> {
            float[] part = new float[channels * h * w];
            for (int row = 0; row < channels * h; row++) {
                System.arraycopy(chw, ((row / h) * height + y + row % h) * width + x, part, row * w, w);
            }
            return part;
        };
        run(source, width, height, scale, channels, function, consumer);
    }

    /**
     * The colour channels of {@code picture} enlarged, as a picture of the same depth and with its profile if the number of channels stays; alpha is left to the caller. Beside the
     * two pictures only one band of tiles is held as floats.
     */
    public Picture run(Picture picture, int scale, TileFunction function) {
        int width = scaled(picture.width(), scale);
        int height = scaled(picture.height(), scale);
        Object[] samples = new Object[1];
        int[] channels = new int[1];
        Source source = (x, y, w, h) -> picture.crop(x, y, w, h).toFloats();
        run(
                source,
                picture.width(),
                picture.height(),
                scale,
                picture.colourChannels(),
                function,
                (band, c, top, rows, bandWidth) -> {
                    if (top == 0) {
                        channels[0] = c;
                        samples[0] = Picture.newSamples(width, height, c, picture.depth());
                    }
                    Picture.quantise(band, c, rows * bandWidth, samples[0], top * width * c);
                });
        byte[] profile = channels[0] == picture.colourChannels() ? picture.profile() : null;
        return new Picture(width, height, channels[0], samples[0], profile);
    }

    private void run(
            Source source,
            int width,
            int height,
            int scale,
            int channels,
            TileFunction function,
            BandConsumer consumer) {
        int bandWidth = scaled(width, scale);
        scaled(height, scale);
        float[] band = {};
        for (int row = 0; row < parts(height); row++) {
            Span rows = span(height, row);
            int outChannels = 0;
            for (int column = 0; column < parts(width); column++) {
                Span columns = span(width, column);
                float[] part = source.part(columns.outerFrom, rows.outerFrom, columns.outer(), rows.outer());
                float[] done = function.apply(part, channels, rows.outer(), columns.outer());
                outChannels = channelsOf(done, rows.outer() * scale, columns.outer() * scale);
                int length = bandLength(outChannels, rows.inner() * scale, bandWidth);
                if (band.length != length) {
                    band = new float[length];
                }
                copyInner(done, outChannels, rows, columns, scale, band, bandWidth);
            }
            consumer.accept(band, outChannels, rows.from * scale, rows.inner() * scale, bandWidth);
        }
    }

    private static void copyInner(
            float[] done, int channels, Span rows, Span columns, int scale, float[] band, int bandWidth) {
        int height = rows.outer() * scale;
        int width = columns.outer() * scale;
        int inner = rows.inner() * scale;
        int skipRows = (rows.from - rows.outerFrom) * scale;
        int skipColumns = (columns.from - columns.outerFrom) * scale;
        for (int c = 0; c < channels; c++) {
            for (int y = 0; y < inner; y++) {
                int from = (c * height + skipRows + y) * width + skipColumns;
                System.arraycopy(
                        done, from, band, (c * inner + y) * bandWidth + columns.from * scale, columns.inner() * scale);
            }
        }
    }

    private static int channelsOf(float[] done, int height, int width) {
        int plane = height * width;
        if (done.length == 0 || done.length % plane != 0) {
            throw new FoveaException("The function gave " + done.length + " values for a tile that should have become "
                    + width + " x " + height + " pixels: its scale is another one than was promised.");
        }
        return done.length / plane;
    }

    private static int bandLength(int channels, int rows, int width) {
        long length = (long) channels * rows * width;
        if (length > Integer.MAX_VALUE - 8) {
            throw new FoveaException("A band of " + rows + " rows of " + width
                    + " pixels does not fit into one array; choose smaller tiles.");
        }
        return (int) length;
    }

    private static int scaled(int length, int scale) {
        long result = (long) length * scale;
        if (scale < 1 || result > Integer.MAX_VALUE) {
            throw new FoveaException(
                    "Cannot enlarge " + length + " pixels by " + scale + ": the scale is a whole number from 1 on.");
        }
        return (int) result;
    }

    private Span span(int length, int index) {
        int count = parts(length);
        int from = (int) ((long) length * index / count);
        int to = (int) ((long) length * (index + 1) / count);
        return new Span(from, to, Math.max(0, from - margin), (int) Math.min(length, (long) to + margin));
    }

    /** One tile along one side: its inner part [from, to), and with margins [outerFrom, outerTo). */
    private record Span(int from, int to, int outerFrom, int outerTo) {
        int inner() {
            return to - from;
        }

        int outer() {
            return outerTo - outerFrom;
        }
    }
}
