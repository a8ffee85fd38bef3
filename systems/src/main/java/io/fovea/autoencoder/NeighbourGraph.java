package io.fovea.autoencoder;

import java.util.stream.IntStream;

/**
 * Who is near whom among the training rows: symmetric probabilities P of t-SNE (van der Maaten and Hinton 2008, equation 1), with each
 * row's Gaussian as wide as the perplexity asks, over the 3 x perplexity nearest rows (van der Maaten 2014).
 */
final class NeighbourGraph {
    private static final int BISECTIONS = 64;
    /** From this many rows on distances are those of the first 50 principal components. */
    private static final int MANY_ROWS = 10_000;

    private static final int REDUCED = 50;

    private final int n;
    private final int[][] neighbours;
    private final float[][] weights; // p(j|i) + p(i|j) where j is a neighbour of i or i of j

    private NeighbourGraph(int n, int[][] neighbours, float[][] weights) {
        this.n = n;
        this.neighbours = neighbours;
        this.weights = weights;
    }

    /** @param rows n times d, row-major */
    static NeighbourGraph of(float[] rows, int n, int d, double perplexity) {
        boolean reduce = n > MANY_ROWS && d > REDUCED;
        float[] values = reduce ? Pca.fit(rows, n, d, REDUCED).transform(rows, n) : rows;
        int width = reduce ? REDUCED : d;
        double effective = Math.min(perplexity, Math.max(1, (n - 1) / 3.0));
        int k = Math.min(n - 1, (int) Math.ceil(3 * effective));
        int[][] nearest = new int[n][];
        double[][] conditional = new double[n][];
        IntStream.range(0, n).parallel().forEach(i -> {
            double[] distances = new double[k];
            nearest[i] = nearest(values, n, width, i, distances);
            conditional[i] = probabilities(distances, Math.log(effective));
        });
        return symmetric(n, nearest, conditional);
    }

    /** The k nearest others by squared distance, k the length of {@code distances}, which takes them. */
    private static int[] nearest(float[] values, int n, int d, int i, double[] distances) {
        int k = distances.length;
        int[] index = new int[k];
        int size = 0;
        for (int j = 0; j < n; j++) {
            if (j == i) {
                continue;
            }
            double bound = size < k ? Double.POSITIVE_INFINITY : distances[0];
            double square = squaredDistance(values, d, i, j, bound);
            if (size < k) {
                siftUp(distances, index, size++, square, j);
            } else if (square < bound) {
                siftDown(distances, index, k, square, j);
            }
        }
        return index;
    }

    private static double squaredDistance(float[] values, int d, int i, int j, double bound) {
        float sum = 0;
        int a = i * d;
        int b = j * d;
        int c = 0;
        for (; c + 16 <= d; c += 16) {
            float part = 0;
            for (int e = 0; e < 16; e++) {
                float diff = values[a + c + e] - values[b + c + e];
                part += diff * diff;
            }
            sum += part;
            if (sum > bound) {
                return sum;
            }
        }
        for (; c < d; c++) {
            float diff = values[a + c] - values[b + c];
            sum += diff * diff;
        }
        return sum;
    }

    // A heap with the farthest on top.
    private static void siftUp(double[] heap, int[] index, int at, double value, int j) {
        int child = at;
        while (child > 0) {
            int parent = (child - 1) / 2;
            if (heap[parent] >= value) {
                break;
            }
            heap[child] = heap[parent];
            index[child] = index[parent];
            child = parent;
        }
        heap[child] = value;
        index[child] = j;
    }

    private static void siftDown(double[] heap, int[] index, int size, double value, int j) {
        int parent = 0;
        while (2 * parent + 1 < size) {
            int child = 2 * parent + 1;
            if (child + 1 < size && heap[child + 1] > heap[child]) {
                child++;
            }
            if (heap[child] <= value) {
                break;
            }
            heap[parent] = heap[child];
            index[parent] = index[child];
            parent = child;
        }
        heap[parent] = value;
        index[parent] = j;
    }

    /** exp(-beta d) normalised, with beta such that the entropy is {@code target}. */
    private static double[] probabilities(double[] squares, double target) {
        double least = java.util.Arrays.stream(squares).min().orElse(0);
        double mean = java.util.Arrays.stream(squares).average().orElse(0) - least;
        double[] p = new double[squares.length];
        double low = 0;
        double high = Double.POSITIVE_INFINITY;
        double beta = mean > 0 ? 1 / mean : 1;
        for (int trial = 0; trial < BISECTIONS; trial++) {
            double sum = 0;
            double weighted = 0;
            for (int j = 0; j < p.length; j++) {
                double e = squares[j] - least;
                p[j] = Math.exp(-beta * e);
                sum += p[j];
                weighted += p[j] * e;
            }
            double entropy = Math.log(sum) + beta * weighted / sum;
            for (int j = 0; j < p.length; j++) {
                p[j] /= sum;
            }
            if (Math.abs(entropy - target) < 1e-6) {
                break;
            }
            if (entropy > target) {
                low = beta;
                beta = Double.isInfinite(high) ? beta * 2 : (low + high) / 2;
            } else {
                high = beta;
                beta = (low + high) / 2;
            }
        }
        return p;
    }

    private static NeighbourGraph symmetric(int n, int[][] nearest, double[][] conditional) {
        int[] degree = new int[n];
        for (int i = 0; i < n; i++) {
            degree[i] += nearest[i].length;
            for (int j : nearest[i]) {
                degree[j]++;
            }
        }
        int[][] neighbours = new int[n][];
        float[][] weights = new float[n][];
        int[] used = new int[n];
        for (int i = 0; i < n; i++) {
            neighbours[i] = new int[degree[i]];
            weights[i] = new float[degree[i]];
        }
        for (int i = 0; i < n; i++) {
            for (int e = 0; e < nearest[i].length; e++) {
                int j = nearest[i][e];
                float p = (float) conditional[i][e];
                neighbours[i][used[i]] = j;
                weights[i][used[i]++] = p;
                neighbours[j][used[j]] = i;
                weights[j][used[j]++] = p;
            }
        }
        return new NeighbourGraph(n, neighbours, weights);
    }

    /**
     * P among some rows, renormalised to sum 1; all 0 if none of them are neighbours.
     *
     * @return b times b values for b rows, row-major
     */
    float[] among(int[] rows) {
        int b = rows.length;
        int[] place = new int[n];
        for (int r = 0; r < b; r++) {
            place[rows[r]] = r + 1;
        }
        float[] p = new float[b * b];
        double sum = 0;
        for (int r = 0; r < b; r++) {
            int i = rows[r];
            for (int e = 0; e < neighbours[i].length; e++) {
                int at = place[neighbours[i][e]];
                if (at > 0) {
                    p[r * b + at - 1] += weights[i][e];
                    sum += weights[i][e];
                }
            }
        }
        if (sum > 0) {
            float scale = (float) (1 / sum);
            for (int e = 0; e < p.length; e++) {
                p[e] *= scale;
            }
        }
        return p;
    }

    /** How many neighbours the rows have on average. */
    double degree() {
        return java.util.Arrays.stream(neighbours)
                .mapToInt(v -> v.length)
                .average()
                .orElse(0);
    }

    /** The neighbours of a row; one that is near in both directions stands twice. */
    int[] neighbours(int row) {
        return neighbours[row];
    }
}
