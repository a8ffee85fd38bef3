package io.fovea.image;

import io.fovea.FoveaException;
import java.awt.Transparency;
import java.awt.color.CMMException;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.DataBufferUShort;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The way between {@link Picture} and {@link BufferedImage}, by rasters: sample values are copied, never converted, wherever a picture can hold them. */
final class Rasters {
    private Rasters() {}

    static Picture read(BufferedImage image) {
        ColorModel model = image.getColorModel();
        if (model instanceof IndexColorModel palette) {
            return expand(image.getRaster(), palette);
        }
        int space = model.getColorSpace().getType();
        int depth = Arrays.stream(model.getComponentSize()).max().orElse(0);
        int type = image.getRaster().getTransferType();
        if (depth > 16
                || type == DataBuffer.TYPE_FLOAT
                || type == DataBuffer.TYPE_DOUBLE
                || type == DataBuffer.TYPE_SHORT) {
            throw new FoveaException(
                    "The picture has samples of " + depth
                            + " bits, signed or with a decimal point: pictures have 8 or 16 unsigned bits per sample; convert it first.");
        }
        boolean plain = space == ColorSpace.TYPE_GRAY || space == ColorSpace.TYPE_RGB;
        boolean even = Arrays.stream(model.getComponentSize()).allMatch(bits -> bits == 8)
                || Arrays.stream(model.getComponentSize()).allMatch(bits -> bits == 16);
        return plain && even ? copy(image, depth) : convert(image);
    }

    private static Picture copy(BufferedImage image, int depth) {
        ColorModel model = image.getColorModel();
        int channels = model.getNumComponents();
        Object samples = interleaved(image.getRaster(), channels, depth);
        Picture picture =
                new Picture(image.getWidth(), image.getHeight(), channels, samples, profileOf(model, channels));
        return model.hasAlpha() && model.isAlphaPremultiplied() ? straight(picture) : picture;
    }

