package io.fovea.metrics;

import io.fovea.FoveaException;
import io.fovea.image.Colour;
import io.fovea.image.Picture;

/** Which channels of two pictures are compared. All values are on the scale 0 to 255, whatever the pictures' depth; alpha is ignored. */
public enum Channels {
    /** Red, green and blue; grey counts as three equal channels. */
    RGB,
    /** BT.601 luma with studio swing, 16 + (65.481 R + 128.553 G + 24.966 B) / 255, not rounded; grey goes through it as well. */
    Y,
    /** As {@link #Y}, except that the values of a one-channel picture are compared as they are, as MATLAB scripts do. */
    Y_RAW_GREY;

    /** One or three planes in rows. */
    double[][] planes(Picture picture) {
        if (this != RGB) {
            return new double[][] {luma(picture)};
        }
        Picture rgb = picture.withoutAlpha().toRgb();
        int pixels = rgb.width() * rgb.height();
        double[][] planes = new double[3][pixels];
        if (rgb.depth() == 8) {
            byte[] samples = rgb.bytes();
            for (int i = 0; i < samples.length; i++) {
                planes[i % 3][i / 3] = samples[i] & 0xff;
            }
        } else {
            short[] samples = rgb.shorts();
            for (int i = 0; i < samples.length; i++) {
                planes[i % 3][i / 3] = (samples[i] & 0xffff) / 257.0;
            }
        }
        return planes;
    }

    private double[] luma(Picture picture) {
        float[] luma = Colour.luma(picture, this == Y ? Colour.Grey.Y : Colour.Grey.RAW);
        double[] plane = new double[luma.length];
        for (int i = 0; i < luma.length; i++) {
            plane[i] = luma[i];
        }
        return plane;
    }

    /** A picture without {@code border} pixels on each side; the other picture must have its size. */
    static Picture inner(Picture picture, Picture other, int border) {
        if (picture.width() != other.width() || picture.height() != other.height()) {
            throw new FoveaException("Pictures of " + picture.width() + " x " + picture.height() + " and "
                    + other.width() + " x " + other.height()
                    + " pixels cannot be compared: they must have the same size.");
        }
        int width = picture.width() - 2 * border;
        int height = picture.height() - 2 * border;
        if (border < 0 || width < 1 || height < 1) {
            throw new FoveaException("A border of " + border + " pixels leaves nothing of a picture of "
                    + picture.width() + " x " + picture.height() + ".");
        }
        return picture.crop(border, border, width, height);
    }
}
