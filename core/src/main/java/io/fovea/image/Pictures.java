package io.fovea.image;

import io.fovea.AtomicFile;
import io.fovea.FoveaException;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.BufferUnderflowException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.IIOException;

/**
 * Reads and writes picture files. What a file is, is decided by its content, not by its name. Sizes are checked against {@link Limits} before anything
 * is allocated for them. Every fault of a file is one {@link FoveaException} that names the file. All methods may be called from many threads.
 *
 * <p>What is read: PNG (1 to 16 bits, palettes, transparent colours, interlaced), JPEG (baseline, progressive, CMYK and YCCK turned to RGB), TIFF (8 and 16
 * bits, first page), WebP, BMP, GIF (first frame). The EXIF or TIFF orientation is applied. The ICC profile is kept beside the samples and not applied, except that
 * CMYK is turned to sRGB by its profile. The pixels of grey and three-component JPEG files are libjpeg's.
 */
public final class Pictures {
    /**
     * What a file says about itself before its pixels are decoded.
     *
     * @param width pixels per row, upright
     * @param height rows, upright
     */
    public record Header(Format format, int width, int height) {}

    private Pictures() {}

    /** {@link #read(Path, Limits)} with {@link Limits#DEFAULT}. */
    public static Picture read(Path file) {
        return read(file, Limits.DEFAULT);
    }

    /**
     * @throws FoveaException if the file cannot be read, is not a picture, is damaged or cut off, or exceeds the limits
     */
    public static Picture read(Path file, Limits limits) {
        return read(load(file, limits), file.toString(), limits);
    }

    /**
     * @param name what to call the stream in messages
     * @throws FoveaException if the stream cannot be read, is not a picture, is damaged or cut off, or exceeds the limits
     */
    public static Picture read(InputStream in, String name, Limits limits) {
        return read(load(in, name, limits), name, limits);
    }

    /**
     * @param content a whole picture file
     * @param name what to call it in messages
     * @throws FoveaException if it is not a picture, is damaged or cut off, or exceeds the limits
     */
    public static Picture read(byte[] content, String name, Limits limits) {
        Format format = format(content, name);
        Encoded file = open(content, format, name);
        limits.check(file.width(), file.height(), name);
        try {
            Picture stored = file.decode();
            byte[] profile = file.profile();
            boolean fits = profile != null && Icc.fits(profile, stored.channels());
            return (fits ? stored.withProfile(profile) : stored).upright(file.orientation());
        } catch (IOException | RuntimeException e) {
            throw unreadable(name, format, e);
        } catch (OutOfMemoryError e) {
            throw new FoveaException(
                    "Cannot read " + name + ": the Java heap of "
                            + (Runtime.getRuntime().maxMemory() >> 20) + " MB is too small for " + file.width() + " x "
                            + file.height() + " pixels; give it more with -Xmx.",
                    e);
        }
    }

    /**
     * Format and size of a file, without decoding it.
     *
     * @throws FoveaException if it cannot be read, is not a picture, or is damaged where it says its size
     */
    public static Header header(Path file) {
        return header(load(file, Limits.DEFAULT), file.toString());
    }

    /**
     * Format and size of a file in memory, without decoding it.
     *
     * @throws FoveaException if it is not a picture, or is damaged where it says its size
     */
    public static Header header(byte[] content, String name) {
        Format format = format(content, name);
        Encoded file = open(content, format, name);
        boolean turned = file.orientation() >= 5;
        return new Header(format, turned ? file.height() : file.width(), turned ? file.width() : file.height());
    }

    private static byte[] load(Path file, Limits limits) {
        try (InputStream in = Files.newInputStream(file)) {
            return load(in, file.toString(), limits);
        } catch (IOException e) {
            throw FoveaException.cannotRead(file, e);
        }
    }

