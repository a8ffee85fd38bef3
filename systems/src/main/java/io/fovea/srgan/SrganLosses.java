package io.fovea.srgan;

import io.fovea.torch.F;
import io.fovea.torch.Tensor;

/** The formulas of SRGAN's losses that need no network of their own (Ledig et al. 2017, section 2.2; srgan variants). */
final class SrganLosses {
    private SrganLosses() {}

    /** Mean of sqrt((a - b)^2 + 1e-6). */
    static Tensor charbonnier(Tensor a, Tensor b) {
        return F.mean(F.sqrt(F.add(F.square(F.sub(a, b)), 1e-6)));
    }

    /** The generator's adversarial term from raw logits N,1; {@code real} is used by the relativistic game alone. */
    static Tensor generator(SrganConfig.Game game, Tensor fake, Tensor real) {
        return switch (game) {
            case LOG -> F.bceWithLogits(fake, constant(fake, 1));
            case LINEAR -> F.mean(F.add(F.neg(F.sigmoid(fake)), 1));
            case HINGE -> F.neg(F.mean(fake));
            case RELATIVISTIC ->
                F.mul(
                        F.add(
                                F.bceWithLogits(F.sub(real, F.mean(fake)), constant(real, 0)),
                                F.bceWithLogits(F.sub(fake, F.mean(real)), constant(fake, 1))),
                        0.5);
        };
    }

    /** The discriminator's loss from raw logits N,1 of HR crops and of the generator's. */
    static Tensor discriminator(SrganConfig.Game game, Tensor real, Tensor fake, double labelSmoothing) {
        return switch (game) {
            case LOG ->
                F.add(
                        F.bceWithLogits(real, constant(real, 1 - labelSmoothing)),
                        F.bceWithLogits(fake, constant(fake, 0)));
            case LINEAR -> F.add(F.sub(F.mean(F.sigmoid(fake)), F.mean(F.sigmoid(real))), 1);
            case HINGE -> F.add(F.mean(F.relu(F.add(F.neg(real), 1))), F.mean(F.relu(F.add(fake, 1))));
            case RELATIVISTIC ->
                F.mul(
                        F.add(
                                F.bceWithLogits(F.sub(real, F.mean(fake)), constant(real, 1 - labelSmoothing)),
                                F.bceWithLogits(F.sub(fake, F.mean(real)), constant(fake, 0))),
                        0.5);
        };
    }

    private static Tensor constant(Tensor like, double value) {
        Tensor t = like.zerosLike();
        F.fillInPlace(t, value);
        return t;
    }
}
