package io.fovea.nn;

import io.fovea.torch.F;
import io.fovea.torch.Tensor;

/** Zeroes each element with probability p while training, and scales the rest by 1/(1-p). */
public final class Dropout extends Layer {
    private final double p;
    private boolean always;

    public Dropout(double p) {
        this.p = p;
    }

    /** Whether it drops outside of training too, as a source of variety. */
    public void always(boolean wanted) {
        always = wanted;
    }

    @Override
    protected Tensor forward(Tensor x) {
        return F.dropout(x, p, always || isTraining());
    }

    @Override
    public String toString() {
        return "Dropout(" + p + ")";
    }
}
