package io.fovea.autoencoder;

import io.fovea.FoveaException;
import io.fovea.data.Batch;
import io.fovea.data.BatchSource;
import io.fovea.data.EpochOrder;
import io.fovea.torch.F;
import io.fovea.torch.Rng;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a training: which are held back, what the others' spread is, and the batch of every step with its noise, all of it a function of
 * the seed.
 *
 * <p>A batch holds {@code x} b,d and, where the configuration needs them, {@code noise} b,d, {@code keep} b,d, {@code eps} b,k,
 * {@code p} b,b and {@code anchor} b,k.
 */
final class AutoencoderData implements BatchSource {
    private static final long VALIDATION = 1;
    private static final long ORDER = 2;
    private static final long NOISE = 3;
    private static final long EPS = 4;
    /** Batches of the neighbour term hold groups of neighbours where chance alone would bring fewer than this many together. */
    private static final double FEW_NEIGHBOURS = 4;

    private static final int GROUP = 8;

    private final AutoencoderConfig config;
    private final float[] rows;
    private final int width;
    private final int[] training;
    private final int[] validation;
    private final EpochOrder order;
    private final long seed;
    private final double[] deviation;
    private final double overall;
    private final double variance;
    private final @Nullable NeighbourGraph graph;
    private final float @Nullable [] anchor;

    /**
     * @param rows n times d values, row-major; not copied
     * @param anchor n times k places of the rows on an old map, or null
     */
    AutoencoderData(AutoencoderConfig config, float[] rows, int n, int width, float @Nullable [] anchor) {
        check(rows, n, width);
        config.network().checkWidth(width);
        this.config = config;
        this.rows = rows;
        this.width = width;
        this.anchor = anchor;
        seed = config.run().seed();
        int held = n < 10 ? 0 : (int) (n * config.training().validation());
        int[] shuffled = Rng.of(seed, VALIDATION).permutation(n);
        validation = Arrays.copyOf(shuffled, held);
        training = Arrays.copyOfRange(shuffled, held, n);
        Arrays.sort(validation);
        Arrays.sort(training);
        order = new EpochOrder(training.length, Rng.of(seed, ORDER).nextLong());
        deviation = deviations();
        double sum = Arrays.stream(deviation).map(s -> s * s).sum();
        variance = sum > 0 ? sum : 1;
        overall = Math.sqrt(sum / width);
        graph = config.loss().neighbours().weight() > 0
                ? NeighbourGraph.of(
                        gather(training),
                        training.length,
                        width,
                        config.loss().neighbours().perplexity())
                : null;
    }

    private static void check(float[] rows, int n, int width) {
        if (n < 2 || width < 1) {
            throw new FoveaException(
                    "A map needs at least 2 rows and 1 column; there are " + n + " rows and " + width + " columns.");
        }
        if (rows.length != (long) n * width) {
            throw new FoveaException(n + " rows of " + width + " columns make " + (long) n * width + " values; "
                    + rows.length + " were given.");
        }
        for (int i = 0; i < rows.length; i++) {
            if (!Float.isFinite(rows[i])) {
                throw new FoveaException("Row " + i / width + ", column " + i % width + " is " + rows[i]
                        + "; every value must be a finite number.");
            }
        }
    }

    private double[] deviations() {
        double[] mean = new double[width];
        double[] deviations = new double[width];
        for (int i : training) {
            for (int c = 0; c < width; c++) {
                mean[c] += rows[i * width + c];
            }
        }
        for (int c = 0; c < width; c++) {
            mean[c] /= training.length;
        }
        for (int i : training) {
            for (int c = 0; c < width; c++) {
                double v = rows[i * width + c] - mean[c];
                deviations[c] += v * v;
            }
        }
        for (int c = 0; c < width; c++) {
            deviations[c] = Math.sqrt(deviations[c] / training.length);
        }
        return deviations;
    }

    int width() {
        return width;
    }

    int trainingSize() {
        return training.length;
    }

    float[] trainingRows() {
        return gather(training);
    }

    int validationSize() {
        return validation.length;
    }

    float[] validationRows() {
        return gather(validation);
    }

