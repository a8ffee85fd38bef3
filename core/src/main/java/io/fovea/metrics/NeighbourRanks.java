package io.fovea.metrics;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Euclidean distances from direct differences in float64, and the ranks that follow from them: 1 is the nearest other row, equal distances come in the order
 * of the rows. Distances are worked out for a few rows at a time, column by column, so that no matrix of all pairs is needed.
 */
final class NeighbourRanks {
    /** Rows whose distances are computed together, sharing what is read from memory. */
    static final int BLOCK = 8;

    private static final int TILE = 256;

    private final double[] byColumn;
    private final int dims;
    private final int references;

    /**
     * @param rows row-major, rows x dims
     * @param chosen the rows that distances go to, ascending; null for all
     */
    NeighbourRanks(double[] rows, int dims, int @Nullable [] chosen) {
        this.dims = dims;
        references = chosen == null ? rows.length / dims : chosen.length;
        byColumn = new double[Math.multiplyExact(references, dims)];
        for (int j = 0; j < references; j++) {
            int from = (chosen == null ? j : chosen[j]) * dims;
            for (int c = 0; c < dims; c++) {
                byColumn[c * references + j] = rows[from + c];
            }
        }
    }

    int references() {
        return references;
    }

    /**
     * Distances of {@code count} rows to all references.
     *
     * @param rows row-major; the first of them is row {@code first}
     * @param into count arrays of as many elements as there are references
     */
    void distances(double[] rows, int first, int count, double[][] into) {
        for (int b = 0; b < count; b++) {
            Arrays.fill(into[b], 0, references, 0);
        }
        for (int tile = 0; tile < references; tile += TILE) {
            int end = Math.min(references, tile + TILE);
            for (int c = 0; c < dims; c++) {
                for (int b = 0; b < count; b++) {
                    addSquares(rows[(first + b) * dims + c], byColumn, c * references, into[b], tile, end);
                }
            }
        }
        for (int b = 0; b < count; b++) {
            double[] row = into[b];
            for (int j = 0; j < references; j++) {
                row[j] = Math.sqrt(row[j]);
            }
        }
    }

    private static void addSquares(double value, double[] column, int offset, double[] sums, int from, int to) {
        for (int j = from; j < to; j++) {
            double difference = value - column[offset + j];
            sums[j] += difference * difference;
        }
    }

    /** Orders the references of one row after the other by their distance: a radix sort, which keeps equal ones in their order. */
    static final class Ranker {
        private static final int BITS = 11;

        private final int n;
        private long[] keys;
        private long[] otherKeys;
        private int[] rows;
        private int[] otherRows;
        private final int[] starts = new int[(1 << BITS) + 1];

        Ranker(int references) {
            n = references;
            keys = new long[n];
            otherKeys = new long[n];
            rows = new int[n];
            otherRows = new int[n];
        }

        /**
         * Ranks of the references by their distance from one row.
         *
         * @param self the reference that is the row itself and gets rank 0, or -1
         * @param into ranks by reference
         */
        void ranks(double[] distances, int self, int[] into) {
            int count = 0;
            long different = 0;
            for (int j = 0; j < n; j++) {
                if (j != self) {
                    keys[count] = Double.doubleToRawLongBits(
                            distances[j]); // in the order of the distances, which are not negative
                    rows[count] = j;
                    different |= keys[count] ^ keys[0];
                    count++;
                }
            }
            for (int shift = 0; shift < Long.SIZE; shift += BITS) {
                if ((different >>> shift & (1 << BITS) - 1) != 0) {
                    pass(shift, count);
                }
            }
            for (int r = 0; r < count; r++) {
                into[rows[r]] = r + 1;
            }
            if (self >= 0) {
                into[self] = 0;
            }
        }

        private void pass(int shift, int count) {
            int mask = (1 << BITS) - 1;
            Arrays.fill(starts, 0);
            for (int i = 0; i < count; i++) {
                starts[(int) (keys[i] >>> shift & mask) + 1]++;
            }
            for (int b = 0; b < mask; b++) {
                starts[b + 1] += starts[b];
            }
            for (int i = 0; i < count; i++) {
                int at = starts[(int) (keys[i] >>> shift & mask)]++;
                otherKeys[at] = keys[i];
                otherRows[at] = rows[i];
            }
            long[] sortedKeys = otherKeys;
            otherKeys = keys;
            keys = sortedKeys;
            int[] sortedRows = otherRows;
            otherRows = rows;
            rows = sortedRows;
        }
    }

    /** Index of the first element that is not below {@code value}. */
    static int firstOf(double[] sorted, double value) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
