package io.fovea.train;

import io.fovea.FoveaException;
import io.fovea.torch.Precision;

/**
 * What every training run has, whatever its system.
 *
 * @param seed of initial weights, data order and augmentation
 * @param precision arithmetic of the forward and backward passes
 * @param logEvery steps between lines of the journal
 * @param sampleEvery steps between sample sheets
 * @param evaluateEvery steps between evaluations on held-out data
 * @param checkpointEvery steps between checkpoints
 */
public record RunConfig(
        long seed, Precision precision, long logEvery, long sampleEvery, long evaluateEvery, long checkpointEvery) {
    public RunConfig {
        positive("logEvery", logEvery);
        positive("sampleEvery", sampleEvery);
        positive("evaluateEvery", evaluateEvery);
        positive("checkpointEvery", checkpointEvery);
    }

    private static void positive(String field, long value) {
        if (value < 1) {
            throw new FoveaException("run." + field + " is " + value + "; it must be at least 1.");
        }
    }
}
