package io.fovea.srgan;

import io.fovea.nn.Activation;
import io.fovea.nn.Conv2d;
import io.fovea.nn.Layer;
import io.fovea.nn.PixelShuffle;
import io.fovea.nn.Sequential;
import io.fovea.torch.F;
import io.fovea.torch.Tensor;

/**
 * MSRResNet, BasicSR's modification of SRResNet: no normalisation, no convolution after the body and no long skip, but the bilinearly
 * enlarged input added at the end. LR N,3,h,w to HR N,3,r*h,r*w, both in [0,1] (not clamped).
 */
public final class MsrResNet extends Layer {
    private final GeneratorConfig config;
    private final Layer act = Activation.leakyRelu(0.1);
    private final Conv2d first;
    private final Sequential body = child("body", new Sequential());
    private final Sequential up = child("up", new Sequential());
    private final Conv2d hr;
    private final Conv2d last;

    public MsrResNet(GeneratorConfig config) {
        this.config = config;
        int c = config.channels();
        first = child("first", Conv2d.of(3, c, 3).same());
        for (int i = 0; i < config.blocks(); i++) {
            body.add(new Block(c));
        }
        int factor = config.scale() == 3 ? 3 : 2;
        for (int r = config.scale(); r > 1; r /= factor) {
            up.add(new Sequential()
                    .add("conv", Conv2d.of(c, c * factor * factor, 3).same())
                    .add("shuffle", new PixelShuffle(factor))
                    .add("act", Activation.leakyRelu(0.1)));
        }
        hr = child("hr", Conv2d.of(c, c, 3).same());
        last = child("last", Conv2d.of(c, 3, 3).same());
        GeneratorInit.apply(this, config);
    }

    /** conv - ReLU - conv, plus identity. */
    private static final class Block extends Layer {
        private final Conv2d conv1;
        private final Conv2d conv2;

        Block(int c) {
            conv1 = child("conv1", Conv2d.of(c, c, 3).same());
            conv2 = child("conv2", Conv2d.of(c, c, 3).same());
        }

        @Override
        protected Tensor forward(Tensor x) {
            return F.add(x, conv2.apply(F.relu(conv1.apply(x))));
        }

        @Override
        public String toString() {
            return "ResidualBlock";
        }
    }

    public GeneratorConfig config() {
        return config;
    }

    @Override
    protected Tensor forward(Tensor x) { // N,3,h,w
        Tensor y = up.apply(body.apply(act.apply(first.apply(x)))); // N,64,rh,rw
        Tensor detail = last.apply(act.apply(hr.apply(y))); // N,3,rh,rw
        return F.add(detail, F.upsample(x, config.scale(), F.Interpolation.BILINEAR));
    }

    @Override
    public String toString() {
        return "MSRResNet x" + config.scale();
    }
}
