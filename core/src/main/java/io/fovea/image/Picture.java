package io.fovea.image;

import io.fovea.FoveaException;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A picture in memory: width x height pixels of 1 (grey), 2 (grey, alpha), 3 (red, green, blue) or 4 (red, green, blue, alpha) channels of 8 or 16 bits,
 * interleaved row by row (HWC). Alpha is straight (not premultiplied). Samples are what the file holds: a colour profile, if there is one, travels
 * beside them and is never applied. Treated as a value: no public method changes a picture, every one that transforms gives a new one.
 */
public final class Picture {
    private final int width;
    private final int height;
    private final int channels;
    /** byte[] for 8 bits, short[] for 16 bits, read as unsigned. */
    private final Object samples;

    private final byte @Nullable [] profile;

    Picture(int width, int height, int channels, Object samples, byte @Nullable [] profile) {
        long expected = count(width, height, channels);
        int actual = samples instanceof byte[] b ? b.length : ((short[]) samples).length;
        if (actual != expected) {
            throw new FoveaException("A picture of " + width + " x " + height + " pixels and " + channels
                    + " channels has " + expected + " samples, not " + actual + ".");
        }
        this.width = width;
        this.height = height;
        this.channels = channels;
        this.samples = samples;
        this.profile = profile;
    }

    /**
     * An 8-bit picture around {@code samples} (HWC), which it takes over without copying.
     *
     * @throws FoveaException if a size is below 1, channels is not 1 to 4, or the array has another length than width x height x channels
     */
    public static Picture of8(int width, int height, int channels, byte[] samples) {
        return new Picture(width, height, channels, samples, null);
    }

    /**
     * A 16-bit picture around {@code samples} (HWC, unsigned), which it takes over without copying.
     *
     * @throws FoveaException if a size is below 1, channels is not 1 to 4, or the array has another length than width x height x channels
     */
    public static Picture of16(int width, int height, int channels, short[] samples) {
        return new Picture(width, height, channels, samples, null);
    }

    /**
     * The samples of {@code image} as they stand in its raster: grey stays grey with its values (getRGB would send it through a linear colour space),
     * 16 bits stay 16 bits, palettes are expanded, premultiplied alpha is divided out, a profile other than sRGB is kept.
     *
     * @throws FoveaException if the samples have more than 16 bits or are not integers
     */
    public static Picture of(BufferedImage image) {
        return Rasters.read(image);
    }

    /**
     * A picture from planar floats in [0,1], CHW. Values are clamped, scaled by 255 or 65535 and rounded half up; NaN becomes 0.
     *
     * @param depth 8 or 16 bits
     * @throws FoveaException if the array is shorter than channels x height x width, or channels or depth is not supported
     */
    public static Picture of(float[] chw, int channels, int height, int width, int depth) {
        Object samples = newSamples(width, height, channels, depth);
        if (chw.length != (long) channels * height * width) {
            throw new FoveaException("Floats of " + channels + " x " + height + " x " + width
                    + " were promised, but the array holds " + chw.length + ".");
        }
        quantise(chw, channels, height * width, samples, 0);
        return new Picture(width, height, channels, samples, null);
    }

    static Object newSamples(int width, int height, int channels, int depth) {
        int n = count(width, height, channels);
        return switch (depth) {
            case 8 -> new byte[n];
            case 16 -> new short[n];
            default -> throw new FoveaException("A picture has 8 or 16 bits per sample, not " + depth + ".");
        };
    }

    private static int count(int width, int height, int channels) {
        if (width < 1 || height < 1 || channels < 1 || channels > 4) {
            throw new FoveaException("A picture has at least 1 x 1 pixels and 1 to 4 channels, not " + width + " x "
                    + height + " pixels and " + channels + " channels.");
        }
        long n = (long) width * height * channels;
        if (n > Integer.MAX_VALUE - 8) {
            throw new FoveaException("A picture of " + width + " x " + height + " pixels and " + channels
                    + " channels is too large: at most 2^31 samples fit into one picture.");
        }
        return (int) n;
    }

