package io.fovea.nn;

import io.fovea.torch.F;
import io.fovea.torch.Tensor;
import java.util.function.UnaryOperator;

/** A function without parameters as a layer. */
public final class Activation extends Layer {
    private final String name;
    private final UnaryOperator<Tensor> function;

    private Activation(String name, UnaryOperator<Tensor> function) {
        this.name = name;
        this.function = function;
    }

    public static Activation relu() {
        return new Activation("ReLU", F::relu);
    }

    public static Activation leakyRelu(double slope) {
        return new Activation("LeakyReLU(" + slope + ")", x -> F.leakyRelu(x, slope));
    }

    public static Activation tanh() {
        return new Activation("Tanh", F::tanh);
    }

    public static Activation sigmoid() {
        return new Activation("Sigmoid", F::sigmoid);
    }

    public static Activation elu() {
        return new Activation("ELU", F::elu);
    }

    public static Activation gelu() {
        return new Activation("GELU", F::gelu);
    }

    public static Activation identity() {
        return new Activation("Identity", x -> x);
    }

    @Override
    protected Tensor forward(Tensor x) {
        return function.apply(x);
    }

    @Override
    public String toString() {
        return name;
    }
}
