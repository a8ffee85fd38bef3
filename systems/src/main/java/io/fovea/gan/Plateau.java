package io.fovea.gan;

import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import io.fovea.train.Score;
import java.util.Map;

/** Lowers a learning rate to a fifth whenever a figure has not improved by 1 % for more than five evaluations. */
public final class Plateau implements AutoCloseable {
    private static final double FACTOR = 0.2;
    private static final double THRESHOLD = 0.01;
    private static final int PATIENCE = 5;

    /** Best figure (lower is better), evaluations since, factor of the rate. */
    private final Tensor state =
            Tensor.of(new double[] {Double.MAX_VALUE, 0, 1}, 3).keep();

    /** Takes in the figure of another evaluation. */
    public void see(Score score) {
        double value = score.better() == Score.Better.LOWER ? score.value() : -score.value();
        double[] s = state.toDoubles();
        if (value < s[0] - THRESHOLD * Math.abs(s[0])) {
            s[0] = value;
            s[1] = 0;
        } else if (++s[1] > PATIENCE) {
            s[1] = 0;
            s[2] *= FACTOR;
        }
        try (Scope scope = Scope.open()) {
            state.set(Tensor.of(s, 3));
        }
    }

    /** What the rate is multiplied by now. */
    public double factor() {
        return state.toDoubles()[2];
    }

    /** What a checkpoint must hold; loading writes into it. */
    public Map<String, Tensor> state() {
        return Map.of("state", state);
    }

    @Override
    public void close() {
        state.close();
    }
}