    /** Writes planar floats in [0,1] as interleaved samples, beginning at sample index {@code at}: clamp, scale, floor(x + 0.5). */
    static void quantise(float[] chw, int channels, int pixels, Object samples, int at) {
        for (int c = 0; c < channels; c++) {
            int in = c * pixels;
            int out = at + c;
            if (samples instanceof byte[] b) {
                for (int i = 0; i < pixels; i++, out += channels) {
                    b[out] = (byte) Math.max(0, Math.min(255, (int) (chw[in + i] * 255.0 + 0.5)));
                }
            } else {
                short[] s = (short[]) samples;
                for (int i = 0; i < pixels; i++, out += channels) {
                    s[out] = (short) Math.max(0, Math.min(65535, (int) (chw[in + i] * 65535.0 + 0.5)));
                }
            }
        }
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }

    /** 1 grey, 2 grey and alpha, 3 red green blue, 4 red green blue alpha. */
    public int channels() {
        return channels;
    }

    /** Channels without alpha: 1 or 3. */
    public int colourChannels() {
        return channels < 3 ? 1 : 3;
    }

    public boolean hasAlpha() {
        return channels % 2 == 0;
    }

    /** Bits per sample: 8 or 16. */
    public int depth() {
        return samples instanceof byte[] ? 8 : 16;
    }

    /** The largest sample value: 255 or 65535. */
    public int max() {
        return samples instanceof byte[] ? 255 : 65535;
    }

    /** One sample, 0 to {@link #max()}. */
    public int sample(int x, int y, int channel) {
        return at((y * width + x) * channels + channel);
    }

    int at(int index) {
        return samples instanceof byte[] b ? b[index] & 0xff : ((short[]) samples)[index] & 0xffff;
    }

    private static void put(Object samples, int index, int value) {
        if (samples instanceof byte[] b) {
            b[index] = (byte) value;
        } else {
            ((short[]) samples)[index] = (short) value;
        }
    }

    Object samples() {
        return samples;
    }

    /**
     * The samples of an 8-bit picture, HWC. This is the picture's own array: read it, do not write to it.
     *
     * @throws FoveaException if the picture has 16 bits
     */
    public byte[] bytes() {
        if (samples instanceof byte[] b) {
            return b;
        }
        throw new FoveaException("The picture has 16 bits per sample where 8 are needed; convert it with toDepth(8).");
    }

    /**
     * The samples of a 16-bit picture, HWC, unsigned. This is the picture's own array: read it, do not write to it.
     *
     * @throws FoveaException if the picture has 8 bits
     */
    public short[] shorts() {
        if (samples instanceof short[] s) {
            return s;
        }
        throw new FoveaException("The picture has 8 bits per sample where 16 are needed; convert it with toDepth(16).");
    }

    /** The ICC profile that says what the samples mean, or null where the file had none (then sRGB is understood). */
    public byte @Nullable [] profile() {
        return profile == null ? null : profile.clone();
    }

    /** The same samples with another ICC profile, or with none. */
    public Picture withProfile(byte @Nullable [] icc) {
        return new Picture(width, height, channels, samples, icc == null ? null : icc.clone());
    }

    /** The colour channels as planar floats in [0,1]: 1 x H x W for grey, 3 x H x W for colour, alpha left out. */
    public float[] toFloats() {
        return colourChannels() == 1 ? toFloats(0) : toFloats(0, 1, 2);
    }

    /** The chosen channels, in the order given, as planar floats in [0,1]. */
    public float[] toFloats(int... chosen) {
        int pixels = width * height;
        if ((long) pixels * chosen.length > Integer.MAX_VALUE - 8) {
            throw new FoveaException("The floats of a picture of " + width + " x " + height
                    + " pixels do not fit into one array; take it in parts with crop.");
        }
        float[] chw = new float[pixels * chosen.length];
        float max = max();
        for (int k = 0; k < chosen.length; k++) {
            int in = chosen[k];
            if (in < 0 || in >= channels) {
                throw new FoveaException("The picture has no channel " + in + ": it has " + channels + ".");
            }
            for (int i = k * pixels; i < (k + 1) * pixels; i++, in += channels) {
                chw[i] = at(in) / max;
            }
        }
        return chw;
    }

