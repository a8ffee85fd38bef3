package io.fovea.translation;

import io.fovea.nn.Conv2d;
import io.fovea.nn.ConvTranspose2d;
import io.fovea.nn.ReflectionPad2d;
import io.fovea.nn.Sequential;
import io.fovea.nn.Upsample;

/** The layers that double height and width. */
final class Doubling {
    private Doubling() {}

    /**
     * Adds a transposed convolution {@code conv} of stride 2 or, with {@code resize}, the repetition of each value, a reflected border and a 3x3 convolution {@code conv}.
     *
     * @param kernel of the transposed convolution: 4, or 3 with an output padding of 1
     */
    static void add(Sequential to, GeneratorConfig.Upsampling how, int kernel, int in, int out, boolean bias) {
        switch (how) {
            case TRANSPOSED ->
                to.add(
                        "conv",
                        ConvTranspose2d.of(in, out, kernel)
                                .stride(2)
                                .padding(1)
                                .outputPadding(kernel % 2)
                                .bias(bias));
            case RESIZE ->
                to.add("resize", new Upsample(2))
                        .add("pad", new ReflectionPad2d(1))
                        .add("conv", Conv2d.of(in, out, 3).bias(bias));
        }
    }
}
