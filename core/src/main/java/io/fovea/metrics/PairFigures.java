package io.fovea.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * What the distances of all pairs i &lt; j say together. Both sets of distances are kept sorted, for the ranks; the pairs themselves are computed twice instead of being
 * kept. Sums are formed row by row and then in the order of the rows, so the number of threads does not change a bit of them.
 */
record PairFigures(double pearson, double spearman, double stress) {
    private static final int DD = 0;
    private static final int DE = 1;
    private static final int EE = 2;
    private static final int D = 3;
    private static final int E = 4;

    static PairFigures of(double[] x, int dims, double[] map, int mapDims) {
        int n = x.length / dims;
        Pairs pairs = new Pairs(x, dims, map, mapDims, n);
        long count = (long) n * (n - 1) / 2;
        double[] far = new double[Math.toIntExact(count)];
        double[] apart = new double[far.length];
        double[][] sums = new double[n][5];
        pairs.each((i, from, d, e) -> {
            int at = (int) ((long) i * (2L * n - i - 1) / 2);
            System.arraycopy(d, from, far, at, n - from);
            System.arraycopy(e, from, apart, at, n - from);
            for (int j = from; j < n; j++) {
                sums[i][DE] += d[j] * e[j];
                sums[i][EE] += e[j] * e[j];
                sums[i][D] += d[j];
                sums[i][E] += e[j];
            }
        });
        List.of(far, apart).parallelStream().forEach(Arrays::sort);
        double scale = sum(sums, EE) == 0 ? 0 : sum(sums, DE) / sum(sums, EE);
        return second(pairs, n, far, apart, sum(sums, D) / count, sum(sums, E) / count, scale);
    }

    private static PairFigures second(
            Pairs pairs, int n, double[] far, double[] apart, double meanD, double meanE, double scale) {
        double meanRank = (far.length - 1) / 2.0;
        double[][] linear = new double[n][3];
        double[][] ranked = new double[n][3];
        double[][] stress = new double[n][2];
        AverageRank ofFar = new AverageRank(far);
        AverageRank ofApart = new AverageRank(apart);
        pairs.each((i, from, d, e) -> {
            for (int j = from; j < n; j++) {
                product(linear[i], d[j] - meanD, e[j] - meanE);
                product(ranked[i], ofFar.of(d[j]) - meanRank, ofApart.of(e[j]) - meanRank);
                double off = d[j] - scale * e[j];
                stress[i][0] += off * off;
                stress[i][1] += d[j] * d[j];
            }
        });
        double total = sum(stress, 1);
        return new PairFigures(
                correlation(linear), correlation(ranked), total == 0 ? 0 : Math.sqrt(sum(stress, 0) / total));
    }

    private static void product(double[] sums, double a, double b) {
        sums[DD] += a * a;
        sums[DE] += a * b;
        sums[EE] += b * b;
    }

    private static double correlation(double[][] sums) {
        return sum(sums, DE) / (Math.sqrt(sum(sums, DD)) * Math.sqrt(sum(sums, EE)));
    }

    private static double sum(double[][] rows, int column) {
        double sum = 0;
        for (double[] row : rows) {
            sum += row[column];
        }
        return sum;
    }

    /** The distances of each row to the rows after it. */
    private static final class Pairs {
        private final double[] x;
        private final double[] map;
        private final int n;
        private final NeighbourRanks table;
        private final NeighbourRanks places;

        Pairs(double[] x, int dims, double[] map, int mapDims, int n) {
            this.x = x;
            this.map = map;
            this.n = n;
            table = new NeighbourRanks(x, dims, null);
            places = new NeighbourRanks(map, mapDims, null);
        }

        interface Row {
            /** Distances in the table and on the map; those of the pairs begin at {@code from}. */
            void take(int row, int from, double[] d, double[] e);
        }

        void each(Row use) {
            IntConsumer block = b -> {
                int first = b * NeighbourRanks.BLOCK;
                int count = Math.min(NeighbourRanks.BLOCK, n - first);
                double[][] d = new double[count][n];
                double[][] e = new double[count][n];
                table.distances(x, first, count, d);
                places.distances(map, first, count, e);
                for (int i = 0; i < count; i++) {
                    use.take(first + i, first + i + 1, d[i], e[i]);
                }
            };
            IntStream.range(0, (n + NeighbourRanks.BLOCK - 1) / NeighbourRanks.BLOCK).parallel().forEach(block);
        }
    }

    /** Ranks from 0 in a sorted array, equal values at their mean; a table of starting places makes the search short. */
    private static final class AverageRank {
        private static final int BUCKETS = 1 << 16;

        private final double[] sorted;
        private final double least;
        private final double perBucket;
        private final int[] start = new int[BUCKETS + 1];

        AverageRank(double[] sorted) {
            this.sorted = sorted;
            least = sorted[0];
            double range = sorted[sorted.length - 1] - least;
            perBucket = range > 0 ? (BUCKETS - 1) / range : 0;
            int at = 0;
            for (int b = 0; b <= BUCKETS; b++) {
                while (at < sorted.length && bucket(sorted[at]) < b) {
                    at++;
                }
                start[b] = at;
            }
        }

        private int bucket(double value) {
            return Math.min(BUCKETS - 1, (int) ((value - least) * perBucket));
        }

        double of(double value) {
            int b = bucket(value);
            int low = start[b];
            int high = start[b + 1];
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (sorted[middle] < value) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            int last = low + 1;
            int end = start[b + 1];
            if (last < end && sorted[last] == value) {
                last = endOf(value, last, end);
            }
            return (low + last - 1) / 2.0;
        }

        private int endOf(double value, int from, int to) {
            int low = from;
            int high = to;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (sorted[middle] <= value) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }
    }
}