    /** A copy as an image of the toolkit: standard byte types where there is one, and with the profile's colour space where the profile is usable. */
    public BufferedImage toBufferedImage() {
        return Rasters.write(this);
    }

    /** This picture in colour: grey is copied to red, green and blue (its profile, which describes grey, is dropped); alpha is kept. */
    public Picture toRgb() {
        return switch (channels) {
            case 1 -> select(0, 0, 0);
            case 2 -> select(0, 0, 0, 1);
            default -> this;
        };
    }

    /** The colour channels alone; a picture without alpha is returned as it is. */
    public Picture withoutAlpha() {
        return switch (channels) {
            case 2 -> select(0).withProfile(profile);
            case 4 -> select(0, 1, 2).withProfile(profile);
            default -> this;
        };
    }

    /**
     * The alpha channel as a grey picture.
     *
     * @throws FoveaException if there is none
     */
    public Picture alpha() {
        if (!hasAlpha()) {
            throw new FoveaException("The picture has no alpha channel.");
        }
        return select(channels - 1);
    }

    /**
     * The colour channels of this picture with the given alpha.
     *
     * @param alpha a grey picture of the same size and depth
     * @throws FoveaException if it is not
     */
    public Picture withAlpha(Picture alpha) {
        if (alpha.channels != 1 || alpha.width != width || alpha.height != height || alpha.depth() != depth()) {
            throw new FoveaException("An alpha channel for " + this
                    + " must be a grey picture of its size and depth, not " + alpha + ".");
        }
        int colours = colourChannels();
        Object out = newSamples(width, height, colours + 1, depth());
        for (int p = 0; p < width * height; p++) {
            System.arraycopy(samples, p * channels, out, p * (colours + 1), colours);
            System.arraycopy(alpha.samples, p, out, p * (colours + 1) + colours, 1);
        }
        return new Picture(width, height, colours + 1, out, profile);
    }

    /** This picture laid over white, without alpha: round(a v + (1 - a) white). A picture without alpha is returned as it is. */
    public Picture overWhite() {
        if (!hasAlpha()) {
            return this;
        }
        int colours = colourChannels();
        long max = max();
        Object out = newSamples(width, height, colours, depth());
        for (int p = 0; p < width * height; p++) {
            int in = p * channels;
            long a = at(in + colours);
            for (int c = 0; c < colours; c++) {
                put(out, p * colours + c, (int) ((a * at(in + c) + (max - a) * max + max / 2) / max));
            }
        }
        return new Picture(width, height, colours, out, profile);
    }

    /** This picture with 8 or 16 bits: 8 to 16 multiplies by 257, 16 to 8 divides by 257 and rounds to the nearest. */
    public Picture toDepth(int depth) {
        if (depth == depth()) {
            return this;
        }
        Object out = newSamples(width, height, channels, depth);
        for (int i = 0, n = width * height * channels; i < n; i++) {
            int v = at(i);
            put(out, i, depth == 16 ? v * 257 : (v + 128) / 257);
        }
        return new Picture(width, height, channels, out, profile);
    }

    private Picture select(int... from) {
        Object out = newSamples(width, height, from.length, depth());
        for (int p = 0, to = 0; p < width * height; p++) {
            for (int c : from) {
                put(out, to++, at(p * channels + c));
            }
        }
        return new Picture(width, height, from.length, out, null);
    }

    /**
     * The part of w x h pixels whose top-left pixel is (x, y).
     *
     * @throws FoveaException if it does not lie inside the picture
     */
    public Picture crop(int x, int y, int w, int h) {
        if (x < 0 || y < 0 || w < 1 || h < 1 || w > width - x || h > height - y) {
            throw new FoveaException("The part " + w + " x " + h + " at (" + x + ", " + y
                    + ") does not lie inside a picture of " + width + " x " + height + " pixels.");
        }
        if (w == width && h == height) {
            return this;
        }
        Object out = newSamples(w, h, channels, depth());
        for (int row = 0; row < h; row++) {
            System.arraycopy(samples, ((y + row) * width + x) * channels, out, row * w * channels, w * channels);
        }
        return new Picture(w, h, channels, out, profile);
    }

