package io.fovea.train;

import io.fovea.data.Batch;

/** What a system brings to a training run; {@link Trainer} does the rest: journal, checkpoints, samples, progress, resume. */
public interface Recipe extends AutoCloseable {
    /** Every module, optimiser, average and counter that a checkpoint must hold, by name. */
    Saved saved();

    /**
     * One update of all networks, in a scope that ends with it.
     *
     * @param step number of this update, from 0
     * @return what the journal shows; NaN or infinity in it stops the run
     */
    Scalars step(long step, Batch batch);

    /** Pictures of the present state, made from the same inputs each time. */
    void sample(long step, SampleSheet sheet);

    /** Figures on held-out data; the first decides which checkpoint is best. */
    Scores evaluate(long step);

    /** Whether the run is over before its last step, as early stopping decides; asked after each step and only for what is in {@link #saved}. */
    default boolean finished() {
        return false;
    }

    @Override
    void close();
}
