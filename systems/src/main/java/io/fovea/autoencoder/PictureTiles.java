package io.fovea.autoencoder;

import io.fovea.image.Picture;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows as pictures.
 *
 * @param shape of a picture; 1 or 3 channels
 * @param shift what is added after scaling, by column; null for 0
 * @param scale by which a row's values are multiplied, by column; null for 1
 * @param white the value, scaled back, that is white
 */
record PictureTiles(NetworkConfig.Image shape, double @Nullable [] shift, double @Nullable [] scale, double white) {
    /** Of scaled rows; null where they are no pictures of 1 or 3 channels. */
    static @Nullable PictureTiles of(
            float[] rows, NetworkConfig.@Nullable Image shape, List<MapData.Feature> features) {
        if (shape == null || (shape.channels() != 1 && shape.channels() != 3)) {
            return null;
        }
        int d = shape.size();
        double[] shift = new double[d];
        double[] scale = new double[d];
        for (MapData.Feature feature : features) {
            if (!(feature instanceof MapData.Feature.Numeric number) || number.log()) {
                return null;
            }
            shift[number.slot()] = number.shift();
            scale[number.slot()] = number.scale();
        }
        double white = 0;
        for (int i = 0; i < rows.length; i++) {
            white = Math.max(white, rows[i] * scale[i % d] + shift[i % d]);
        }
        return new PictureTiles(shape, shift, scale, white > 0 ? white : 1);
    }

    /** The picture of a row, each pixel as {@code zoom} x {@code zoom}. */
    Picture picture(float[] rows, int row, int zoom) {
        int h = shape.height();
        int w = shape.width();
        int channels = shape.channels();
        byte[] samples = new byte[channels * h * w * zoom * zoom];
        for (int y = 0; y < h * zoom; y++) {
            for (int x = 0; x < w * zoom; x++) {
                for (int c = 0; c < channels; c++) {
                    int slot = (c * h + y / zoom) * w + x / zoom;
                    samples[(y * w * zoom + x) * channels + c] = level(rows[row * shape.size() + slot], slot);
                }
            }
        }
        return Picture.of8(w * zoom, h * zoom, channels, samples);
    }

    private byte level(float value, int slot) {
        double x = value * (scale == null ? 1 : scale[slot]) + (shift == null ? 0 : shift[slot]);
        return (byte) Math.round(255 * Math.max(0, Math.min(1, x / white)));
    }

    /** How many times larger a tile is drawn so that it is about {@code wanted} pixels high. */
    int zoom(int wanted) {
        return Math.max(1, Math.round((float) wanted / Math.max(shape.height(), shape.width())));
    }
}
