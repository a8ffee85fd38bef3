package io.fovea.image;

import java.io.EOFException;
import java.io.IOException;

/** A GIF file: its first frame, laid on the logical screen, which is transparent where the frame does not reach. */
final class GifFile implements Encoded {
    private static final int HEADER = 13;

    private final byte[] file;
    private final int screenWidth;
    private final int screenHeight;
    private final int left;
    private final int top;
    private final int frameWidth;
    private final int frameHeight;

    GifFile(byte[] file) throws IOException {
        this.file = file;
        if (file.length < HEADER) {
            throw new EOFException();
        }
        screenWidth = u16(6);
        screenHeight = u16(8);
        int at = HEADER + ((u8(10) & 0x80) == 0 ? 0 : 3 << ((u8(10) & 7) + 1));
        while (true) {
            if (at + 10 > file.length) {
                throw new EOFException();
            }
            int block = u8(at);
            if (block == 0x2c) {
                break;
            }
            if (block != 0x21) {
                throw new IOException("it has an unknown block before its first frame");
            }
            at = skipBlocks(at + 2);
        }
        left = u16(at + 1);
        top = u16(at + 3);
        frameWidth = u16(at + 5);
        frameHeight = u16(at + 7);
        int codes = at + 10 + ((u8(at + 9) & 0x80) == 0 ? 0 : 3 << ((u8(at + 9) & 7) + 1)) + 1;
        skipBlocks(codes); // the decoder would fill what is missing with the first colour
    }

    /** Steps over blocks, each after its length, up to the empty one that ends them. */
    private int skipBlocks(int at) throws EOFException {
        int next = at;
        while (next < file.length && u8(next) != 0) {
            next += 1 + u8(next);
        }
        if (next >= file.length) {
            throw new EOFException();
        }
        return next + 1;
    }

    private int u8(int at) {
        return file[at] & 0xff;
    }

    private int u16(int at) {
        return u8(at) | (u8(at + 1) << 8);
    }

    /** The screen, or more where the frame reaches beyond it. */
    @Override
    public int width() {
        return Math.max(screenWidth, left + frameWidth);
    }

    @Override
    public int height() {
        return Math.max(screenHeight, top + frameHeight);
    }

    @Override
    public Picture decode() throws IOException {
        return Codec.jdk("gif", file, reader -> Picture.of(reader.read(0))).onCanvas(left, top, width(), height());
    }
}
