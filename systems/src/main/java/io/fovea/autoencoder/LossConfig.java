package io.fovea.autoencoder;

import io.fovea.FoveaException;

/**
 * What is minimised: reconstruction times its weight, plus every other term whose weight is not 0.
 *
 * @param reconstruction distance of a row and its reconstruction
 * @param reduction how the distances of elements become one number
 * @param weight of the reconstruction
 * @param corruption what is done to the encoder's input while training (Vincent et al. 2008); the clean row stays the target
 * @param sparsity penalty on the code
 * @param contraction weight of the mean squared Frobenius norm of dz/dx (Rifai et al. 2011)
 * @param divergence of a variational code from the standard normal
 * @param neighbours parametric t-SNE beside the reconstruction (van der Maaten 2009)
 * @param anchor weight of the squared distance to the old map where one is given, in units of that map's variance
 */
public record LossConfig(
        Reconstruction reconstruction,
        Reduction reduction,
        double weight,
        Corruption corruption,
        Sparsity sparsity,
        double contraction,
        Divergence divergence,
        Neighbours neighbours,
        double anchor) {
    public enum Reconstruction {
        /** Squared error. */
        SQUARED,
        /** Binary cross-entropy, for data and output in [0,1]; logarithms are bounded below by -100. */
        BCE,
        /** Binary cross-entropy with the normaliser of the continuous Bernoulli (Loaiza-Ganem and Cunningham 2019). */
        CONTINUOUS_BERNOULLI,
        /** Gaussian decoder whose variance is the batch's own error: d/2 ln(mse) a row (Rybkin et al. 2021). */
        GAUSSIAN
    }

    public enum Reduction {
        /** Mean over rows and columns. */
        MEAN,
        /** Sum over columns, mean over rows: what belongs beside a divergence that is summed over coordinates. */
        ROWS,
        /** Sum over rows and columns. */
        SUM,
        /** Sum over columns, mean over rows, divided by the training rows' total variance: 1 - R2. */
        VARIANCE
    }

    /**
     * Fresh noise at each step.
     *
     * @param amount {@code gaussian}: deviation in units of {@code scale}; {@code masking}: probability that an element becomes 0, the
     *     others are not rescaled
     */
    public record Corruption(Noise kind, double amount, Scale scale) {
        public enum Noise {
            NONE,
            GAUSSIAN,
            MASKING
        }

        /** What a Gaussian's deviation is relative to. */
        public enum Scale {
            ABSOLUTE,
            /** The deviation of all values of the training rows about their column's mean. */
            OVERALL,
            /** Each column's own deviation. */
            COLUMN
        }

        public static final Corruption NONE = new Corruption(Noise.NONE, 0, Scale.ABSOLUTE);

        public Corruption {
            notNegative("loss.corruption.amount", amount);
            if (kind == Noise.MASKING && amount >= 1) {
                throw new FoveaException(
                        "loss.corruption.amount is " + amount + "; as a probability of masking it must be below 1.");
            }
        }
    }

    /**
     * A penalty on the code.
     *
     * @param weight of it
     * @param target {@code kl}: wanted mean activation of a unit, in (0,1)
     */
    public record Sparsity(Penalty kind, double weight, double target) {
        public enum Penalty {
            NONE,
            /** Mean absolute code over rows and units. */
            L1,
            /** Sum over units of KL(target || mean activation); needs a sigmoid code (Ng, CS294A). */
            KL
        }

        public static final Sparsity NONE = new Sparsity(Penalty.NONE, 0, 0.05);

        public Sparsity {
            notNegative("loss.sparsity.weight", weight);
            if (target <= 0 || target >= 1) {
                throw new FoveaException("loss.sparsity.target is " + target + "; it must be between 0 and 1.");
            }
        }
    }

    /**
     * The KL term of variational codes.
     *
     * @param beta its weight (Higgins et al. 2017)
     * @param warmup share of the steps over which the weight rises from 0
     */
    public record Divergence(double beta, double warmup) {
        public static final Divergence NONE = new Divergence(0, 0);

        public Divergence {
            notNegative("loss.divergence.beta", beta);
            if (warmup < 0 || warmup > 1) {
                throw new FoveaException("loss.divergence.warmup is " + warmup + "; it must be between 0 and 1.");
            }
        }
    }

    /**
     * KL(P || Q) of neighbour probabilities among the rows of a batch: P from the training rows, Q from Student's t in the code.
     *
     * @param weight of it
     * @param perplexity effective number of neighbours
     */
    public record Neighbours(double weight, double perplexity) {
        public static final Neighbours NONE = new Neighbours(0, 30);

        public Neighbours {
            notNegative("loss.neighbours.weight", weight);
            if (perplexity < 2) {
                throw new FoveaException("loss.neighbours.perplexity is " + perplexity + "; it must be at least 2.");
            }
        }
    }

    public LossConfig {
        notNegative("loss.weight", weight);
        notNegative("loss.contraction", contraction);
        notNegative("loss.anchor", anchor);
        if (weight == 0 && neighbours.weight() == 0) {
            throw new FoveaException("loss.weight and loss.neighbours.weight are both 0; nothing would be learned.");
        }
        if (reconstruction == Reconstruction.GAUSSIAN && reduction == Reduction.VARIANCE) {
            throw new FoveaException(
                    "loss.reduction is variance; with reconstruction gaussian it must be mean, rows or sum.");
        }
    }

    private static void notNegative(String field, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new FoveaException(field + " is " + value + "; it must not be negative.");
        }
    }

    /** Mean squared error alone. */
    public static LossConfig squared() {
        return new LossConfig(
                Reconstruction.SQUARED,
                Reduction.MEAN,
                1,
                Corruption.NONE,
                Sparsity.NONE,
                0,
                Divergence.NONE,
                Neighbours.NONE,
                1);
    }

    public LossConfig with(Reconstruction kind, Reduction how, double factor) {
        return new LossConfig(kind, how, factor, corruption, sparsity, contraction, divergence, neighbours, anchor);
    }

    public LossConfig with(Corruption value) {
        return new LossConfig(
                reconstruction, reduction, weight, value, sparsity, contraction, divergence, neighbours, anchor);
    }

    public LossConfig with(Sparsity value) {
        return new LossConfig(
                reconstruction, reduction, weight, corruption, value, contraction, divergence, neighbours, anchor);
    }

    public LossConfig withContraction(double value) {
        return new LossConfig(
                reconstruction, reduction, weight, corruption, sparsity, value, divergence, neighbours, anchor);
    }

    public LossConfig with(Divergence value) {
        return new LossConfig(
                reconstruction, reduction, weight, corruption, sparsity, contraction, value, neighbours, anchor);
    }

    public LossConfig with(Neighbours value) {
        return new LossConfig(
                reconstruction, reduction, weight, corruption, sparsity, contraction, divergence, value, anchor);
    }
}
