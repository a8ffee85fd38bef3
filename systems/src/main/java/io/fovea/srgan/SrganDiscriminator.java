package io.fovea.srgan;

import io.fovea.nn.Activation;
import io.fovea.nn.BatchNorm2d;
import io.fovea.nn.Conv2d;
import io.fovea.nn.Flatten;
import io.fovea.nn.GlobalAvgPool2d;
import io.fovea.nn.Layer;
import io.fovea.nn.Linear;
import io.fovea.nn.Sequential;

/**
 * The discriminators: HR crops N,3,s,s to one raw logit a crop, N,1 (the sigmoid belongs to the loss).
 */
final class SrganDiscriminator {
    private SrganDiscriminator() {}

    static Layer create(DiscriminatorConfig config) {
        return switch (config.kind()) {
            case PAPER -> paper(config.channels(), config.size());
            case POOLED -> pooled(config.channels());
            case VGG -> vggStyle(config.channels(), config.size());
        };
    }

    /** Ledig et al. 2017, figure 4: k3n64s1, then s2/s1 pairs to n512, dense 1024, dense 1. */
    private static Sequential paper(int c, int size) {
        int side = size / 16;
        return convolutions(c)
                .add("flatten", new Flatten())
                .add("dense1", new Linear(8 * c * side * side, 16 * c))
                .add("act9", Activation.leakyRelu(0.2))
                .add("dense2", new Linear(16 * c, 1));
    }

    /** leftthomas/SRGAN: the same convolutions, then global average pooling and two 1x1 convolutions. */
    private static Sequential pooled(int c) {
        return convolutions(c)
                .add("pool", new GlobalAvgPool2d())
                .add("dense1", Conv2d.of(8 * c, 16 * c, 1))
                .add("act9", Activation.leakyRelu(0.2))
                .add("dense2", Conv2d.of(16 * c, 1, 1))
                .add("flatten", new Flatten());
    }

    private static Sequential convolutions(int c) {
        Sequential net =
                new Sequential().add("conv1", Conv2d.of(3, c, 3).same()).add("act1", Activation.leakyRelu(0.2));
        int in = c;
        int[] widths = {c, 2 * c, 2 * c, 4 * c, 4 * c, 8 * c, 8 * c};
        for (int i = 0; i < widths.length; i++) {
            int n = i + 2;
            net.add("conv" + n, Conv2d.of(in, widths[i], 3).same().stride(i % 2 == 0 ? 2 : 1))
                    .add("bn" + n, new BatchNorm2d(widths[i]))
                    .add("act" + n, Activation.leakyRelu(0.2));
            in = widths[i];
        }
        return net;
    }

    /** BasicSR's VGGStyleDiscriminator: k3s1 and k4s2 pairs, dense 100, dense 1. */
    private static Sequential vggStyle(int c, int size) {
        Sequential net =
                new Sequential().add("conv0_0", Conv2d.of(3, c, 3).same()).add("act0_0", Activation.leakyRelu(0.2));
        int in = c;
        int[] widths = size == 256
                ? new int[] {c, 2 * c, 4 * c, 8 * c, 8 * c, 8 * c}
                : new int[] {c, 2 * c, 4 * c, 8 * c, 8 * c};
        for (int i = 0; i < widths.length; i++) {
            if (i > 0) {
                convNorm(net, i + "_0", Conv2d.of(in, widths[i], 3).same(), widths[i]);
            }
            convNorm(
                    net, i + "_1", Conv2d.of(widths[i], widths[i], 4).padding(1).stride(2), widths[i]);
            in = widths[i];
        }
        return net.add("flatten", new Flatten())
                .add("linear1", new Linear(in * 16, 100))
                .add("act", Activation.leakyRelu(0.2))
                .add("linear2", new Linear(100, 1));
    }

    private static void convNorm(Sequential net, String name, Conv2d conv, int channels) {
        net.add("conv" + name, conv.bias(false))
                .add("bn" + name, new BatchNorm2d(channels))
                .add("act" + name, Activation.leakyRelu(0.2));
    }
}
