package io.fovea.srgan;

import io.fovea.nn.Conv2d;
import io.fovea.nn.Layer;
import io.fovea.torch.F;
import io.fovea.torch.Tensor;

/** Residual block of SRResNet (Ledig et al. 2017, figure 4): conv - norm - activation - conv - norm, plus identity. */
final class ResidualBlock extends Layer {
    final Conv2d conv1;
    final Layer norm1;
    private final Layer act;
    final Conv2d conv2;
    final Layer norm2;

    ResidualBlock(GeneratorConfig config) {
        int c = config.channels();
        conv1 = child("conv1", Conv2d.of(c, c, 3).same().bias(config.bias()));
        norm1 = child("norm1", SrResNet.norm(config));
        act = child("act", SrResNet.activation(config, c));
        conv2 = child("conv2", Conv2d.of(c, c, 3).same().bias(config.bias()));
        norm2 = child("norm2", SrResNet.norm(config));
    }

    @Override
    protected Tensor forward(Tensor x) { // N,64,h,w
        Tensor y = act.apply(norm1.apply(conv1.apply(x)));
        return F.add(x, norm2.apply(conv2.apply(y)));
    }

    @Override
    public String toString() {
        return "ResidualBlock";
    }
}
