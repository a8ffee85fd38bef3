package io.fovea.metrics;

import io.fovea.nn.Activation;
import io.fovea.nn.Conv2d;
import io.fovea.nn.Layer;
import io.fovea.torch.F;
import io.fovea.torch.Tensor;
import java.util.List;

/** SqueezeNet's module (Iandola 2016): a 1 x 1 convolution that squeezes, then a 1 x 1 and a 3 x 3 side by side that expand; ReLU after each. */
final class Fire extends Layer {
    private final Conv2d squeeze;
    private final Conv2d expand1x1;
    private final Conv2d expand3x3;
    private final Activation relu = Activation.relu();

    Fire(int in, int squeezed, int expanded) {
        squeeze = child("squeeze", Conv2d.of(in, squeezed, 1));
        expand1x1 = child("expand1x1", Conv2d.of(squeezed, expanded, 1));
        expand3x3 = child("expand3x3", Conv2d.of(squeezed, expanded, 3).same());
    }

    @Override
    protected Tensor forward(Tensor x) {
        Tensor s = relu.apply(squeeze.apply(x));
        return F.cat(List.of(relu.apply(expand1x1.apply(s)), relu.apply(expand3x3.apply(s))), 1);
    }

    @Override
    public String toString() {
        return "Fire";
    }
}
