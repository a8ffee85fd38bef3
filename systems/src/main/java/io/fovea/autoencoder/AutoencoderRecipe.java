package io.fovea.autoencoder;

import io.fovea.data.Batch;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import io.fovea.train.Recipe;
import io.fovea.train.SampleSheet;
import io.fovea.train.Saved;
import io.fovea.train.Scalars;
import io.fovea.train.Score;
import io.fovea.train.Scores;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Training of a map in a run folder: the updates of {@link AutoencoderStep}, its early stopping at the end of each epoch, and as many
 * trainings one after another as there are restarts, of which the best is kept.
 */
final class AutoencoderRecipe implements Recipe {
    private static final int RESTART = 0;
    private static final int BEGIN = 1;
    private static final int DONE = 2;
    private static final int KEPT_LOSS = 3;
    private static final int KEPT_SEED = 4;
    private static final int KEPT_EPOCHS = 5;

    private final AutoencoderConfig config;
    private final AutoencoderData data;
    private final AutoencoderFit.@Nullable Old old;
    private final BiConsumer<AutoencoderNetwork, SampleSheet> looks;
    private final float[] held;
    private final int heldRows;
    private final boolean stops;
    private final long perEpoch;
    private AutoencoderStep step;
    /** Weights of the best of the trainings that are over. */
    private final Map<String, Tensor> kept = new LinkedHashMap<>();
    /** By the constants above: which training this is, the step at which it began and the steps it has done, and what is kept. */
    private final Tensor state =
            Tensor.of(new double[] {0, 0, 0, Double.MAX_VALUE, 0, 0}, 6).keep();

    /** @param looks draws what the network can do by now */
    AutoencoderRecipe(
            AutoencoderConfig config,
            AutoencoderData data,
            AutoencoderFit.@Nullable Old old,
            BiConsumer<AutoencoderNetwork, SampleSheet> looks) {
        this.config = config;
        this.data = data;
        this.old = old;
        this.looks = looks;
        step = AutoencoderFit.start(config, data, config.run().seed(), old);
        stops = data.validationSize() > 0;
        held = stops ? data.validationRows() : data.trainingRows();
        heldRows = stops ? data.validationSize() : data.trainingSize();
        perEpoch = data.stepsPerEpoch();
        step.network().state().forEach((name, t) -> kept.put(name, t.copy().keep()));
    }

    /** Updates in all, if no training stops early. */
    long steps() {
        return step.steps() * config.training().restarts();
    }

    @Override
    public Saved saved() {
        Saved saved = step.saved().add("trainings", Map.of("state", state));
        return config.training().restarts() == 1 ? saved : saved.add("kept", kept);
    }

    @Override
    public Scalars step(long number, Batch batch) {
        long local = number - (long) state()[BEGIN];
        Scalars scalars = step.update(local, batch).scalars();
        if ((local + 1) % perEpoch != 0) {
            return scalars;
        }
        set(DONE, local + 1.0);
        if (stops) {
            double loss = step.validationLoss(held, heldRows);
            step.endOfEpoch(loss);
            scalars = scalars.and("validation/reconstruction", loss);
        }
        if (isOver() && !isLast()) {
            again(number + 1);
        }
        return scalars;
    }

    private double[] state() {
        return state.toDoubles();
    }

    private void set(int entry, double value) {
        double[] values = state();
        values[entry] = value;
        try (Scope scope = Scope.open()) {
            state.set(Tensor.of(values, values.length));
        }
    }

    private boolean isOver() {
        return step.stopped() || state()[DONE] >= step.steps();
    }

    private boolean isLast() {
        return state()[RESTART] >= config.training().restarts() - 1;
    }

    private void again(long begin) {
        keepIfBetter();
        set(RESTART, state()[RESTART] + 1);
        set(BEGIN, begin);
        set(DONE, 0);
        step.close();
        step = AutoencoderFit.start(config, data, seed(), old);
    }

    private long seed() {
        return config.run().seed() + (long) state()[RESTART];
    }

    private void keepIfBetter() {
        double loss = AutoencoderFit.settled(step, data);
        if (loss < state()[KEPT_LOSS]) {
            step.network()
                    .state()
                    .forEach((name, t) -> Objects.requireNonNull(kept.get(name)).set(t));
            set(KEPT_LOSS, loss);
            set(KEPT_SEED, seed());
            set(KEPT_EPOCHS, Math.rint(state()[DONE] / perEpoch));
        }
    }

    @Override
    public boolean finished() {
        return isLast() && isOver();
    }

    /** The best of all trainings, when they are over. The network stays this recipe's. */
    AutoencoderFit.Fitted result(double seconds) {
        keepIfBetter();
        step.network().load(kept);
        double[] s = state();
        return new AutoencoderFit.Fitted(
                step.network(), s[KEPT_LOSS], (int) s[KEPT_EPOCHS], (long) s[KEPT_SEED], seconds);
    }

    @Override
    public void sample(long number, SampleSheet sheet) {
        looks.accept(step.network(), sheet);
    }

    @Override
    public Scores evaluate(long number) {
        return Scores.of(Score.lower("reconstruction", step.validationLoss(held, heldRows)));
    }

    @Override
    public void close() {
        step.close();
        kept.values().forEach(Tensor::close);
        state.close();
    }
}
