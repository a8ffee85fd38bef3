package io.fovea.metrics;

import io.fovea.FoveaException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How well a map keeps what a table says about its rows, exactly: every pair counts. With N rows, D the Euclidean distances in the table and d those on the map,
 * and r(i,j) the rank of j among the others of i (1 the nearest, equal distances in the order of j):
 *
 * <ul>
 *   <li>trustworthiness and continuity (Venna and Kaski 2001): 1 - 2/(NK(2N-3K-1)) times the sum of r - K over the K nearest on the map that are not among the K nearest in the
 *       table, and the other way round
 *   <li>Q(K) (Lee and Verleysen 2009): the mean share of the K nearest that both have; R(K) = ((N-1)Q(K) - K)/(N-1-K), 0 for chance and 1 for perfect; their mean weighted by
 *       1/K; the local continuity Q(K) - K/(N-1) with the K where it is largest, and the means of Q up to there and from there
 *   <li>the correlations of D and d (Shepard), and Kruskal's stress with the best scale
 *   <li>how many rows have the label of the majority of their K nearest on the map
 * </ul>
 */
public final class MapQuality {
    /** Above so many rows, evaluate samples: {@link MapSamples}. */
    public static final int EXACT_UP_TO = 5000;

    private final int n;
    private final int[] ks;
    private final double[] trust;
    private final double[] continuity;
    private final double[] q;
    private final double pearson;
    private final double spearman;
    private final double stress;
    private final Map<Integer, Double> labels = new LinkedHashMap<>();

    private MapQuality(Pass pass, int[] ks, PairFigures pairs) {
        n = pass.n;
        this.ks = ks;
        trust = new double[ks.length];
        continuity = new double[ks.length];
        for (int a = 0; a < ks.length; a++) {
            trust[a] = 1 - scale(ks[a], n) * pass.wrong[a] / n;
            continuity[a] = 1 - scale(ks[a], n) * pass.lost[a] / n;
        }
        q = new double[n];
        long within = 0;
        for (int k = 1; k < n; k++) {
            within += pass.histogram[k];
            q[k] = within / ((double) n * k);
        }
        pearson = pairs.pearson();
        spearman = pairs.spearman();
        stress = pairs.stress();
    }

    /**
     * Measures a map. Time grows with the square of the rows: 5,000 rows of 64 columns take seconds.
     *
     * @param x rows of the table as the map's maker saw them (scaled), row-major, rows x dims
     * @param map their places, row-major, rows x mapDims
     * @param labels one for each row, for the share of rows among their own; or null
     * @param ks the numbers of neighbours asked for, each fewer than half of the rows
     * @throws FoveaException if the arrays are not of equally many rows, hold values that are not finite, or a K does not fit
     */
    public static MapQuality of(
            double[] x, int dims, double[] map, int mapDims, @Nullable List<String> labels, int... ks) {
        int n = rows(x, dims, map, mapDims);
        for (int k : ks) {
            checkK(k, n);
        }
        if (labels != null && labels.size() != n) {
            throw new FoveaException("There are " + labels.size() + " labels for " + n + " rows.");
        }
        Pass pass = new Pass(x, dims, map, mapDims, ks, labels == null ? null : numbered(labels));
        MapQuality quality = new MapQuality(pass, ks.clone(), PairFigures.of(x, dims, map, mapDims));
        for (int a = 0; labels != null && a < ks.length; a++) {
            quality.labels.put(ks[a], pass.own[a] / (double) n);
        }
        if (labels != null) {
            quality.labels.put(1, pass.own[ks.length] / (double) n);
        }
        return quality;
    }

    /** As {@link #of(double[], int, double[], int, List, int...)} for single precision, which is widened. */
    public static MapQuality of(
            float[] x, int dims, float[] map, int mapDims, @Nullable List<String> labels, int... ks) {
        return of(widened(x), dims, widened(map), mapDims, labels, ks);
    }

    static double[] widened(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }

    static int rows(double[] x, int dims, double[] map, int mapDims) {
        if (dims < 1 || mapDims < 1 || x.length % dims != 0 || map.length % mapDims != 0) {
            throw new FoveaException(x.length + " and " + map.length + " values are no whole rows of " + dims + " and "
                    + mapDims + " columns.");
        }
        int n = x.length / dims;
        if (map.length / mapDims != n) {
            throw new FoveaException("The table has " + n + " rows, the map " + map.length / mapDims + ".");
        }
        if (n < 4) {
            throw new FoveaException("A map of " + n + " rows cannot be measured; at least 4 are needed.");
        }
        checkFinite("table", x, dims);
        checkFinite("map", map, mapDims);
        return n;
    }

