package io.fovea.gan;

import io.fovea.torch.F;
import io.fovea.torch.Tensor;

/**
 * Adversarial objectives on raw logits d of any shape (D is the probability, sigmoid(d)); means over all logits and the batch. Where a game judges real and generated
 * pictures each for themselves, {@link #real} and {@link #fake} are the discriminator's two terms; its loss is their sum, or half of it.
 */
public enum Game {
    /** G: -log D(fake). D: binary cross-entropy. Goodfellow 2014, non-saturating: "vanilla". */
    LOG,
    /** G: 1 - D(fake). D: 1 - D(real) and D(fake). leftthomas/SRGAN's; saturates. */
    LINEAR,
    /** G: -d(fake). D: max(0, 1 - d(real)) and max(0, 1 + d(fake)). Lim and Ye 2017. */
    HINGE,
    /** Relativistic average: each logit is compared with the mean of the other side (Jolicoeur-Martineau 2018). */
    RELATIVISTIC,
    /** G: (d(fake) - 1)^2. D: (d(real) - 1)^2 and d(fake)^2. Mao 2017. */
    LSGAN,
    /** G: -d(fake). D: -d(real) and d(fake), to which {@link GradientPenalty} belongs. Gulrajani 2017. */
    WGANGP;

    /** Whether real and generated pictures are judged apart, so that {@link #real} and {@link #fake} exist. */
    public boolean judgesApart() {
        return this != RELATIVISTIC;
    }

    /** The discriminator's term for real pictures. */
    public Tensor real(Tensor logits) {
        return real(logits, 0);
    }

    /** As {@link #real(Tensor)}; with cross-entropy the target is 1 - {@code labelSmoothing}. */
    public Tensor real(Tensor logits, double labelSmoothing) {
        return switch (this) {
            case LOG -> F.bceWithLogits(logits, constant(logits, 1 - labelSmoothing));
            case LSGAN -> F.mse(logits, constant(logits, 1));
            case WGANGP -> F.neg(F.mean(logits));
            case LINEAR -> F.add(F.neg(F.mean(F.sigmoid(logits))), 1);
            case HINGE -> F.mean(F.relu(F.add(F.neg(logits), 1)));
            case RELATIVISTIC -> throw needsBoth();
        };
    }

    /** The discriminator's term for generated pictures. */
    public Tensor fake(Tensor logits) {
        return switch (this) {
            case LOG -> F.bceWithLogits(logits, constant(logits, 0));
            case LSGAN -> F.mse(logits, constant(logits, 0));
            case WGANGP -> F.mean(logits);
            case LINEAR -> F.mean(F.sigmoid(logits));
            case HINGE -> F.mean(F.relu(F.add(logits, 1)));
            case RELATIVISTIC -> throw needsBoth();
        };
    }

    private static UnsupportedOperationException needsBoth() {
        return new UnsupportedOperationException("The relativistic game compares both sides.");
    }

    /** The generator's term; {@code real} is used by the relativistic game alone. */
    public Tensor generator(Tensor fake, Tensor real) {
        return switch (this) {
            case LOG, LSGAN, WGANGP, LINEAR -> real(fake);
            case HINGE -> F.neg(F.mean(fake));
            case RELATIVISTIC -> relative(real, 0, fake, 1);
        };
    }

    /** The discriminator's loss: both terms together. */
    public Tensor discriminator(Tensor real, Tensor fake, double labelSmoothing) {
        return this == RELATIVISTIC
                ? relative(real, 1 - labelSmoothing, fake, 0)
                : F.add(real(real, labelSmoothing), fake(fake));
    }

    private static Tensor relative(Tensor real, double realTarget, Tensor fake, double fakeTarget) {
        return F.mul(
                F.add(
                        F.bceWithLogits(F.sub(real, F.mean(fake)), constant(real, realTarget)),
                        F.bceWithLogits(F.sub(fake, F.mean(real)), constant(fake, fakeTarget))),
                0.5);
    }

    private static Tensor constant(Tensor like, double value) {
        Tensor t = like.zerosLike();
        F.fillInPlace(t, value);
        return t;
    }
}
