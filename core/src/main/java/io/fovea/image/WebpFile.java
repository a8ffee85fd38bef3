package io.fovea.image;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A WebP file, lossy or lossless; of an animation, the first frame on its canvas. TwelveMonkeys decodes it from a file rebuilt from pixels and alpha alone, because
 * it would apply a profile.
 */
final class WebpFile implements Encoded {
    private static final int RIFF_HEADER = 12;
    private static final int CHUNK_HEADER = 8;
    private static final int FRAME_HEADER = 16;
    private static final int HAS_ALPHA = 0x10;

    private final byte[] file;
    private final ByteBuffer in;
    private int canvasWidth;
    private int canvasHeight;
    private int left;
    private int top;
    private int frameWidth;
    private int frameHeight;
    private int orientation = 1;
    private byte @Nullable [] profile;
    private byte[] alpha = {};
    private byte[] pixels = {};
    private boolean lossless;
    private boolean inFrame;

    WebpFile(byte[] file) throws IOException {
        this.file = file;
        in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        long end = CHUNK_HEADER + Integer.toUnsignedLong(in.getInt(4));
        if (end > file.length) {
            throw new EOFException();
        }
        chunks(RIFF_HEADER, (int) end);
        if (pixels.length == 0) {
            throw new EOFException();
        }
    }

    private void chunks(int from, int end) throws IOException {
        long at = from;
        while (at + CHUNK_HEADER <= end) {
            long length = Integer.toUnsignedLong(in.getInt((int) at + 4));
            if (length > end - at - CHUNK_HEADER) {
                throw new EOFException();
            }
            chunk(new String(file, (int) at, 4, StandardCharsets.ISO_8859_1), (int) at, (int) length);
            at += CHUNK_HEADER + length + length % 2;
        }
    }

    /** Takes in the chunk that begins at {@code at}. Of pixels, alpha and animation frames only the first counts. */
    private void chunk(String name, int at, int length) throws IOException {
        int content = at + CHUNK_HEADER;
        boolean first = pixels.length == 0;
        switch (name) {
            case "VP8X" -> {
                canvasWidth = 1 + u24(content + 4);
                canvasHeight = 1 + u24(content + 7);
            }
            case "ICCP" -> profile = Arrays.copyOfRange(file, content, content + length);
            case "EXIF" -> orientation = Exif.orientation(Arrays.copyOfRange(file, content, content + length));
            case "ANMF" -> {
                if (first && !inFrame) {
                    inFrame = true;
                    left = 2 * u24(content);
                    top = 2 * u24(content + 3);
                    chunks(content + FRAME_HEADER, content + length);
                }
            }
            case "ALPH" -> {
                if (first) {
                    alpha = whole(at, length);
                }
            }
            case "VP8 ", "VP8L" -> {
                if (first) {
                    pixels(name.equals("VP8L"), at, length);
                }
            }
            default -> {}
        }
    }

    private void pixels(boolean asLossless, int at, int length) {
        int content = at + CHUNK_HEADER;
        lossless = asLossless;
        if (lossless) {
            int sides = in.getInt(content + 1);
            frameWidth = 1 + (sides & 0x3fff);
            frameHeight = 1 + ((sides >>> 14) & 0x3fff);
        } else {
            frameWidth = in.getShort(content + 6) & 0x3fff;
            frameHeight = in.getShort(content + 8) & 0x3fff;
        }
        pixels = whole(at, length);
    }

    private byte[] whole(int at, int length) {
        return Arrays.copyOfRange(file, at, at + CHUNK_HEADER + length + length % 2);
    }

    private int u24(int at) {
        return (in.getShort(at) & 0xffff) | ((in.get(at + 2) & 0xff) << 16);
    }

    @Override
    public int width() {
        return Math.max(canvasWidth, left + frameWidth);
    }

    @Override
    public int height() {
        return Math.max(canvasHeight, top + frameHeight);
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
        return Codec.read(new WebPImageReaderSpi(), rebuilt(), reader -> Picture.of(reader.read(0)))
                .onCanvas(left, top, width(), height());
    }

    private byte[] rebuilt() {
        boolean extended = alpha.length > 0 && !lossless;
        int size = RIFF_HEADER + (extended ? CHUNK_HEADER + 10 + alpha.length : 0) + pixels.length;
        ByteBuffer out = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        out.put(ascii("RIFF")).putInt(size - CHUNK_HEADER).put(ascii("WEBP"));
        if (extended) {
            out.put(ascii("VP8X")).putInt(10).putInt(HAS_ALPHA);
            putU24(out, frameWidth - 1);
            putU24(out, frameHeight - 1);
            out.put(alpha);
        }
        return out.put(pixels).array();
    }

    private static void putU24(ByteBuffer out, int value) {
        out.putShort((short) value).put((byte) (value >> 16));
    }

    private static byte[] ascii(String name) {
        return name.getBytes(StandardCharsets.ISO_8859_1);
    }
}
