package io.fovea.srgan;

import io.fovea.nn.Activation;
import io.fovea.nn.BatchNorm2d;
import io.fovea.nn.Conv2d;
import io.fovea.nn.InstanceNorm2d;
import io.fovea.nn.Layer;
import io.fovea.nn.PRelu;
import io.fovea.nn.PixelShuffle;
import io.fovea.nn.Sequential;
import io.fovea.torch.F;
import io.fovea.torch.Tensor;

/** The generator of Ledig et al. 2017, figure 4, and its public variants. LR N,3,h,w to HR N,3,r*h,r*w. */
public final class SrResNet extends Layer {
    private final GeneratorConfig config;
    private final Conv2d head;
    private final Layer headAct;
    private final Sequential body = child("body", new Sequential());
    private final Conv2d trunk;
    private final Layer trunkEnd;
    private final Sequential up = child("up", new Sequential());
    private final Conv2d tail;

    public SrResNet(GeneratorConfig config) {
        this.config = config;
        int c = config.channels();
        head = child("head", Conv2d.of(3, c, config.headKernel()).same().bias(config.bias()));
        headAct = child("headAct", activation(config, c));
        for (int i = 0; i < config.blocks(); i++) {
            body.add(new ResidualBlock(config));
        }
        trunk = child("trunk", Conv2d.of(c, c, 3).same().bias(config.bias()));
        trunkEnd = child(
                "trunkEnd",
                switch (config.trunkEnd()) {
                    case NORM -> norm(config);
                    case PRELU -> new PRelu(1);
                    case NONE -> Activation.identity();
                });
        int s = config.shuffleChannels();
        int factor = config.scale() == 3 ? 3 : 2;
        int in = c;
        for (int r = config.scale(); r > 1; r /= factor) {
            Conv2d conv = Conv2d.of(in, s * factor * factor, 3).same().bias(config.bias());
            up.add(new Sequential()
                    .add("conv", conv)
                    .add("shuffle", new PixelShuffle(factor))
                    .add("act", activation(config, s)));
            in = s;
        }
        tail = child("tail", Conv2d.of(s, 3, config.tailKernel()).same().bias(config.bias()));
        GeneratorInit.apply(this, config);
    }

    static Layer norm(GeneratorConfig config) {
        return switch (config.norm()) {
            case BATCH -> new BatchNorm2d(config.channels());
            case INSTANCE -> new InstanceNorm2d(config.channels(), true);
            case NONE -> Activation.identity();
        };
    }

    static Layer activation(GeneratorConfig config, int channels) {
        return switch (config.activation()) {
            case PRELU -> new PRelu(1);
            case PRELU_CHANNEL -> new PRelu(channels);
            case RELU -> Activation.relu();
            case LEAKY_RELU -> Activation.leakyRelu(0.2);
        };
    }

    public GeneratorConfig config() {
        return config;
    }

    @Override
    protected Tensor forward(Tensor x) { // N,3,h,w
        Tensor first = first(x); // N,64,h,w
        Tensor deep = deep(body.apply(first));
        Tensor y = tail.apply(up.apply(F.add(deep, first))); // N,3,rh,rw
        return switch (config.output()) {
            case NONE -> y;
            case TANH -> F.tanh(y);
            case TANH_UNIT -> F.mul(F.add(F.tanh(y), 1), 0.5);
        };
    }

    /** The first layer; what the long skip carries. */
    Tensor first(Tensor x) {
        return headAct.apply(head.apply(x));
    }

    /** The end of the body, before the long skip is added. */
    Tensor deep(Tensor x) {
        return trunkEnd.apply(trunk.apply(x));
    }

    Sequential body() {
        return body;
    }

    /** The same function with every batch norm folded into the convolution before it: faster inference, no training. */
    SrResNet folded() {
        if (config.norm() != GeneratorConfig.Norm.BATCH || !config.bias()) {
            return this;
        }
        boolean trunkNorm = config.trunkEnd() == GeneratorConfig.TrunkEnd.NORM;
        SrResNet plain = new SrResNet(new GeneratorConfig(
                config.kind(),
                config.scale(),
                config.blocks(),
                config.channels(),
                GeneratorConfig.Norm.NONE,
                config.activation(),
                config.headKernel(),
                config.tailKernel(),
                trunkNorm ? GeneratorConfig.TrunkEnd.NONE : config.trunkEnd(),
                config.shuffleChannels(),
                true,
                config.output(),
                config.init(),
                config.icnr(),
                config.lrRange(),
                config.hrRange()));
        var own = state();
        plain.state().forEach((name, t) -> t.set(java.util.Objects.requireNonNull(own.get(name))));
        for (int i = 0; i < config.blocks(); i++) {
            ResidualBlock from = (ResidualBlock) body.get(i);
            ResidualBlock to = (ResidualBlock) plain.body.get(i);
            fold(from.norm1, to.conv1);
            fold(from.norm2, to.conv2);
        }
        if (trunkNorm) {
            fold(trunkEnd, plain.trunk);
        }
        plain.eval();
        return plain;
    }

    private static void fold(Layer norm, Conv2d conv) {
        ((BatchNorm2d) norm).foldInto(conv.weight(), java.util.Objects.requireNonNull(conv.bias()));
    }

    @Override
    public String toString() {
        return "SRResNet x" + config.scale();
    }
}
