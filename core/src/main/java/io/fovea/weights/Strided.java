package io.fovea.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;

/** How a tensor lies in its storage, as torch counts it: element i of a dimension is i times its stride after the offset, in elements. */
final class Strided {
    private static final int CHUNK = 1 << 16;

    private final long[] shape;
    private final long[] strides;
    private final long offset;
    private final int size;

    /** {@code size}: bytes of an element. Shape and strides are not negative. */
    Strided(long[] shape, long[] strides, long offset, int size) {
        this.shape = shape;
        this.strides = strides;
        this.offset = offset;
        this.size = size;
    }

    /** Whether every element lies within a storage of so many bytes. */
    boolean fits(long storageBytes) {
        if (shape.length != strides.length || offset < 0) {
            return false;
        }
        try {
            long last = offset;
            long count = size;
            for (int d = 0; d < shape.length; d++) {
                last = Math.addExact(last, Math.multiplyExact(Math.max(shape[d] - 1, 0), strides[d]));
                count = Math.multiplyExact(count, Math.max(shape[d], 1));
            }
            boolean empty = bytes() == 0;
            return empty || Math.multiplyExact(Math.addExact(last, 1), size) <= storageBytes;
        } catch (ArithmeticException overflow) {
            return false;
        }
    }

    /** Bytes of all elements, each counted once; meaningful where the tensor fits. */
    long bytes() {
        long bytes = size;
        for (long d : shape) {
            bytes *= d;
        }
        return bytes;
    }

    /** Hands out the elements in row-major order; {@code at} is where the storage begins in the file. */
    void read(FileBytes file, long at, Consumer<ByteBuffer> use) {
        long begin = at + offset * size;
        if (bytes() == 0) {
            return;
        }
        if (contiguous()) {
            file.read(begin, bytes(), use);
            return;
        }
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        long[] index = new long[shape.length];
        long element = begin;
        for (long left = bytes() / size; left > 0; left--) {
            for (int b = 0; b < size; b++) {
                chunk.put((byte) file.byteAt(element + b));
            }
            if (!chunk.hasRemaining() || left == 1) {
                use.accept(chunk.flip());
                chunk.clear();
            }
            element += step(index);
        }
    }

    /** Moves the index on by one element, the last dimension fastest, and returns by how many bytes. */
    private long step(long[] index) {
        long moved = 0;
        for (int d = shape.length - 1; d >= 0; d--) {
            moved += strides[d];
            if (++index[d] < shape[d]) {
                break;
            }
            moved -= index[d] * strides[d];
            index[d] = 0;
        }
        return moved * size;
    }

    private boolean contiguous() {
        long expected = 1;
        for (int d = shape.length - 1; d >= 0; d--) {
            if (shape[d] != 1 && strides[d] != expected) {
                return false;
            }
            expected *= shape[d];
        }
        return true;
    }

    @Override
    public String toString() {
        return "shape " + Arrays.toString(shape) + " and strides " + Arrays.toString(strides) + " at " + offset;
    }
}
