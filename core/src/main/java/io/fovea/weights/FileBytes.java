package io.fovea.weights;

import io.fovea.FoveaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/**
 * The bytes of a file, random access, little-endian, immutable and thread-safe. Large files are mapped, in pieces because a Java buffer
 * ends at 2 GB; small ones are read, which is cheaper and leaves no mapping behind (Windows cannot replace a mapped file).
 */
final class FileBytes {
    private static final int PIECE = 1 << 30;
    private static final long SMALL = 16 << 20;

    private final String name;
    private final ByteBuffer[] pieces;
    private final int pieceSize;
    private final long length;

    private FileBytes(String name, ByteBuffer[] pieces, int pieceSize, long length) {
        this.name = name;
        this.pieces = pieces;
        this.pieceSize = pieceSize;
        this.length = length;
    }

    static FileBytes of(String name, byte[] content) {
        return new FileBytes(
                name, new ByteBuffer[] {ByteBuffer.wrap(content)}, Math.max(1, content.length), content.length);
    }

    static FileBytes open(Path path) {
        return open(path, SMALL, PIECE);
    }

    static FileBytes open(Path path, long mapAbove, int pieceSize) {
        if (!Files.exists(path)) {
            throw new FoveaException("There is no file " + path + ".");
        }
        if (Files.isDirectory(path)) {
            throw new FoveaException(path + " is a folder, a weights file was expected.");
        }
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
            long length = file.size();
            if (length <= mapAbove) {
                return of(path.toString(), readAll(file, (int) length));
            }
            ByteBuffer[] pieces = new ByteBuffer[Math.toIntExact((length + pieceSize - 1) / pieceSize)];
            for (int i = 0; i < pieces.length; i++) {
                long at = (long) i * pieceSize;
                pieces[i] = file.map(MapMode.READ_ONLY, at, Math.min(pieceSize, length - at));
            }
            return new FileBytes(path.toString(), pieces, pieceSize, length);
        } catch (AccessDeniedException e) {
            throw new FoveaException(path + " cannot be read: permission denied.", e);
        } catch (IOException e) {
            throw new FoveaException(path + " cannot be read: " + e.getMessage() + ".", e);
        }
    }

    private static byte[] readAll(FileChannel file, int length) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(length);
        while (content.hasRemaining() && file.read(content) >= 0) {}
        if (content.hasRemaining()) {
            throw new IOException("it became shorter while it was read");
        }
        return content.array();
    }

    String name() {
        return name;
    }

    long length() {
        return length;
    }

    int byteAt(long at) {
        return pieces[(int) (at / pieceSize)].get((int) (at % pieceSize)) & 0xff;
    }

    int shortAt(long at) {
        return byteAt(at) | byteAt(at + 1) << 8;
    }

    int intAt(long at) {
        return shortAt(at) | shortAt(at + 2) << 16;
    }

    long longAt(long at) {
        return (intAt(at) & 0xffffffffL) | (long) intAt(at + 4) << 32;
    }

    /** A copy of a short range. */
    byte[] copy(long at, int count) {
        ByteBuffer copy = ByteBuffer.allocate(count);
        read(at, count, copy::put);
        return copy.array();
    }

    /** Calls {@code use} with views of a range, in order, read-only and little-endian. */
    void read(long at, long count, Consumer<ByteBuffer> use) {
        long end = at + count;
        while (at < end) {
            int from = (int) (at % pieceSize);
            int n = (int) Math.min(pieceSize - from, end - at);
            use.accept(pieces[(int) (at / pieceSize)]
                    .slice(from, n)
                    .asReadOnlyBuffer()
                    .order(ByteOrder.LITTLE_ENDIAN));
            at += n;
        }
    }

    /** Whether the file has these bytes there. */
    boolean has(long at, byte... wanted) {
        if (at < 0 || at + wanted.length > length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if ((byte) byteAt(at + i) != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    /** The error for this file: its name and what is wrong with it, a clause. */
    FoveaException wrong(String what) {
        return new FoveaException(name + " " + what + ".");
    }

    /** Text found in a file, fit to be shown: quoted, cut to 100 characters, control characters replaced. */
    static String quoted(String text) {
        String cut = text.length() > 100 ? text.substring(0, 100) + "..." : text;
        return "\"" + cut.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?") + "\"";
    }
}
