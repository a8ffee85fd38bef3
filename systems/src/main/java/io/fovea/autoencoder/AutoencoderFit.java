package io.fovea.autoencoder;

import io.fovea.FoveaException;
import io.fovea.data.Batch;
import io.fovea.torch.Scope;
import org.jspecify.annotations.Nullable;

/** A training in memory: the updates that a run in a folder makes, without the folder. */
final class AutoencoderFit {
    private static final int VALIDATION_ROWS = 4096;

    private AutoencoderFit() {}

    /**
     * A trained network in evaluation mode and how it came about.
     *
     * @param loss reconstruction loss of the rows held back, or of the training rows where none were
     * @param epochs passes made, of the best of the restarts
     */
    record Fitted(AutoencoderNetwork network, double loss, int epochs, long seed, double seconds) {}

    /** Is told how far a training is; may throw to end it. */
    @FunctionalInterface
    interface Watcher {
        /** @param loss of the epoch's last batch */
        void epoch(int restart, int epoch, int epochs, double loss);
    }

    /** An old network, and where it places the rows: n times k values. */
    record Old(AutoencoderNetwork network, float[] places) {}

    /** @param rows n times d, row-major */
    static Fitted fit(AutoencoderConfig config, float[] rows, int n, int d, @Nullable Old old, Watcher watcher) {
        long start = System.nanoTime();
        if (config.training().optimiser() == TrainingConfig.Optimiser.LBFGS) {
            return linear(config, rows, n, d, start);
        }
        Fitted best = null;
        AutoencoderData data = new AutoencoderData(config, rows, n, d, old == null ? null : old.places());
        long batches = 0;
        for (int restart = 0; restart < config.training().restarts(); restart++) {
            Fitted next = one(config, data, batches, restart, old, watcher, start);
            batches += next.epochs() * data.stepsPerEpoch();
            if (best == null || next.loss() < best.loss()) {
                if (best != null) {
                    best.network().close();
                }
                best = next;
            } else {
                next.network().close();
            }
        }
        if (best == null) {
            throw new IllegalStateException("No training was made.");
        }
        return best;
    }

    private static Fitted linear(AutoencoderConfig config, float[] rows, int n, int d, long start) {
        new AutoencoderData(config, rows, n, d, null); // for its checks
        LinearFit.Found found = LinearFit.fit(
                rows,
                n,
                d,
                config.network().code(),
                config.training().epochs(),
                config.run().seed());
        AutoencoderNetwork network = new AutoencoderNetwork(config.network(), d);
        LinearFit.write(network, found.mean(), found.axes());
        network.eval();
        return new Fitted(
                network, found.loss(), found.iterations(), config.run().seed(), (System.nanoTime() - start) / 1e9);
    }

    private static Fitted one(
            AutoencoderConfig config,
            AutoencoderData data,
            long batches,
            int restart,
            @Nullable Old old,
            Watcher watcher,
            long start) {
        long seed = config.run().seed() + restart;
        AutoencoderStep step = start(config, data, seed, old);
        int epochs = config.training().epochs();
        long perEpoch = data.stepsPerEpoch();
        float[] held = data.validationRows();
        long number = 0;
        int done = 0;
        while (done < epochs && !step.stopped()) {
            double loss = 0;
            for (long i = 0; i < perEpoch; i++, number++) {
                try (Scope scope = Scope.open();
                        Batch batch = data.batch(batches + number)) {
                    AutoencoderStep.Cost cost = step.update(number, batch);
                    if (i == perEpoch - 1) {
                        loss = cost.total().item();
                    }
                }
            }
            done++;
            if (!Double.isFinite(loss)) {
                step.close();
                throw new FoveaException("The loss became " + loss + " in epoch " + done
                        + "; lower training.schedule.rate, or scale the columns.");
            }
            if (held.length > 0) {
                step.endOfEpoch(step.validationLoss(held, data.validationSize()));
            }
            watcher.epoch(restart, done, epochs, loss);
        }
        double loss = settled(step, data);
        AutoencoderNetwork network = step.network();
        network.eval();
        step.closeOptimiser();
        return new Fitted(network, loss, done, seed, (System.nanoTime() - start) / 1e9);
    }

    /** Ends a training: its best weights are restored, their loss is returned. */
    static double settled(AutoencoderStep step, AutoencoderData data) {
        step.restoreBest();
        return data.validationSize() > 0
                ? step.lowest()
                : step.validationLoss(data.trainingRows(), Math.min(VALIDATION_ROWS, data.trainingSize()));
    }

    /** A step on a network that is as the configuration says a training begins. */
    static AutoencoderStep start(AutoencoderConfig config, AutoencoderData data, long seed, @Nullable Old old) {
        AutoencoderNetwork network = new AutoencoderNetwork(config.network(), data.width());
        network.initialise(seed);
        if (old != null
                && old.network().config().equals(config.network())
                && old.network().width() == data.width()) {
            network.load(old.network().state());
        } else if (config.training().start() == TrainingConfig.Start.PCA) {
            Pca pca = Pca.fit(
                    data.trainingRows(),
                    data.trainingSize(),
                    data.width(),
                    config.network().code());
            network.startAt(pca, Math.max(1e-6, Math.sqrt(data.variance())));
        }
        double oldVariance =
                old == null ? 0 : variance(old.places(), config.network().code());
        return new AutoencoderStep(config, network, data.variance(), oldVariance, data.stepsPerEpoch());
    }

    /** Summed over coordinates; at least a tiny positive number. */
    private static double variance(float[] places, int k) {
        double total = 0;
        int n = places.length / k;
        for (int j = 0; j < k; j++) {
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < n; i++) {
                sum += places[i * k + j];
                squares += (double) places[i * k + j] * places[i * k + j];
            }
            total += squares / n - sum / n * (sum / n);
        }
        return Math.max(total, 1e-12);
    }
}
