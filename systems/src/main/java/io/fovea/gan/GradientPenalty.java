package io.fovea.gan;

import io.fovea.torch.Autograd;
import io.fovea.torch.F;
import io.fovea.torch.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;

/** The penalty that keeps a critic's slope near 1 (Gulrajani et al. 2017, equation 3). */
public final class GradientPenalty {
    /** Added to every entry of the gradient, so that the root has a derivative at 0. */
    private static final double TINY = 1e-16;

    private GradientPenalty() {}

    /** Pictures between real and generated ones: alpha real + (1 - alpha) fake, with one alpha in [0,1) per sample, N,1. */
    public static Tensor between(Tensor real, Tensor fake, Tensor alpha) {
        Tensor a = F.reshape(alpha, 0, 1, 1, 1);
        return F.add(F.mul(real, a), F.mul(fake, F.add(F.neg(a), 1)));
    }

    /** As {@link #between(Tensor, Tensor, Tensor)}, alpha drawn from libtorch's generator. */
    public static Tensor between(Tensor real, Tensor fake) {
        Tensor alpha = Tensor.rand(real.size(0), 1).to(real.dtype()).to(real.device());
        return between(real, fake, alpha);
    }

    /** The L2 norm of d(sum of critic(x))/dx for each sample, N; it can be differentiated again. */
    public static Tensor slopes(UnaryOperator<Tensor> critic, Tensor pictures) {
        Tensor x = pictures.detach().requiresGrad(true);
        Tensor gradient =
                Autograd.grad(F.sum(critic.apply(x)), List.of(x), true).get(0);
        return F.sqrt(F.sum(F.square(F.add(F.flatten(gradient), TINY)), false, 1));
    }

    /**
     * Mean over the samples of (slope - 1)^2.
     *
     * @param critic from pictures N,C,H,W to logits of any shape
     * @param pictures where its slope is taken
     */
    public static Tensor of(UnaryOperator<Tensor> critic, Tensor pictures) {
        return F.mean(F.square(F.add(slopes(critic, pictures), -1)));
    }
}