    /** The largest top-left part whose sides are multiples of {@code r} (the HR crop of super-resolution protocols). */
    public Picture cropToMultiple(int r) {
        if (width < r || height < r) {
            throw new FoveaException("A picture of " + width + " x " + height
                    + " pixels has no part whose sides are multiples of " + r + ".");
        }
        return crop(0, 0, width - width % r, height - height % r);
    }

    /** Left and right exchanged. */
    public Picture flipHorizontal() {
        return walk(width, height, width - 1, -1, width);
    }

    /** Top and bottom exchanged. */
    public Picture flipVertical() {
        return walk(width, height, (height - 1) * width, 1, -width);
    }

    /** Rows and columns exchanged. */
    public Picture transpose() {
        return walk(height, width, 0, width, 1);
    }

    /** Turned counter-clockwise by quarterTurns x 90 degrees; any integer. */
    public Picture rotate90(int quarterTurns) {
        return switch (Math.floorMod(quarterTurns, 4)) {
            case 1 -> walk(height, width, width - 1, width, -1);
            case 2 -> walk(width, height, width * height - 1, -1, -width);
            case 3 -> walk(height, width, (height - 1) * width, -width, 1);
            default -> this;
        };
    }

    /** This picture at (left, top) on a larger transparent one; as it is where it fills it. */
    Picture onCanvas(int left, int top, int canvasWidth, int canvasHeight) {
        if (width == canvasWidth && height == canvasHeight) {
            return this;
        }
        Picture placed = hasAlpha() ? this : withAlpha(opaque());
        int pixel = placed.channels;
        Object out = newSamples(canvasWidth, canvasHeight, pixel, depth());
        for (int y = 0; y < height; y++) {
            int to = ((top + y) * canvasWidth + left) * pixel;
            System.arraycopy(placed.samples, y * width * pixel, out, to, width * pixel);
        }
        return new Picture(canvasWidth, canvasHeight, pixel, out, profile);
    }

    private Picture opaque() {
        Object full = newSamples(width, height, 1, depth());
        if (full instanceof byte[] b) {
            Arrays.fill(b, (byte) -1);
        } else {
            Arrays.fill((short[]) full, (short) -1);
        }
        return new Picture(width, height, 1, full, null);
    }

    /** Turned upright as the EXIF orientation (1 to 8) of its file says; any other value leaves it as it is. */
    Picture upright(int orientation) {
        return switch (orientation) {
            case 2 -> flipHorizontal();
            case 3 -> rotate90(2);
            case 4 -> flipVertical();
            case 5 -> transpose();
            case 6 -> rotate90(-1);
            case 7 -> rotate90(2).transpose();
            case 8 -> rotate90(1);
            default -> this;
        };
    }

    /** The picture of w x h pixels whose pixel (x, y) is the pixel with index start + x * stepX + y * stepY here. */
    private Picture walk(int w, int h, int start, int stepX, int stepY) {
        Object out = newSamples(w, h, channels, depth());
        for (int y = 0, to = 0; y < h; y++) {
            int from = start + y * stepY;
            for (int x = 0; x < w; x++, from += stepX, to += channels) {
                System.arraycopy(samples, from * channels, out, to, channels);
            }
        }
        return new Picture(w, h, channels, out, profile);
    }

    /** Equal in size, channels, depth, every sample and the profile. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Picture p
                && width == p.width
                && height == p.height
                && channels == p.channels
                && Arrays.equals(profile, p.profile)
                && (samples instanceof byte[] a
                        ? p.samples instanceof byte[] b && Arrays.equals(a, b)
                        : p.samples instanceof short[] s && Arrays.equals((short[]) samples, s));
    }

    @Override
    public int hashCode() {
        int content = samples instanceof byte[] b ? Arrays.hashCode(b) : Arrays.hashCode((short[]) samples);
        return 31 * (31 * (31 * width + height) + channels) + content;
    }

    @Override
    public String toString() {
        String kind = switch (channels) {
            case 1 -> "grey";
            case 2 -> "grey and alpha";
            case 3 -> "RGB";
            default -> "RGBA";
        };
        return width + " x " + height + " " + kind + ", " + depth() + " bit"
                + (profile == null ? "" : ", with a colour profile");
    }
}
