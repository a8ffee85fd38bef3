package io.fovea.translation;

import io.fovea.FoveaException;
import io.fovea.image.Picture;
import io.fovea.image.Resample;
import io.fovea.torch.Rng;

/**
 * How pictures come to the size at which a network is trained: the jitter of Isola et al. 2016 (resized to somewhat more than the size, cropped at random, mirrored at random) and
 * its relatives, as the public PyTorch code names and computes them.
 *
 * @param kind what is done
 * @param load side, or width, to which pictures are resized before they are cropped, pixels
 * @param crop side of the crop, pixels
 * @param mirror whether half of the pictures are mirrored
 */
public record Preparation(Kind kind, int load, int crop, boolean mirror) {
    public enum Kind {
        /** To load x load pixels whatever the ratio of the sides, then a crop. */
        RESIZE_AND_CROP,
        /** A crop alone. */
        CROP,
        /** To the width of load pixels and the height that belongs to it, at least that of a crop. */
        SCALE_WIDTH,
        /** The same, then a crop. */
        SCALE_WIDTH_AND_CROP,
        /** Sides to the nearest multiple of 4. */
        NONE
    }

    /** Where a picture is cropped, and whether it is mirrored. */
    public record Place(int x, int y, boolean mirrored) {}

    /** Of a picture, pixels. */
    public record Size(int width, int height) {}

    public Preparation {
        if (load < 1 || crop < 1) {
            throw new FoveaException("preparation.load and preparation.crop must be at least 1; they are " + load
                    + " and " + crop + ".");
        }
        if (kind != Kind.CROP && kind != Kind.NONE && load < crop) {
            throw new FoveaException(
                    "preparation.load is " + load + "; it must be at least preparation.crop, " + crop + ".");
        }
    }

    /** The paper's jitter: 286 for 256 pixels, 72 for 64. */
    public static Preparation jitter(int crop) {
        return new Preparation(Kind.RESIZE_AND_CROP, Math.round(crop * 286 / 256f), crop, true);
    }

    /** Pictures as they are, mirrored or not. */
    public static Preparation whole(int crop, boolean mirror) {
        return new Preparation(Kind.RESIZE_AND_CROP, crop, crop, mirror);
    }

    /** Whether every picture comes out as a square of {@link #crop} pixels. */
    public boolean crops() {
        return kind == Kind.RESIZE_AND_CROP || kind == Kind.CROP || kind == Kind.SCALE_WIDTH_AND_CROP;
    }

    /** A random place of a picture of this size. */
    public Place random(Rng rng, int width, int height) {
        Size size = resized(width, height);
        int x = rng.nextInt(free(size.width) + 1);
        int y = rng.nextInt(free(size.height) + 1);
        boolean mirrored = rng.nextBoolean();
        return new Place(x, y, mirror && mirrored);
    }

    /** The middle of a picture of this size, not mirrored. */
    public Place middle(int width, int height) {
        Size size = resized(width, height);
        return new Place(free(size.width) / 2, free(size.height) / 2, false);
    }

    private int free(int length) {
        return crops() ? Math.max(0, length - crop) : 0;
    }

    /** What a picture of this size becomes, if it {@link #fits}. */
    public Size size(int width, int height) {
        return crops() ? new Size(crop, crop) : resized(width, height);
    }

    /** Whether a picture of this size is large enough. */
    public boolean fits(int width, int height) {
        Size size = resized(width, height);
        return !crops() || (size.width >= crop && size.height >= crop);
    }

    private Size resized(int width, int height) {
        return switch (kind) {
            case RESIZE_AND_CROP -> new Size(load, load);
            case CROP -> new Size(width, height);
            case SCALE_WIDTH, SCALE_WIDTH_AND_CROP ->
                width == load && height >= crop
                        ? new Size(width, height)
                        : new Size(load, Math.max((int) ((long) load * height / width), crop));
            case NONE -> new Size(multipleOf4(width), multipleOf4(height));
        };
    }

    private static int multipleOf4(int length) {
        return Math.max(4, 4 * (int) Math.rint(length / 4.0));
    }

    /** A picture prepared for training; sizes are changed as Pillow does with its bicubic filter, or another one. */
    public Picture apply(Picture picture, Place place, Resample.Filter filter) {
        Size size = resized(picture.width(), picture.height());
        Picture sized = size.width == picture.width() && size.height == picture.height()
                ? picture
                : Resample.pillow(picture, size.width, size.height, filter);
        Picture part = crops() ? sized.crop(place.x, place.y, crop, crop) : sized;
        return place.mirrored ? part.flipHorizontal() : part;
    }
}