    /** Variance of the training rows, summed over columns; 1 if they are all the same. */
    double variance() {
        return variance;
    }

    /** Deviation of all values about their column's mean. */
    double overall() {
        return overall;
    }

    long stepsPerEpoch() {
        int batch = config.training().batch();
        return ((long) training.length + batch - 1) / batch;
    }

    private float[] gather(int[] which) {
        float[] values = new float[which.length * width];
        for (int r = 0; r < which.length; r++) {
            System.arraycopy(rows, which[r] * width, values, r * width, width);
        }
        return values;
    }

    /** Positions in the training rows that a step takes. */
    private int[] members(long step) {
        long perEpoch = stepsPerEpoch();
        long epoch = step / perEpoch;
        int size = config.training().batch();
        int from = (int) (step % perEpoch) * size;
        int count = Math.min(size, training.length - from);
        if (graph != null && graph.degree() * count / training.length < FEW_NEIGHBOURS) {
            return grouped(graph, step, count);
        }
        int[] members = new int[count];
        for (int i = 0; i < count; i++) {
            members[i] = order.at(epoch * training.length + from + i);
        }
        return members;
    }

    /** Every {@value #GROUP}th row by the epoch's order, the others among the neighbours of that one. */
    private int[] grouped(NeighbourGraph near, long step, int count) {
        Rng rng = Rng.of(seed, ORDER, step);
        java.util.LinkedHashSet<Integer> members = new java.util.LinkedHashSet<>();
        long at = step * ((config.training().batch() + GROUP - 1) / GROUP);
        while (members.size() < count) {
            int seedRow = order.at(at++);
            members.add(seedRow);
            int[] around = near.neighbours(seedRow);
            for (int i = 1; i < GROUP && members.size() < count; i++) {
                members.add(around[rng.nextInt(around.length)]);
            }
        }
        return members.stream().mapToInt(Integer::intValue).toArray();
    }

    @Override
    public Batch batch(long step) {
        int[] members = members(step);
        int b = members.length;
        int[] which = new int[b];
        for (int i = 0; i < b; i++) {
            which[i] = training[members[i]];
        }
        LossConfig loss = config.loss();
        try (Scope scope = Scope.open()) {
            Batch batch = Batch.of("x", Tensor.of(gather(which), b, width));
            LossConfig.Corruption corruption = loss.corruption();
            Tensor.Generator noise =
                    new Tensor.Generator(Rng.of(seed, NOISE, step).nextLong());
            switch (corruption.kind()) {
                case NONE -> {}
                case GAUSSIAN -> batch.and("noise", F.mul(Tensor.randn(noise, b, width), noiseScale(corruption)));
                case MASKING -> batch.and("keep", keep(Tensor.rand(noise, b, width), corruption.amount()));
            }
            int k = config.network().code();
            if (config.network().variational()) {
                batch.and(
                        "eps",
                        Tensor.randn(
                                new Tensor.Generator(Rng.of(seed, EPS, step).nextLong()), b, k));
            }
            if (graph != null) {
                batch.and("p", Tensor.of(graph.among(members), b, b));
            }
            if (anchor != null) {
                float[] places = new float[b * k];
                for (int i = 0; i < b; i++) {
                    System.arraycopy(anchor, which[i] * k, places, i * k, k);
                }
                batch.and("anchor", Tensor.of(places, b, k));
            }
            return batch;
        }
    }

    /** 1 where an element is kept, 0 where u < p. */
    static Tensor keep(Tensor u, double p) {
        return F.add(F.neg(F.sign(F.clamp(F.add(F.neg(u), p), 0, 1))), 1);
    }

    private Tensor noiseScale(LossConfig.Corruption corruption) {
        return switch (corruption.scale()) {
            case ABSOLUTE -> Tensor.scalar(corruption.amount());
            case OVERALL -> Tensor.scalar(corruption.amount() * overall);
            case COLUMN -> {
                float[] scale = new float[width];
                for (int c = 0; c < width; c++) {
                    scale[c] = (float) (corruption.amount() * deviation[c]);
                }
                yield Tensor.of(scale, width);
            }
        };
    }
}
