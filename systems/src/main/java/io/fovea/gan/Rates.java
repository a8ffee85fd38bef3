package io.fovea.gan;

import io.fovea.FoveaException;

/**
 * Learning rates by epoch, as the papers and their public code count them. An epoch is one pass over the training set.
 *
 * @param kind how the rate goes
 * @param rate where it starts
 * @param epochs at the full rate; for {@code cosine} half its period
 * @param decayEpochs after them, while the linear kinds fall
 * @param firstEpoch the epoch that the run begins with, 1 unless it goes on from given weights
 */
public record Rates(Kind kind, double rate, int epochs, int decayEpochs, int firstEpoch) {
    public enum Kind {
        /** A line that would reach 0 one epoch after the last; the PyTorch code of today. */
        LINEAR,
        /** The same, an epoch earlier, so that the last epoch has rate 0: the PyTorch code of 2020 to 2024. */
        LINEAR_EARLY,
        /** A line whose first epoch still has the full rate: the Torch code. */
        LINEAR_LATE,
        /** Divided by 10 every 50 epochs. */
        STEP,
        /** A cosine to 0 after {@code epochs}, and up again. */
        COSINE,
        /** Falls to a fifth when validation has not improved by 1 % for five evaluations: see {@link Plateau}. */
        PLATEAU
    }

    private static final int STEP_EPOCHS = 50;

    public Rates {
        if (!(rate > 0)) {
            throw new FoveaException("rates.rate is " + rate + "; it must be above 0.");
        }
        if (epochs < 0 || decayEpochs < 0 || epochs + decayEpochs < 1) {
            throw new FoveaException(
                    "rates: epochs and decayEpochs must not be negative and together at least 1; they are " + epochs
                            + " and " + decayEpochs + ".");
        }
        if (firstEpoch < 1 || firstEpoch > epochs + decayEpochs) {
            throw new FoveaException("rates.firstEpoch is " + firstEpoch
                    + "; it must be between 1 and epochs + decayEpochs, " + (epochs + decayEpochs) + ".");
        }
        if (kind == Kind.COSINE && epochs < 1) {
            throw new FoveaException("rates: cosine needs epochs of at least 1.");
        }
    }

    /** The PyTorch code's default: constant, then a line to nearly 0. */
    public static Rates linear(double rate, int epochs, int decayEpochs) {
        return new Rates(Kind.LINEAR, rate, epochs, decayEpochs, 1);
    }

    /** Epochs that a run trains. */
    public int length() {
        return epochs + decayEpochs - firstEpoch + 1;
    }

    /** The rate while the given epoch of the run is trained, counted from 1; for {@code plateau} before {@link Plateau} lowers it. */
    public double at(long runEpoch) {
        long epoch = runEpoch - 1 + firstEpoch;
        return switch (kind) {
            case LINEAR -> fallen(epoch - epochs, decayEpochs + 1);
            case LINEAR_EARLY -> fallen(epoch + 1 - epochs, decayEpochs + 1);
            case LINEAR_LATE -> fallen(epoch - 1 - epochs, decayEpochs);
            case STEP -> {
                long falls = (epoch - 1) / STEP_EPOCHS;
                yield rate * Math.pow(0.1, falls);
            }
            case COSINE -> rate * (1 + Math.cos(Math.PI * (epoch - 1) / epochs)) / 2;
            case PLATEAU -> rate;
        };
    }

    private double fallen(double by, double of) {
        return by <= 0 ? rate : rate * (1 - by / of);
    }
}
