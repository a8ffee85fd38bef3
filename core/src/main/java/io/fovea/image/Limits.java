package io.fovea.image;

import io.fovea.FoveaException;

/**
 * What a picture file may claim before anything is allocated for it: protection from files of a few bytes that unpack to gigabytes.
 *
 * @param maxPixels most pixels, width x height
 * @param maxSide longest side, in pixels
 * @param maxFileBytes largest file, in bytes
 */
public record Limits(long maxPixels, int maxSide, int maxFileBytes) {
    /** 400 million pixels, sides of 100,000, files of 1 GiB. */
    public static final Limits DEFAULT = new Limits(400_000_000L, 100_000, 1 << 30);

    public Limits {
        if (maxPixels < 1 || maxSide < 1 || maxFileBytes < 1) {
            throw new FoveaException("Limits on pictures must be positive, not " + maxPixels + " pixels, sides of "
                    + maxSide + ", files of " + maxFileBytes + " bytes.");
        }
    }

    void check(int width, int height, String name) {
        if (width < 1 || height < 1) {
            throw new FoveaException(
                    "Cannot read " + name + ": the file claims a size of " + width + " x " + height + " pixels.");
        }
        if ((long) width * height > maxPixels || width > maxSide || height > maxSide) {
            throw new FoveaException("Cannot read " + name + ": the file claims " + width + " x " + height
                    + " pixels, more than the limit of " + maxPixels + " pixels and sides of " + maxSide
                    + "; raise the limit if the picture is real.");
        }
    }
}
