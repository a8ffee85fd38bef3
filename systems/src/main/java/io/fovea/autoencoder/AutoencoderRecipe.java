package io.fovea.autoencoder;

import io.fovea.data.Batch;
import io.fovea.train.Recipe;
import io.fovea.train.SampleSheet;
import io.fovea.train.Saved;
import io.fovea.train.Scalars;
import io.fovea.train.Score;
import io.fovea.train.Scores;

/** Training of a map in a run folder: the updates of {@link AutoencoderStep}, and its early stopping at the end of each epoch. */
final class AutoencoderRecipe implements Recipe {
    private final AutoencoderData data;
    private final AutoencoderStep step;
    private final float[] held;
    private final int heldRows;
    private final boolean stops;

    AutoencoderRecipe(AutoencoderConfig config, AutoencoderData data) {
        this.data = data;
        step = AutoencoderFit.start(config, data, config.run().seed(), null);
        stops = data.validationSize() > 0;
        held = stops ? data.validationRows() : data.trainingRows();
        heldRows = stops ? data.validationSize() : data.trainingSize();
    }

    AutoencoderStep step() {
        return step;
    }

    /** Reconstruction loss of the rows held back, or of the training rows where none are. */
    double loss() {
        return step.validationLoss(held, heldRows);
    }

    @Override
    public Saved saved() {
        return step.saved();
    }

    @Override
    public Scalars step(long number, Batch batch) {
        Scalars scalars = step.update(number, batch).scalars();
        if (stops && (number + 1) % data.stepsPerEpoch() == 0) {
            double loss = loss();
            step.endOfEpoch(loss);
            return scalars.and("validation/reconstruction", loss);
        }
        return scalars;
    }

    @Override
    public boolean finished() {
        return step.stopped();
    }

    @Override
    public void sample(long number, SampleSheet sheet) {}

    @Override
    public Scores evaluate(long number) {
        return Scores.of(Score.lower("reconstruction", loss()));
    }

    @Override
    public void close() {
        step.close();
    }
}
