package io.fovea.data;

import io.fovea.FoveaException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipException;

/**
 * An IDX file of bytes, as MNIST and its kin come: two zero bytes, the type 8, the number of dimensions, their sizes as big-endian ints, the values. Gzipped or not.
 *
 * @param sizes of the dimensions, the samples first
 * @param values row-major, unsigned
 */
record Idx(int[] sizes, byte[] values) {
    private static final int UNSIGNED_BYTE = 8;

    /** Whether a file begins as IDX files do. */
    static boolean is(Path file) {
        try (InputStream in = CsvDialect.open(file)) {
            byte[] head = in.readNBytes(4);
            return head.length == 4
                    && head[0] == 0
                    && head[1] == 0
                    && head[2] >= 8
                    && head[2] <= 14
                    && head[3] >= 1
                    && head[3] <= 4;
        } catch (IOException e) {
            throw FoveaException.cannotRead(file, e);
        }
    }

    /**
     * Reads a file.
     *
     * @throws FoveaException if it cannot be read, is no IDX file of unsigned bytes, or is shorter or longer than it says
     */
    static Idx read(Path file) {
        if (!is(file)) {
            throw new FoveaException(file + " is no IDX file.");
        }
        try (InputStream in = CsvDialect.open(file)) {
            byte[] head = in.readNBytes(4);
            if (head[2] != UNSIGNED_BYTE) {
                throw new FoveaException(
                        file + " is an IDX file of type " + head[2] + "; only type 8, unsigned bytes, is read.");
            }
            int[] sizes = new int[head[3]];
            long count = 1;
            for (int d = 0; d < sizes.length; d++) {
                sizes[d] = size(in);
                count = sizes[d] < 0 || count > Integer.MAX_VALUE ? Long.MAX_VALUE : count * sizes[d];
            }
            if (count < 1 || count > Integer.MAX_VALUE - 8) {
                throw new FoveaException(file + " says that it holds " + Arrays.toString(sizes)
                        + " values, which is nothing or too much; it is damaged.");
            }
            byte[] values = in.readNBytes((int) count);
            if (values.length < count || in.read() >= 0) {
                throw new FoveaException(file + " says that it holds " + Arrays.toString(sizes) + " values, but has "
                        + (values.length < count ? "only " + values.length : "more")
                        + "; it is damaged or was not copied completely.");
            }
            return new Idx(sizes, values);
        } catch (EOFException | ZipException e) {
            throw new FoveaException(file + " is cut off or damaged.", e);
        } catch (IOException e) {
            throw FoveaException.cannotRead(file, e);
        }
    }

    private static int size(InputStream in) throws IOException {
        byte[] b = in.readNBytes(4);
        if (b.length < 4) {
            throw new EOFException();
        }
        return (b[0] & 0xff) << 24 | (b[1] & 0xff) << 16 | (b[2] & 0xff) << 8 | (b[3] & 0xff);
    }
}
