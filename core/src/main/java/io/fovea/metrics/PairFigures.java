package io.fovea.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** What the distances of all pairs i &lt; j say together. Takes 32 bytes for each pair while it works. */
record PairFigures(double pearson, double spearman, double stress) {
    static PairFigures of(double[] x, int dims, double[] map, int mapDims) {
        int n = x.length / dims;
        double[] far = pairs(x, dims, n);
        double[] apart = pairs(map, mapDims, n);
        double pearson = correlation(far, apart);
        double stress = stress(far, apart);
        List.of(far, apart).parallelStream().forEach(PairFigures::toAverageRanks);
        return new PairFigures(pearson, correlation(far, apart), stress);
    }

    /** Distances of the pairs (0,1), (0,2) ... (1,2) ... */
    private static double[] pairs(double[] rows, int dims, int n) {
        double[] all = new double[Math.toIntExact((long) n * (n - 1) / 2)];
        NeighbourRanks distances = new NeighbourRanks(rows, dims, null);
        IntStream.range(0, (n + NeighbourRanks.BLOCK - 1) / NeighbourRanks.BLOCK)
                .parallel()
                .forEach(b -> {
                    int first = b * NeighbourRanks.BLOCK;
                    double[][] block = new double[Math.min(NeighbourRanks.BLOCK, n - first)][n];
                    distances.distances(rows, first, block.length, block);
                    for (int k = 0; k < block.length; k++) {
                        int i = first + k;
                        int at = (int) ((long) i * (2L * n - i - 1) / 2);
                        System.arraycopy(block[k], i + 1, all, at, n - i - 1);
                    }
                });
        return all;
    }

    private static double correlation(double[] a, double[] b) {
        double meanA = mean(a);
        double meanB = mean(b);
        double aa = 0;
        double ab = 0;
        double bb = 0;
        for (int p = 0; p < a.length; p++) {
            double u = a[p] - meanA;
            double v = b[p] - meanB;
            aa += u * u;
            ab += u * v;
            bb += v * v;
        }
        return ab / (Math.sqrt(aa) * Math.sqrt(bb));
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double v : values) {
            sum += v;
        }
        return sum / values.length;
    }

    private static double stress(double[] far, double[] apart) {
        double product = 0;
        double squares = 0;
        for (int p = 0; p < far.length; p++) {
            product += far[p] * apart[p];
            squares += apart[p] * apart[p];
        }
        double scale = squares == 0 ? 0 : product / squares;
        double off = 0;
        double total = 0;
        for (int p = 0; p < far.length; p++) {
            double difference = far[p] - scale * apart[p];
            off += difference * difference;
            total += far[p] * far[p];
        }
        return total == 0 ? 0 : Math.sqrt(off / total);
    }

    /**
     * Replaces values, none of them negative, by their ranks from 0, equal ones by their mean. What is sorted are whole numbers that hold as many leading bits of
     * the value as there is room for, and below them its place; where those bits are equal, the values decide.
     */
    static void toAverageRanks(double[] values) {
        int n = values.length;
        long least = Long.MAX_VALUE;
        long most = 0;
        for (double v : values) {
            least = Math.min(least, Double.doubleToRawLongBits(v));
            most = Math.max(most, Double.doubleToRawLongBits(v));
        }
        int placeBits = Integer.SIZE - Integer.numberOfLeadingZeros(n - 1);
        int valueBits = Long.SIZE - Long.numberOfLeadingZeros(most - least);
        int cut = Math.max(0, valueBits + placeBits - (Long.SIZE - 1));
        long[] keys = new long[n];
        for (int p = 0; p < n; p++) {
            keys[p] = (Double.doubleToRawLongBits(values[p]) - least) >>> cut << placeBits | p;
        }
        Arrays.sort(keys);
        int placeMask = (1 << placeBits) - 1;
        for (int from = 0, to; from < n; from = to) {
            to = from + 1;
            while (to < n && keys[to] >>> placeBits == keys[from] >>> placeBits) {
                to++;
            }
            rankRun(values, keys, from, to, placeMask);
        }
    }

    private static void rankRun(double[] values, long[] keys, int from, int to, int placeMask) {
        if (to == from + 1) {
            values[(int) keys[from] & placeMask] = from;
            return;
        }
        double[] sorted = new double[to - from];
        for (int i = from; i < to; i++) {
            sorted[i - from] = values[(int) keys[i] & placeMask];
        }
        Arrays.sort(sorted);
        for (int i = from; i < to; i++) {
            double value = values[(int) keys[i] & placeMask];
            int first = NeighbourRanks.firstOf(sorted, value);
            int end = NeighbourRanks.firstOf(sorted, Math.nextUp(value));
            values[(int) keys[i] & placeMask] = from + (first + end - 1) / 2.0;
        }
    }
}
