package io.fovea.translation;

import io.fovea.nn.Activation;
import io.fovea.nn.Conv2d;
import io.fovea.nn.Dropout;
import io.fovea.nn.Layer;
import io.fovea.nn.ReflectionPad2d;
import io.fovea.torch.F;
import io.fovea.torch.Tensor;

/** Residual block with reflected borders: pad - conv - norm - relu (- dropout) - pad - conv - norm, plus identity; nothing after the sum. */
final class ResNetBlock extends Layer {
    private final ReflectionPad2d pad = child("pad", new ReflectionPad2d(1));
    private final Conv2d conv1;
    private final Layer norm1;
    private final Layer dropout;
    private final Conv2d conv2;
    private final Layer norm2;

    ResNetBlock(GeneratorConfig config, int channels) {
        boolean bias = config.norm().convolutionBias();
        boolean drops = config.dropout() != GeneratorConfig.DropoutPlace.NONE;
        conv1 = child("conv1", Conv2d.of(channels, channels, 3).bias(bias));
        norm1 = child("norm1", config.norm().layer(channels));
        dropout = child("dropout", drops ? new Dropout(0.5) : Activation.identity());
        conv2 = child("conv2", Conv2d.of(channels, channels, 3).bias(bias));
        norm2 = child("norm2", config.norm().layer(channels));
    }

    @Override
    protected Tensor forward(Tensor x) { // N,4c,h,w
        Tensor y = dropout.apply(F.relu(norm1.apply(conv1.apply(pad.apply(x)))));
        return F.add(x, norm2.apply(conv2.apply(pad.apply(y))));
    }

    @Override
    public String toString() {
        return "ResNetBlock";
    }
}