    private static void checkFinite(String what, double[] values, int dims) {
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new FoveaException("Column " + (i % dims + 1) + " of row " + (i / dims + 1) + " of the " + what
                        + " is " + values[i] + "; measures need finite numbers.");
            }
        }
    }

    static void checkK(int k, int n) {
        if (k < 1 || 2L * k >= n) {
            throw new FoveaException("K = " + k + " neighbours of " + n
                    + " rows cannot be measured: K is at least 1 and less than half of the rows.");
        }
    }

    /** 2 / (K (2N - 3K - 1)): makes the sum of one row at most 1. */
    static double scale(int k, int n) {
        return 2.0 / (k * (2.0 * n - 3.0 * k - 1));
    }

    private static int[] numbered(List<String> labels) {
        Map<@Nullable String, Integer> numbers = new HashMap<>();
        int[] out = new int[labels.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = numbers.computeIfAbsent(labels.get(i), l -> numbers.size());
        }
        return out;
    }

    // ---- ranks ----

    /** What one look at the ranks of all pairs yields; whole numbers only, so the order of work does not matter. */
    private static final class Pass {
        final int n;
        final int[] ks;
        final int @Nullable [] label;
        /** Pairs by the larger of their two ranks. */
        final long[] histogram;

        final long[] wrong;
        final long[] lost;
        /** Rows whose neighbours on the map vote for their label, by K; the last for K = 1. */
        final long[] own;

        Pass(double[] x, int dims, double[] map, int mapDims, int[] ks, int @Nullable [] label) {
            n = x.length / dims;
            this.ks = ks;
            this.label = label;
            histogram = new long[n];
            wrong = new long[ks.length];
            lost = new long[ks.length];
            own = new long[ks.length + 1];
            NeighbourRanks table = new NeighbourRanks(x, dims, null);
            NeighbourRanks places = new NeighbourRanks(map, mapDims, null);
            int blocks = (n + NeighbourRanks.BLOCK - 1) / NeighbourRanks.BLOCK;
            IntStream.range(0, blocks).parallel().forEach(b -> {
                int first = b * NeighbourRanks.BLOCK;
                int count = Math.min(NeighbourRanks.BLOCK, n - first);
                double[][] far = new double[count][n];
                double[][] apart = new double[count][n];
                table.distances(x, first, count, far);
                places.distances(map, first, count, apart);
                rows(first, far, apart);
            });
        }

        private void rows(int first, double[][] far, double[][] apart) {
            NeighbourRanks.Ranker ranker = new NeighbourRanks.Ranker(n);
            int[] inTable = new int[n];
            int[] onMap = new int[n];
            long[] larger = new long[n];
            long[] wrongHere = new long[ks.length];
            long[] lostHere = new long[ks.length];
            long[] ownHere = new long[own.length];
            for (int i = 0; i < far.length; i++) {
                ranker.ranks(far[i], first + i, inTable);
                ranker.ranks(apart[i], first + i, onMap);
                for (int j = 0; j < n; j++) {
                    larger[Math.max(inTable[j], onMap[j])]++;
                }
                for (int a = 0; a < ks.length; a++) {
                    wrongHere[a] += intruders(onMap, inTable, ks[a]);
                    lostHere[a] += intruders(inTable, onMap, ks[a]);
                }
                vote(first + i, onMap, ownHere);
            }
            synchronized (this) {
                addTo(histogram, larger);
                addTo(wrong, wrongHere);
                addTo(lost, lostHere);
                addTo(own, ownHere);
            }
        }

        private static void addTo(long[] sums, long[] parts) {
            for (int i = 0; i < parts.length; i++) {
                sums[i] += parts[i];
            }
        }

        /** Sum of r - K over those within K by one ranking and beyond K by the other. */
        private static long intruders(int[] within, int[] beyond, int k) {
            long sum = 0;
            for (int j = 0; j < within.length; j++) {
                if (within[j] <= k && beyond[j] > k) {
                    sum += beyond[j] - k;
                }
            }
            return sum;
        }

        private void vote(int row, int[] onMap, long[] into) {
            if (label == null) {
                return;
            }
            int most = Math.max(1, Arrays.stream(ks).max().orElse(1));
            int[] nearest = new int[most + 1];
            for (int j = 0; j < n; j++) {
                if (onMap[j] <= most) {
                    nearest[onMap[j]] = label[j];
                }
            }
            for (int a = 0; a < into.length; a++) {
                into[a] += winner(nearest, a < ks.length ? ks[a] : 1) == label[row] ? 1 : 0;
            }
        }

        /** The label of most of the K nearest; among equals, the one whose nearest holder is nearest. */
        private static int winner(int[] nearest, int k) {
            int best = nearest[1];
            int votes = 0;
            for (int r = 1; r <= k; r++) {
                int count = 0;
                for (int other = 1; other <= k; other++) {
                    count += nearest[other] == nearest[r] ? 1 : 0;
                }
                if (count > votes) {
                    votes = count;
                    best = nearest[r];
                }
            }
            return best;
        }
    }

    // ---- figures ----

    public int rows() {
        return n;
    }

    /** In [0,1]; 1 if all neighbours on the map are neighbours in the table. Only for a K that was asked for. */
    public double trustworthiness(int k) {
        return trust[index(k)];
    }

    /** In [0,1]; 1 if all neighbours in the table are neighbours on the map. Only for a K that was asked for. */
    public double continuity(int k) {
        return continuity[index(k)];
    }

    private int index(int k) {
        for (int a = 0; a < ks.length; a++) {
            if (ks[a] == k) {
                return a;
            }
        }
        throw new IllegalArgumentException("K = " + k + " was not among " + Arrays.toString(ks) + ".");
    }

    /** Q(K): the mean share of the K nearest that table and map have in common; K from 1 to N-1. */
    public double retention(int k) {
        return q[checked(k, n - 1)];
    }

    /** R(K): {@link #retention} rescaled so that chance is 0 and perfect 1; K from 1 to N-2. */
    public double rescaledRetention(int k) {
        return ((n - 1) * q[checked(k, n - 2)] - k) / (n - 1 - k);
    }

    private static int checked(int k, int most) {
        if (k < 1 || k > most) {
            throw new IllegalArgumentException("K is 1 to " + most + ", not " + k + ".");
        }
        return k;
    }

    /** The mean of R(K) over all K, weighted by 1/K: neighbourhoods of all sizes on a logarithmic scale. */
    public double areaUnderRetention() {
        double sum = 0;
        double weights = 0;
        for (int k = 1; k <= n - 2; k++) {
            sum += rescaledRetention(k) / k;
            weights += 1.0 / k;
        }
        return sum / weights;
    }

    /** The K at which the local continuity Q(K) - K/(N-1) is largest: what counts as local in this map. */
    public int localSize() {
        int best = 1;
        double most = Double.NEGATIVE_INFINITY;
        for (int k = 1; k < n; k++) {
            double continuityThere = q[k] - k / (n - 1.0);
            if (continuityThere > most) {
                most = continuityThere;
                best = k;
            }
        }
        return best;
    }

    /** Mean of Q(K) up to {@link #localSize}. */
    public double localQuality() {
        return Arrays.stream(q, 1, localSize() + 1).sum() / localSize();
    }

    /** Mean of Q(K) from {@link #localSize} on. */
    public double globalQuality() {
        return Arrays.stream(q, localSize(), n).sum() / (n - localSize());
    }

    /** Correlation of the ranks of D and d over all pairs, equal ones at their mean rank; NaN if either is the same for all pairs. */
    public double shepardSpearman() {
        return spearman;
    }

    /** Correlation of D and d over all pairs; NaN if either is the same for all pairs. */
    public double shepardPearson() {
        return pearson;
    }

    /** sqrt(sum (D - a d)^2 / sum D^2) over all pairs with a = sum D d / sum d^2: 0 if the map is the table up to scale. */
    public double stress() {
        return stress;
    }

    /**
     * Share of rows whose own label wins among their K nearest on the map, themselves left out; among labels of equally many votes the one whose nearest
     * holder is nearest wins. For 1 and the K that were asked for.
     *
     * @throws IllegalArgumentException if there were no labels or K was not asked for
     */
    public double labelAccuracy(int k) {
        Double share = labels.get(k);
        if (share == null) {
            throw new IllegalArgumentException("There is no label accuracy for K = " + k + ".");
        }
        return share;
    }

    /** All figures by name: {@code trustworthiness@10}, {@code auc_logk_rnx} and so on. */
    public Map<String, Double> figures() {
        Map<String, Double> all = new LinkedHashMap<>();
        for (int k : ks) {
            all.put("trustworthiness@" + k, trustworthiness(k));
            all.put("continuity@" + k, continuity(k));
        }
        for (int k : ks) {
            all.put("knn_retention@" + k, retention(k));
        }
        all.put("auc_logk_rnx", areaUnderRetention());
        all.put("lcmc_kmax", (double) localSize());
        all.put("q_local", localQuality());
        all.put("q_global", globalQuality());
        all.put("shepard_spearman", spearman);
        all.put("shepard_pearson", pearson);
        all.put("stress1_optimal_scale", stress);
        labels.forEach((k, share) -> all.put("knn_label_accuracy_loo@" + k, share));
        return all;
    }

    // ---- reconstruction ----

    /** Mean of (x - r)^2 over rows and columns. */
    public static double reconstructionError(double[] x, double[] reconstruction) {
        if (x.length != reconstruction.length || x.length == 0) {
            throw new FoveaException(
                    x.length + " values cannot be compared with " + reconstruction.length + " reconstructed ones.");
        }
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += (x[i] - reconstruction[i]) * (x[i] - reconstruction[i]);
        }
        return sum / x.length;
    }

    /**
     * 1 - sum (x - r)^2 / sum (x - mean)^2: the share of the variance that the reconstruction keeps; NaN where x is its mean everywhere.
     *
     * @param means of the columns over the training rows
     */
    public static double r2(double[] x, double[] reconstruction, double[] means) {
        double residual = reconstructionError(x, reconstruction) * x.length;
        double total = 0;
        for (int i = 0; i < x.length; i++) {
            double difference = x[i] - means[i % means.length];
            total += difference * difference;
        }
        return total == 0 ? Double.NaN : 1 - residual / total;
    }
}