    /** The first {@code channels} bands of a raster, interleaved. */
    static Object interleaved(Raster raster, int channels, int depth) {
        int width = raster.getWidth();
        int height = raster.getHeight();
        Object samples = Picture.newSamples(width, height, channels, depth);
        if (copyRows(raster, channels, samples)) {
            return samples;
        }
        int bands = raster.getNumBands();
        int[] row = new int[width * bands];
        for (int y = 0, to = 0; y < height; y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < channels; c++, to++) {
                    int v = row[x * bands + c];
                    if (samples instanceof byte[] b) {
                        b[to] = (byte) v;
                    } else {
                        ((short[]) samples)[to] = (short) v;
                    }
                }
            }
        }
        return samples;
    }

    /** The quick way for rasters that are interleaved already, in any order of bands; false if this one is not. */
    private static boolean copyRows(Raster raster, int channels, Object samples) {
        if (!(raster.getSampleModel() instanceof PixelInterleavedSampleModel model)
                || raster.getDataBuffer().getNumBanks() != 1
                || raster.getNumBands() != channels) {
            return false;
        }
        Object data;
        if (samples instanceof byte[] && raster.getDataBuffer() instanceof DataBufferByte bytes) {
            data = bytes.getData();
        } else if (samples instanceof short[] && raster.getDataBuffer() instanceof DataBufferUShort shorts) {
            data = shorts.getData();
        } else {
            return false;
        }
        int width = raster.getWidth();
        int origin = raster.getDataBuffer().getOffset()
                + (raster.getMinY() - raster.getSampleModelTranslateY()) * model.getScanlineStride()
                + (raster.getMinX() - raster.getSampleModelTranslateX()) * model.getPixelStride();
        boolean same = model.getPixelStride() == channels
                && Arrays.equals(
                        model.getBandOffsets(), IntStream.range(0, channels).toArray());
        for (int y = 0; y < raster.getHeight(); y++) {
            int from = origin + y * model.getScanlineStride();
            int to = y * width * channels;
            if (same) {
                System.arraycopy(data, from, samples, to, width * channels);
            } else {
                reorder(data, from, model, width, samples, to);
            }
        }
        return true;
    }

    private static void reorder(
            Object data, int from, PixelInterleavedSampleModel model, int width, Object samples, int to) {
        int[] offsets = model.getBandOffsets();
        int stride = model.getPixelStride();
        int channels = offsets.length;
        for (int c = 0; c < channels; c++) {
            int in = from + offsets[c];
            int out = to + c;
            if (data instanceof byte[] b && samples instanceof byte[] s) {
                for (int x = 0; x < width; x++, in += stride, out += channels) {
                    s[out] = b[in];
                }
            } else if (data instanceof short[] b && samples instanceof short[] s) {
                for (int x = 0; x < width; x++, in += stride, out += channels) {
                    s[out] = b[in];
                }
            }
        }
    }

    /** Divides premultiplied alpha out: round(v max / a), 0 where a is 0. */
    private static Picture straight(Picture picture) {
        int channels = picture.channels();
        long max = picture.max();
        Object out = Picture.newSamples(picture.width(), picture.height(), channels, picture.depth());
        for (int i = 0, n = picture.width() * picture.height() * channels; i < n; i++) {
            int alpha = i - i % channels + channels - 1;
            long a = picture.at(alpha);
            long v = i == alpha ? a : a == 0 ? 0 : Math.min(max, (picture.at(i) * max + a / 2) / a);
            if (out instanceof byte[] b) {
                b[i] = (byte) v;
            } else {
                ((short[]) out)[i] = (short) v;
            }
        }
        return new Picture(picture.width(), picture.height(), channels, out, picture.profile());
    }

    /** A palette picture, expanded: grey if every colour of the palette is grey, with alpha if one of them is transparent. */
    private static Picture expand(Raster raster, IndexColorModel palette) {
        int[] rgb = new int[palette.getMapSize()];
        palette.getRGBs(rgb);
        boolean grey =
                Arrays.stream(rgb).allMatch(c -> ((c >> 16) & 0xff) == (c & 0xff) && ((c >> 8) & 0xff) == (c & 0xff));
        boolean alpha = palette.hasAlpha();
        int channels = (grey ? 1 : 3) + (alpha ? 1 : 0);
        int width = raster.getWidth();
        byte[] out = (byte[]) Picture.newSamples(width, raster.getHeight(), channels, 8);
        int[] row = new int[width];
        int to = 0;
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, 0, row);
            for (int index : row) {
                int c = index < rgb.length ? rgb[index] : 0xff000000;
                for (int shift = 16; shift >= (grey ? 16 : 0); shift -= 8) {
                    out[to++] = (byte) (c >> shift);
                }
                if (alpha) {
                    out[to++] = (byte) (c >>> 24);
                }
            }
        }
        return Picture.of8(width, raster.getHeight(), channels, out);
    }

    /** Whatever no picture can hold as it is (CMYK, Lab, 5 bits per sample), converted to 8-bit sRGB by the colour model. */
    private static Picture convert(BufferedImage image) {
        int width = image.getWidth();
        boolean alpha = image.getColorModel().hasAlpha();
        int channels = alpha ? 4 : 3;
        byte[] out = (byte[]) Picture.newSamples(width, image.getHeight(), channels, 8);
        int[] row = new int[width];
        int to = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            image.getRGB(0, y, width, 1, row, 0, width);
            for (int argb : row) {
                out[to++] = (byte) (argb >> 16);
                out[to++] = (byte) (argb >> 8);
                out[to++] = (byte) argb;
                if (alpha) {
                    out[to++] = (byte) (argb >>> 24);
                }
            }
        }
        return Picture.of8(width, image.getHeight(), channels, out);
    }

    private static byte @Nullable [] profileOf(ColorModel model, int channels) {
        ColorSpace space = model.getColorSpace();
        if (!(space instanceof ICC_ColorSpace icc)
                || space.isCS_sRGB()
                || space.equals(ColorSpace.getInstance(ColorSpace.CS_GRAY))) {
            return null;
        }
        byte[] profile = icc.getProfile().getData();
        return Icc.fits(profile, channels) ? profile : null;
    }

    static BufferedImage write(Picture picture) {
        ColorSpace space = spaceOf(picture);
        if (space != null) {
            Object copy = picture.samples() instanceof byte[] b ? b.clone() : ((short[]) picture.samples()).clone();
            return around(picture, copy, space);
        }
        int type = picture.depth() == 8
                ? switch (picture.channels()) {
                    case 1 -> BufferedImage.TYPE_BYTE_GRAY;
                    case 3 -> BufferedImage.TYPE_3BYTE_BGR;
                    case 4 -> BufferedImage.TYPE_4BYTE_ABGR;
                    default -> BufferedImage.TYPE_CUSTOM;
                }
                : picture.channels() == 1 ? BufferedImage.TYPE_USHORT_GRAY : BufferedImage.TYPE_CUSTOM;
        if (type == BufferedImage.TYPE_CUSTOM) {
            Object copy = picture.samples() instanceof byte[] b ? b.clone() : ((short[]) picture.samples()).clone();
            return around(picture, copy, standardSpace(picture));
        }
        BufferedImage image = new BufferedImage(picture.width(), picture.height(), type);
        image.getRaster().setDataElements(0, 0, wrap(picture).getRaster());
        return image;
    }

    /** An image that shares the picture's samples, for the writers: they read it and go. The profile is left to them. */
    static BufferedImage wrap(Picture picture) {
        return around(picture, picture.samples(), standardSpace(picture));
    }

    private static ColorSpace standardSpace(Picture picture) {
        return ColorSpace.getInstance(picture.colourChannels() == 1 ? ColorSpace.CS_GRAY : ColorSpace.CS_sRGB);
    }

    private static @Nullable ColorSpace spaceOf(Picture picture) {
        byte[] profile = picture.profile();
        if (profile == null || !Icc.fits(profile, picture.channels())) {
            return null;
        }
        try {
            return new ICC_ColorSpace(ICC_Profile.getInstance(profile));
        } catch (IllegalArgumentException | CMMException e) {
            return null;
        }
    }

    private static BufferedImage around(Picture picture, Object samples, ColorSpace space) {
        int channels = picture.channels();
        DataBuffer data = samples instanceof byte[] b
                ? new DataBufferByte(b, b.length)
                : new DataBufferUShort((short[]) samples, ((short[]) samples).length);
        int transparency = picture.hasAlpha() ? Transparency.TRANSLUCENT : Transparency.OPAQUE;
        ColorModel model = new ComponentColorModel(space, picture.hasAlpha(), false, transparency, data.getDataType());
        int[] offsets = IntStream.range(0, channels).toArray();
        WritableRaster raster = Raster.createWritableRaster(
                new PixelInterleavedSampleModel(
                        data.getDataType(),
                        picture.width(),
                        picture.height(),
                        channels,
                        picture.width() * channels,
                        offsets),
                data,
                null);
        return new BufferedImage(model, raster, false, null);
    }
}
