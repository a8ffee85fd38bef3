package io.fovea.autoencoder;

import io.fovea.FoveaException;
import io.fovea.optim.Schedule;

/**
 * How the weights are found.
 *
 * @param optimiser {@code lbfgs} is for kind linear: full batch, in double, to the minimum itself
 * @param batch rows a step; the last, smaller batch of an epoch is kept
 * @param epochs passes over the training rows; iterations of {@code lbfgs}
 * @param schedule rate of {@code adam}
 * @param clip largest L2 norm of the gradient; 0 for no bound
 * @param validation share of the rows that is held back for early stopping; 0 for none
 * @param patience epochs without a lower validation loss after which training stops; the best weights are kept; 0 to go on to the end
 * @param restarts trainings with the seeds s, s+1, ...: the one with the lowest validation loss is kept
 * @param start what the weights are before the first step
 */
public record TrainingConfig(
        Optimiser optimiser,
        int batch,
        int epochs,
        Schedule schedule,
        double clip,
        double validation,
        int patience,
        int restarts,
        Start start) {
    public enum Optimiser {
        ADAM,
        LBFGS
    }

    public enum Start {
        /** PyTorch's default: uniform in +-1/sqrt(fan in). */
        RANDOM,
        /** Pairs of hidden units carry the principal components through to the code and back, so that training begins at PCA's map. */
        PCA
    }

    public TrainingConfig {
        NetworkConfig.range("training.batch", batch, 1, 1 << 24);
        NetworkConfig.range("training.epochs", epochs, 1, 1_000_000);
        NetworkConfig.range("training.patience", patience, 0, 1_000_000);
        NetworkConfig.range("training.restarts", restarts, 1, 100);
        if (clip < 0) {
            throw new FoveaException("training.clip is " + clip + "; it must be positive, or 0 for no bound.");
        }
        if (validation < 0 || validation > 0.5) {
            throw new FoveaException("training.validation is " + validation + "; it must be between 0 and 0.5.");
        }
        if (patience > 0 && validation == 0) {
            throw new FoveaException("training.patience is " + patience
                    + " but training.validation is 0; early stopping needs rows that are held back, e.g. 0.1.");
        }
    }

    /** The usual: Adam 1e-3, batches of 64, 200 epochs, stopped early on a tenth of the rows. */
    public static TrainingConfig adam() {
        return new TrainingConfig(Optimiser.ADAM, 64, 200, Schedule.constant(1e-3), 5, 0.1, 20, 1, Start.RANDOM);
    }

    /** Full batch to the minimum. */
    public static TrainingConfig lbfgs() {
        return new TrainingConfig(Optimiser.LBFGS, 1 << 24, 2000, Schedule.constant(1), 0, 0, 0, 1, Start.RANDOM);
    }

    public TrainingConfig with(int rows, int passes, Schedule rates) {
        return new TrainingConfig(optimiser, rows, passes, rates, clip, validation, patience, restarts, start);
    }

    /** Every row is trained on, for all epochs. */
    public TrainingConfig withoutEarlyStopping() {
        return new TrainingConfig(optimiser, batch, epochs, schedule, clip, 0, 0, restarts, start);
    }

    public TrainingConfig withStart(Start value) {
        return new TrainingConfig(optimiser, batch, epochs, schedule, clip, validation, patience, restarts, value);
    }

    public TrainingConfig withRestarts(int count) {
        return new TrainingConfig(optimiser, batch, epochs, schedule, clip, validation, patience, count, start);
    }
}
