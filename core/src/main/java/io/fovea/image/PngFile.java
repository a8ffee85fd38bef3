package io.fovea.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * A PNG file (ISO/IEC 15948), walked chunk by chunk with the checksums of everything that shapes the picture. The JDK's decoder receives header, palette and
 * data alone; the transparent colour of grey and RGB pictures is applied here, at the file's own bit depth.
 */
final class PngFile implements Encoded {
    private static final int SIGNATURE = 8;
    private static final int GREY = 0;
    private static final int RGB = 2;
    private static final int PALETTE = 3;
    /** Deflate can shrink no more than this. */
    private static final int MAX_RATIO = 1032;

    private static final int MAX_PROFILE = 16 << 20;

    private final byte[] file;
    private final ByteArrayOutputStream essence = new ByteArrayOutputStream();
    private int width;
    private int height;
    private int bits;
    private int type = -1;
    private long dataBytes;
    private byte @Nullable [] transparent;
    private byte @Nullable [] profile;
    private int orientation = 1;

    PngFile(byte[] file) throws IOException {
        this.file = file;
        essence.write(file, 0, SIGNATURE);
        int at = SIGNATURE;
        boolean end = false;
        while (!end && at < file.length) {
            if (at + 12 > file.length) {
                throw new EOFException();
            }
            int length = ByteBuffer.wrap(file).getInt(at);
            if (length < 0 || length > file.length - at - 12) {
                throw new EOFException();
            }
            String name = new String(file, at + 4, 4, StandardCharsets.ISO_8859_1);
            chunk(name, at, length);
            end = name.equals("IEND");
            at += 12 + length;
        }
        if (type < 0 || dataBytes == 0 || !end) {
            throw new EOFException();
        }
        long raw = ((long) width * bits * samplesPerPixel() + 7) / 8 * height;
        if (raw / MAX_RATIO > dataBytes) {
            throw new IOException("it claims " + width + " x " + height + " pixels but is far too short for them");
        }
    }

    private void chunk(String name, int at, int length) throws IOException {
        if (type < 0 && !name.equals("IHDR")) {
            throw new IOException("its first chunk is not the header");
        }
        switch (name) {
            case "IHDR" -> header(keep(at, length), length);
            case "PLTE", "IEND" -> keep(at, length);
            case "IDAT" -> {
                keep(at, length);
                dataBytes += length;
            }
            case "tRNS" -> {
                if (type == PALETTE) {
                    keep(at, length);
                } else {
                    transparent = Arrays.copyOfRange(file, at + 8, at + 8 + length);
                }
            }
            case "iCCP" -> profile = inflateProfile(at + 8, at + 8 + length);
            case "eXIf" -> orientation = Exif.orientation(Arrays.copyOfRange(file, at + 8, at + 8 + length));
            default -> {
                if (Character.isUpperCase(name.charAt(0))) {
                    throw new IOException("it has an unknown critical chunk");
                }
            }
        }
    }

    /** Checks a chunk's checksum, passes the chunk on to the decoder, and returns where its content begins. */
    private int keep(int at, int length) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(file, at + 4, length + 4);
        if ((int) crc.getValue() != ByteBuffer.wrap(file).getInt(at + 8 + length)) {
            throw new IOException("the checksum of a part of it is wrong");
        }
        essence.write(file, at, length + 12);
        return at + 8;
    }

    private void header(int at, int length) throws IOException {
        if (type >= 0 || length != 13) {
            throw new IOException("its header is not one of 13 bytes");
        }
        ByteBuffer in = ByteBuffer.wrap(file);
        width = in.getInt(at);
        height = in.getInt(at + 4);
        bits = file[at + 8];
        type = file[at + 9];
        boolean known = switch (type) {
            case GREY -> bits == 1 || bits == 2 || bits == 4 || bits == 8 || bits == 16;
            case PALETTE -> bits == 1 || bits == 2 || bits == 4 || bits == 8;
            case RGB, 4, 6 -> bits == 8 || bits == 16;
            default -> false;
        };
        if (!known || width < 1 || height < 1) {
            throw new IOException("its header names a kind of picture that PNG does not have");
        }
    }

    private int samplesPerPixel() {
        return switch (type) {
            case RGB -> 3;
            case 4 -> 2;
            case 6 -> 4;
            default -> 1;
        };
    }

    /** The profile of an iCCP chunk: name, zero, method 0, deflated data. A damaged one is left out: the pixels do not need it. */
    private byte @Nullable [] inflateProfile(int from, int to) {
        int at = from;
        while (at < to && file[at] != 0) {
            at++;
        }
        if (at + 2 > to) {
            return null;
        }
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(file, at + 2, to - at - 2);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] buffer = new byte[4096];
            while (!inflater.finished() && out.size() < MAX_PROFILE) {
                int n = inflater.inflate(buffer);
                if (n == 0) {
                    return null;
                }
                out.write(buffer, 0, n);
            }
            return inflater.finished() ? out.toByteArray() : null;
        } catch (DataFormatException e) {
            return null;
        } finally {
            inflater.end();
        }
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public int orientation() {
        return orientation;
    }

    @Override
    public byte @Nullable [] profile() {
        return profile;
    }

    @Override
    public Picture decode() throws IOException {
        return Codec.jdk("png", essence.toByteArray(), reader -> {
            BufferedImage image = reader.read(0);
            return type == GREY || type == RGB ? plain(image) : Picture.of(image);
        });
    }

    /** Grey or RGB: stored samples, made transparent where they equal the file's transparent colour, then spread from 1, 2 or 4 bits to 8. */
    private Picture plain(BufferedImage image) {
        int channels = type == GREY ? 1 : 3;
        Picture stored = new Picture(
                width, height, channels, Rasters.interleaved(image.getRaster(), channels, Math.max(8, bits)), null);
        Picture alpha = transparent == null || transparent.length < 2 * channels
                ? null
                : alphaOf(stored, ByteBuffer.wrap(transparent));
        if (bits < 8) {
            byte[] samples = stored.bytes();
            int spread = 255 / ((1 << bits) - 1);
            for (int i = 0; i < samples.length; i++) {
                samples[i] = (byte) (samples[i] * spread);
            }
        }
        return alpha == null ? stored : stored.withAlpha(alpha);
    }

    private Picture alphaOf(Picture stored, ByteBuffer key) {
        int channels = stored.channels();
        Object alpha = Picture.newSamples(width, height, 1, stored.depth());
        for (int p = 0; p < width * height; p++) {
            boolean opaque = false;
            for (int c = 0; c < channels; c++) {
                opaque |= stored.at(p * channels + c) != (key.getShort(2 * c) & 0xffff);
            }
            if (opaque && alpha instanceof byte[] b) {
                b[p] = -1;
            } else if (opaque && alpha instanceof short[] s) {
                s[p] = -1;
            }
        }
        return new Picture(width, height, 1, alpha, null);
    }
}
