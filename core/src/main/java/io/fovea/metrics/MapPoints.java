package io.fovea.metrics;

import io.fovea.FoveaException;
import io.fovea.torch.Rng;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How far each point of a map can be believed: the inner sums of trustworthiness and continuity (Venna and Kaski 2001), and its nearest rows in the table
 * and on the map. Among more than {@code most} rows, ranks are taken among a seeded sample of that many.
 */
public final class MapPoints {
    private final int k;
    private final double[] trust;
    private final double[] continuity;
    private final int[][] near;
    private final int[][] shown;
    private final int references;

    private MapPoints(int k, int rows, int references) {
        this.k = k;
        this.references = references;
        trust = new double[rows];
        continuity = new double[rows];
        near = new int[rows][];
        shown = new int[rows][];
    }

    /**
     * @param x rows of the table as the map's maker saw them, row-major, rows x dims
     * @param map their places, row-major, rows x mapDims
     * @param k neighbours, fewer than half of the rows that ranks are taken among
     * @param most rows up to which all others count; else a sample of so many
     * @throws FoveaException if the arrays are not of equally many rows, hold values that are not finite, or k does not fit
     */
    public static MapPoints of(double[] x, int dims, double[] map, int mapDims, int k, int most, long seed) {
        int n = MapQuality.rows(x, dims, map, mapDims);
        int[] chosen = n <= most ? null : sample(n, most, seed);
        int references = chosen == null ? n : chosen.length;
        MapQuality.checkK(k, references);
        NeighbourRanks table = new NeighbourRanks(x, dims, chosen);
        NeighbourRanks places = new NeighbourRanks(map, mapDims, chosen);
        MapPoints points = new MapPoints(k, n, references);
        int blocks = (n + NeighbourRanks.BLOCK - 1) / NeighbourRanks.BLOCK;
        IntStream.range(0, blocks).parallel().forEach(b -> {
            int first = b * NeighbourRanks.BLOCK;
            int count = Math.min(NeighbourRanks.BLOCK, n - first);
            double[][] far = new double[count][references];
            double[][] apart = new double[count][references];
            table.distances(x, first, count, far);
            places.distances(map, first, count, apart);
            NeighbourRanks.Ranker ranker = new NeighbourRanks.Ranker(references);
            int[] inTable = new int[references];
            int[] onMap = new int[references];
            for (int i = 0; i < count; i++) {
                int self = chosen == null ? first + i : Math.max(-1, Arrays.binarySearch(chosen, first + i));
                ranker.ranks(far[i], self, inTable);
                ranker.ranks(apart[i], self, onMap);
                points.put(first + i, inTable, onMap, self, chosen);
            }
        });
        return points;
    }

    /** Some of n rows, ascending, each as likely as any other. */
    static int[] sample(int n, int count, long seed) {
        int[] chosen = Arrays.copyOf(Rng.of(seed, n).permutation(n), count);
        Arrays.sort(chosen);
        return chosen;
    }

    private void put(int row, int[] inTable, int[] onMap, int self, int @Nullable [] chosen) {
        long lost = 0;
        long wrong = 0;
        int[] nearest = new int[k];
        int[] visible = new int[k];
        for (int j = 0; j < inTable.length; j++) {
            int r = inTable[j];
            int m = onMap[j];
            if (j != self && Math.min(r, m) <= k) {
                int id = chosen == null ? j : chosen[j];
                if (r <= k) {
                    nearest[r - 1] = id;
                    lost += Math.max(0, m - k);
                }
                if (m <= k) {
                    visible[m - 1] = id;
                    wrong += Math.max(0, r - k);
                }
            }
        }
        double scale = MapQuality.scale(k, inTable.length + (self < 0 ? 1 : 0));
        trust[row] = 1 - scale * wrong;
        continuity[row] = 1 - scale * lost;
        near[row] = nearest;
        shown[row] = visible;
    }

    public int rows() {
        return trust.length;
    }

    public int k() {
        return k;
    }

    /** How many rows the ranks were taken among: all, or the sample's. */
    public int references() {
        return references;
    }

    /** 1 - 2/(K(2N-3K-1)) times the sum of r - K over false neighbours; 1 where all neighbours shown are true ones. The mean over all rows is the trustworthiness. */
    public double trust(int row) {
        return trust[row];
    }

    /** As {@link #trust} over true neighbours that the map does not show; the mean over all rows is the continuity. */
    public double continuity(int row) {
        return continuity[row];
    }

    public double[] trust() {
        return trust.clone();
    }

    public double[] continuity() {
        return continuity.clone();
    }

    /** The K nearest rows in the table, nearest first. */
    public int[] near(int row) {
        return near[row].clone();
    }

    /** The K nearest rows on the map, nearest first. */
    public int[] shown(int row) {
        return shown[row].clone();
    }

    /** True neighbours that are none on the map, nearest first. */
    public int[] lost(int row) {
        return without(near[row], shown[row]);
    }

    /** Neighbours on the map that are none in the table, nearest first. */
    public int[] falselyShown(int row) {
        return without(shown[row], near[row]);
    }

    private static int[] without(int[] from, int[] these) {
        List<Integer> left = new ArrayList<>();
        for (int j : from) {
            if (Arrays.stream(these).noneMatch(t -> t == j)) {
                left.add(j);
            }
        }
        return left.stream().mapToInt(Integer::intValue).toArray();
    }
}
