package io.fovea.optim;

import io.fovea.FoveaException;
import io.fovea.torch.Tensor;
import java.util.Map;

/** The constants of {@link Adam} that configurations name. */
public record AdamConfig(double beta1, double beta2, double eps) {
    public AdamConfig {
        if (beta1 < 0 || beta1 >= 1 || beta2 < 0 || beta2 >= 1 || eps <= 0) {
            throw new FoveaException("adam: beta1 and beta2 must be in [0,1) and eps above 0; they are " + beta1 + ", "
                    + beta2 + " and " + eps + ".");
        }
    }

    /** A new optimiser of these parameters. */
    public Adam of(Map<String, Tensor> parameters) {
        return new Adam(parameters, Adam.Options.of(beta1, beta2).eps(eps));
    }
}
