package io.fovea.image;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A Windows bitmap, decoded by the JDK. */
final class BmpFile implements Encoded {
    private static final int FILE_HEADER = 14;
    private static final int CORE_HEADER = 12;

    private final byte[] file;
    private final int width;
    private final int height;

    BmpFile(byte[] file) throws IOException {
        this.file = file;
        if (file.length < FILE_HEADER + CORE_HEADER) {
            throw new EOFException();
        }
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int headerSize = in.getInt(FILE_HEADER);
        if (headerSize == CORE_HEADER) {
            width = in.getShort(18) & 0xffff;
            height = in.getShort(20) & 0xffff;
            return;
        }
        if (headerSize < 40 || headerSize > file.length - FILE_HEADER) {
            throw new IOException("its header has an impossible length");
        }
        width = in.getInt(18);
        height = Math.abs(in.getInt(22));
        int compression = in.getInt(30);
        long row = ((long) width * (in.getShort(28) & 0xffff) + 31) / 32 * 4;
        boolean uncompressed = compression == 0 || compression == 3;
        if (width > 0 && uncompressed && row * height > file.length - Integer.toUnsignedLong(in.getInt(10))) {
            throw new EOFException();
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
    public Picture decode() throws IOException {
        return Codec.jdk("bmp", file, reader -> Picture.of(reader.read(0)));
    }
}
