package io.fovea.gan;

import io.fovea.FoveaException;
import io.fovea.nn.BatchNorm2d;
import io.fovea.nn.Conv2d;
import io.fovea.nn.ConvTranspose2d;
import io.fovea.nn.Init;
import io.fovea.nn.InstanceNorm2d;
import io.fovea.nn.Module;
import io.fovea.torch.F;
import io.fovea.torch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * How a network's weights start. Biases start at 0, weights of norms at N(1, 0.02).
 *
 * @param kind distribution of the convolutions' weights
 * @param gain their standard deviation ({@code normal}), or the factor of the distribution's own; {@code kaiming} does not use it
 */
public record WeightInit(Kind kind, double gain) {
    public enum Kind {
        /** N(0, gain). */
        NORMAL,
        /** Glorot and Bengio 2010. */
        XAVIER,
        /** He et al. 2015. */
        KAIMING,
        /** Saxe et al. 2013. */
        ORTHOGONAL
    }

    /** N(0, 0.02), as published. */
    public static final WeightInit PUBLISHED = new WeightInit(Kind.NORMAL, 0.02);

    public WeightInit {
        if (!(gain > 0)) {
            throw new FoveaException("init.gain is " + gain + "; it must be above 0.");
        }
    }

    /** Starts every convolution and norm of a network; draws from libtorch's generator. */
    public void apply(Module network) {
        for (Module m : network.modules().values()) {
            if (m instanceof Conv2d conv) {
                convolution(conv.weight(), conv.bias());
            } else if (m instanceof ConvTranspose2d conv) {
                convolution(conv.weight(), conv.bias());
            } else if (m instanceof BatchNorm2d norm) {
                F.normalInPlace(norm.weight(), 1, 0.02);
            } else if (m instanceof InstanceNorm2d norm && norm.weight() != null) {
                F.normalInPlace(norm.weight(), 1, 0.02);
            }
        }
    }

    private void convolution(Tensor weight, @Nullable Tensor bias) {
        switch (kind) {
            case NORMAL -> F.normalInPlace(weight, 0, gain);
            case XAVIER -> Init.xavierNormal(weight, gain);
            case KAIMING -> Init.kaimingNormal(weight, 1);
            case ORTHOGONAL -> F.orthogonalInPlace(weight, gain);
        }
        if (bias != null) {
            F.fillInPlace(bias, 0);
        }
    }
}
