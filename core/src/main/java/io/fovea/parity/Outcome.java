package io.fovea.parity;

/**
 * One comparison.
 *
 * @param what was compared
 * @param error how far apart the numbers are; NaN if ours is not a number
 * @param tolerance the largest error that passes, in the same measure: relative for tensors, losses and norms, absolute for metrics
 */
public record Outcome(String what, double error, double tolerance) {
    public boolean passed() {
        return error <= tolerance;
    }

    /** How near to failing: above 1 it has failed, infinite for NaN. */
    double share() {
        if (error == 0) {
            return 0;
        }
        double share = error / tolerance;
        return Double.isNaN(share) ? Double.POSITIVE_INFINITY : share;
    }
}