    private static byte[] load(InputStream in, String name, Limits limits) {
        byte[] content;
        try {
            content = in.readNBytes(limits.maxFileBytes());
            if (content.length == limits.maxFileBytes() && in.read() >= 0) {
                throw new FoveaException("Cannot read " + name + ": it is longer than the limit of "
                        + limits.maxFileBytes() + " bytes.");
            }
        } catch (IOException e) {
            throw new FoveaException("Cannot read " + name + ": " + e.getMessage() + ".", e);
        }
        return content;
    }

    private static Format format(byte[] content, String name) {
        if (content.length == 0) {
            throw new FoveaException("Cannot read " + name + ": the file is empty.");
        }
        Format format = Format.ofContent(content);
        if (format == null) {
            throw new FoveaException("Cannot read " + name
                    + ": its content is none of the picture formats PNG, JPEG, TIFF, BMP, WebP, GIF.");
        }
        return format;
    }

    private static Encoded open(byte[] content, Format format, String name) {
        try {
            return switch (format) {
                case PNG -> new PngFile(content);
                case JPEG -> new JpegFile(content);
                case TIFF -> new TiffFile(content);
                case BMP -> new BmpFile(content);
                case WEBP -> new WebpFile(content);
                case GIF -> new GifFile(content);
            };
        } catch (IndexOutOfBoundsException | BufferUnderflowException e) {
            throw cutOff(name, format, e);
        } catch (IOException | RuntimeException e) {
            throw unreadable(name, format, e);
        }
    }

    private static FoveaException unreadable(String name, Format format, Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof EOFException) {
                return cutOff(name, format, e);
            }
        }
        if (e instanceof FoveaException) {
            return new FoveaException("Cannot read " + name + ": " + e.getMessage(), e);
        }
        boolean own = e.getMessage() != null && !(e instanceof IIOException) && e instanceof IOException;
        String reason = own ? e.getMessage() : "its data cannot be decoded";
        return new FoveaException(
                "Cannot read " + name + ": the " + format + " file is damaged or of a kind that is not supported: "
                        + reason + ".",
                e);
    }

    private static FoveaException cutOff(String name, Format format, Exception e) {
        return new FoveaException(
                "Cannot read " + name + ": the " + format
                        + " file is cut off; it is damaged or was not copied completely.",
                e);
    }

    /**
     * Writes a picture to a file, whole or not at all. What the format cannot hold is converted: JPEG and BMP have no alpha, so the picture is laid over white, and
     * 8 bits, so 16 are divided by 257 and rounded; BMP has no room for the profile, which is left out. PNG and TIFF keep everything.
     *
     * @throws FoveaException if the name's ending and the options name no format that can be written, the file exists and may not be replaced, the picture
     *     is too large for the format, or the file cannot be written
     */
    public static void write(Picture picture, Path file, WriteOptions options) {
        Format format = options.format() != null ? options.format() : Format.ofName(String.valueOf(file.getFileName()));
        if (format == null) {
            throw Format.unknownName(file.toString());
        }
        if (!options.overwrite() && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new FoveaException(
                    "Cannot write " + file + ": it exists already; choose another name or allow it to be overwritten.");
        }
        Encoder encoder = new Encoder(picture, format, options.jpegQuality(), file.toString());
        AtomicFile.write(file, channel -> {
            BufferedOutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
            encoder.write(out);
            out.flush();
        });
    }

    /**
     * Writes a picture to a stream, which stays open, converted where the format needs it as {@link #write(Picture, Path, WriteOptions)} says.
     *
     * @param options with a format
     * @throws FoveaException if the options name no format that can be written, or the picture is too large for it
     * @throws IOException what the stream throws
     */
    public static void write(Picture picture, OutputStream out, WriteOptions options) throws IOException {
        Format format = options.format();
        if (format == null) {
            throw new FoveaException("A picture written to a stream needs a format: name one in the options.");
        }
        new Encoder(picture, format, options.jpegQuality(), "a " + format.name().toLowerCase(Locale.ROOT) + " stream")
                .write(out);
    }
}
