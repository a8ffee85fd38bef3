package io.fovea.translation;

import io.fovea.gan.Norm;
import io.fovea.nn.Activation;
import io.fovea.nn.Conv2d;
import io.fovea.nn.Layer;
import io.fovea.nn.ReflectionPad2d;
import io.fovea.nn.Sequential;
import io.fovea.torch.Tensor;

/** CycleGAN's generator (Zhu et al. 2017, appendix): c7s1-64, d128, d256, blocks R256, u128, u64, c7s1-3. */
final class ResNetGenerator extends Layer {
    private final GeneratorConfig config;
    private final Sequential first;
    private final Sequential down1;
    private final Sequential down2;
    private final Sequential blocks = new Sequential();
    private final Sequential up1;
    private final Sequential up2;
    private final Sequential last;

    ResNetGenerator(GeneratorConfig config) {
        this.config = config;
        int c = config.channels();
        Norm norm = config.norm();
        boolean bias = norm.convolutionBias();
        first = child("first", new Sequential().add("pad", new ReflectionPad2d(3)));
        first.add("conv", Conv2d.of(config.inputs(), c, 7).bias(bias));
        normAndRelu(first, c);
        down1 = child("down1", halving(c, 2 * c));
        down2 = child("down2", halving(2 * c, 4 * c));
        child("blocks", blocks);
        for (int i = 0; i < config.depth(); i++) {
            blocks.add(new ResNetBlock(config, 4 * c));
        }
        up1 = child("up1", doubling(4 * c, 2 * c));
        up2 = child("up2", doubling(2 * c, c));
        last = child("last", new Sequential().add("pad", new ReflectionPad2d(3)));
        last.add("conv", Conv2d.of(c, config.outputs(), 7)).add("tanh", Activation.tanh());
    }

    private Sequential halving(int in, int out) {
        Sequential layer = new Sequential();
        layer.add(
                "conv",
                Conv2d.of(in, out, 3).stride(2).padding(1).bias(config.norm().convolutionBias()));
        return normAndRelu(layer, out);
    }

    private Sequential doubling(int in, int out) {
        Sequential layer = new Sequential();
        Doubling.add(layer, config.upsampling(), 3, in, out, config.norm().convolutionBias());
        return normAndRelu(layer, out);
    }

    private Sequential normAndRelu(Sequential layer, int channels) {
        return layer.add("norm", config.norm().layer(channels)).add("act", Activation.relu());
    }

    @Override
    protected Tensor forward(Tensor x) { // N,in,H,W
        Tensor y = down2.apply(down1.apply(first.apply(x))); // N,4c,H/4,W/4
        return last.apply(up2.apply(up1.apply(blocks.apply(y)))); // N,out,H,W
    }

    @Override
    public String toString() {
        return "ResNet-" + config.depth();
    }
}
