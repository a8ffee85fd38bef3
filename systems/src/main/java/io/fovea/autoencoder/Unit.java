package io.fovea.autoencoder;

import io.fovea.nn.Activation;
import io.fovea.torch.F;
import io.fovea.torch.Tensor;

/** What a unit of a network makes of its weighted sum. */
public enum Unit {
    IDENTITY,
    RELU,
    TANH,
    ELU,
    GELU,
    SIGMOID;

    Activation layer() {
        return switch (this) {
            case IDENTITY -> Activation.identity();
            case RELU -> Activation.relu();
            case TANH -> Activation.tanh();
            case ELU -> Activation.elu();
            case GELU -> Activation.gelu();
            case SIGMOID -> Activation.sigmoid();
        };
    }

    /** The derivative at {@code x}, from which {@code y} was computed; itself differentiable. Not for {@code IDENTITY}. */
    Tensor derivative(Tensor x, Tensor y) {
        return switch (this) {
            case IDENTITY -> throw new IllegalArgumentException("The derivative of the identity is 1.");
            case RELU -> F.sign(y);
            case TANH -> F.add(F.neg(F.square(y)), 1);
            case ELU -> F.exp(F.clamp(x, Double.NEGATIVE_INFINITY, 0));
            case GELU -> {
                Tensor cumulative = F.mul(F.add(F.erf(F.mul(x, Math.sqrt(0.5))), 1), 0.5);
                Tensor density = F.mul(F.exp(F.mul(F.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
                yield F.add(cumulative, F.mul(x, density));
            }
            case SIGMOID -> F.mul(y, F.add(F.neg(y), 1));
        };
    }

    /** f(u) - f(-u) is about this many times u for small u: how a pair of units carries a number through. */
    double pairSlope() {
        return switch (this) {
            case IDENTITY, TANH, ELU -> 2;
            case RELU, GELU -> 1;
            case SIGMOID -> 0.5;
        };
    }

    /** How large the numbers are, in units of their spread, that a pair of such units carries through nearly unbent. */
    double pairScale() {
        return switch (this) {
            case IDENTITY, RELU, GELU -> 1; // exact at any size
            case ELU -> 0.02;
            case TANH, SIGMOID -> 0.1;
        };
    }
}
