package io.fovea.parity;

import java.util.function.Predicate;

/**
 * A kind of fixture that Fovea can compute.
 *
 * @param knows whether a file is of this kind, by its {@code case} and config; sizes and options are read from the file
 * @param comparison computes and compares
 */
public record ParityCase(Predicate<Fixture> knows, Comparison comparison) {
    /** Computes what a fixture holds and tells the check. It may throw whatever went wrong: the file has then failed. */
    @FunctionalInterface
    public interface Comparison {
        void run(Fixture fixture, Check check);
    }
}
