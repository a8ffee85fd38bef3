package io.fovea.optim;

import io.fovea.torch.Tensor;
import java.util.Map;

/** Moves named parameters by their gradients. */
public interface Optimizer extends AutoCloseable {
    /** One update from the accumulated gradients; parameters without a gradient stay. */
    void step(double rate);

    /** Forgets the accumulated gradients. */
    void clearGradients();

    /** Everything that must be saved to go on bit for bit: moments and counters by name. Loading writes into these tensors. */
    Map<String, Tensor> state();

    @Override
    void close();
}
