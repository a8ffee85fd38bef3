package io.fovea.metrics;

import io.fovea.torch.Rng;
import java.util.stream.IntStream;

/**
 * Distances of some pairs of rows, for Shepard's diagram: in the table against on the map.
 *
 * @param table Euclidean distances in the table
 * @param map those of the same pairs on the map
 */
public record Shepard(double[] table, double[] map) {
    /**
     * @param x rows of the table, row-major, rows x dims
     * @param places row-major, rows x mapDims
     * @param pairs how many, drawn with replacement; a row is never paired with itself
     * @throws io.fovea.FoveaException if the arrays are not of equally many rows or hold values that are not finite
     */
    public static Shepard sample(double[] x, int dims, double[] places, int mapDims, int pairs, long seed) {
        int n = MapQuality.rows(x, dims, places, mapDims);
        double[] far = new double[pairs];
        double[] apart = new double[pairs];
        Rng rng = Rng.of(seed, n, pairs);
        for (int p = 0; p < pairs; p++) {
            int i = rng.nextInt(n);
            int j = rng.nextInt(n - 1);
            j += j >= i ? 1 : 0;
            far[p] = distance(x, dims, i, j);
            apart[p] = distance(places, mapDims, i, j);
        }
        return new Shepard(far, apart);
    }

    private static double distance(double[] rows, int dims, int i, int j) {
        return Math.sqrt(IntStream.range(0, dims)
                .mapToDouble(c -> rows[i * dims + c] - rows[j * dims + c])
                .map(d -> d * d)
                .sum());
    }
}
