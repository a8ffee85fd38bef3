package io.fovea.autoencoder;

/**
 * One layer of the networks that a map page runs in the browser. Values are flat arrays; a picture is channel after channel, row after row
 * (C,H,W), so nothing needs to be flattened between convolutions and linear layers.
 */
public sealed interface PageLayer {
    /** What stands between linear layers. {@code GELU} is the exact one, by the error function. */
    enum Function {
        RELU,
        TANH,
        SIGMOID,
        ELU,
        GELU
    }

    /** Height and width of pictures. */
    record Size(int height, int width) {}

    /** y = W x + b. The weight is {@code out} x {@code in}, row-major, as in PyTorch. */
    record Linear(int in, int out, float[] weight, float[] bias) implements PageLayer {
        public Linear {
            check("linear weight", weight.length, (long) in * out);
            check("linear bias", bias.length, out);
        }
    }

    /** A function of each value. */
    record Activation(Function function) implements PageLayer {}

    /**
     * A convolution with zero padding; the output measures (H + 2 padding - kernel) / stride + 1, rounded down.
     *
     * @param size of the input
     * @param weight {@code out} x {@code in} x {@code kernel} x {@code kernel}
     */
    record Conv(int in, int out, int kernel, int stride, int padding, Size size, float[] weight, float[] bias)
            implements PageLayer {
        public Conv {
            check("convolution weight", weight.length, (long) in * out * kernel * kernel);
            check("convolution bias", bias.length, out);
        }
    }

    /**
     * A transposed convolution; the output measures (H - 1) stride - 2 padding + kernel + outputPadding.
     *
     * @param size of the input
     * @param weight {@code in} x {@code out} x {@code kernel} x {@code kernel}
     */
    record ConvTranspose(
            int in,
            int out,
            int kernel,
            int stride,
            int padding,
            int outputPadding,
            Size size,
            float[] weight,
            float[] bias)
            implements PageLayer {
        public ConvTranspose {
            check("transposed convolution weight", weight.length, (long) in * out * kernel * kernel);
            check("transposed convolution bias", bias.length, out);
        }
    }

    /** The upper left part of a picture. */
    record Crop(int channels, Size from, Size to) implements PageLayer {}

    private static void check(String what, int length, long expected) {
        if (length != expected) {
            throw new IllegalArgumentException(what + ": " + length + " values, expected " + expected);
        }
    }
}
