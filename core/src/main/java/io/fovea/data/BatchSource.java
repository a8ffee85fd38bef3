package io.fovea.data;

/**
 * Makes the batch of a step. The same step always gives the same batch, whatever was asked before and on whichever thread: that is what
 * makes a resumed run equal to an unbroken one.
 */
public interface BatchSource {
    Batch batch(long step);

    /** Nothing to load: for recipes that make their own samples. */
    static BatchSource none() {
        return step -> new Batch(new java.util.LinkedHashMap<>());
    }
}
