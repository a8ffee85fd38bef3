package io.fovea.graph;

import io.fovea.nn.Activation;
import io.fovea.nn.BatchNorm2d;
import io.fovea.nn.Conv2d;
import io.fovea.nn.Layer;
import io.fovea.nn.PRelu;
import io.fovea.nn.PixelShuffle;
import io.fovea.nn.Sequential;
import io.fovea.torch.F;
import io.fovea.torch.Tensor;

/** A network shaped like SRResNet: long skip, residual blocks with batch norm and PReLU, two pixel shuffles. */
final class SrNet extends Layer {
    private final Sequential head;
    private final Sequential body = child("body", new Sequential());
    private final Sequential up = child("up", new Sequential());
    private final Conv2d tail;

    SrNet(int channels, int blocks) {
        head = child("head", new Sequential(Conv2d.of(3, channels, 9).same(), new PRelu(1)));
        for (int i = 0; i < blocks; i++) {
            body.add(new Block(channels));
        }
        for (int i = 0; i < 2; i++) {
            up.add(new Sequential()
                    .add("conv", Conv2d.of(channels, 4 * channels, 3).same())
                    .add("shuffle", new PixelShuffle(2))
                    .add("act", i == 0 ? new PRelu(channels) : Activation.leakyRelu(0.1)));
        }
        tail = child("tail", Conv2d.of(channels, 3, 9).same());
    }

    /** Fills the running statistics, which start as if there were nothing to do. */
    SrNet withStatistics() {
        buffers().forEach((name, t) -> t.set(Tensor.rand(t.shape())));
        buffers().forEach((name, t) -> F.addInPlace(t, t, name.endsWith("var") ? 1 : 0));
        return this;
    }

    private static final class Block extends Layer {
        private final Sequential layers;

        Block(int c) {
            layers = child(
                    "layers",
                    new Sequential(
                            Conv2d.of(c, c, 3).same(),
                            new BatchNorm2d(c),
                            new PRelu(1),
                            Conv2d.of(c, c, 3).same(),
                            new BatchNorm2d(c)));
        }

        @Override
        protected Tensor forward(Tensor x) {
            return F.add(x, layers.apply(x));
        }

        @Override
        public String toString() {
            return "ResidualBlock";
        }
    }

    @Override
    protected Tensor forward(Tensor x) {
        Tensor first = head.apply(x);
        return F.tanh(tail.apply(up.apply(F.add(body.apply(first), first))));
    }
}
