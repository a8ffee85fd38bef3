package io.fovea.gan;

import io.fovea.nn.Activation;
import io.fovea.nn.Conv2d;
import io.fovea.nn.Sequential;
import io.fovea.weights.KeyMap;
import io.fovea.weights.StoredTensor;
import io.fovea.weights.WeightsFile;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The PatchGAN discriminators of Isola et al. 2016 (section 2.2.2 and appendix): N,C,H,W to a map of logits N,1,h,w, one for each patch. The sigmoid belongs to
 * the loss.
 */
public final class PatchGan {
    private PatchGan() {}

    /** A new discriminator of pictures of that many channels (condition and judged picture together). */
    public static Sequential create(PatchGanConfig config, int inputs) {
        return config.layers() == 0 ? pixels(config, inputs) : patches(config, inputs);
    }

    /** Halving layers, then two that keep the size but for a pixel each. */
    private static Sequential patches(PatchGanConfig config, int inputs) {
        int c = config.channels();
        Sequential net = new Sequential();
        net.add("conv1", Conv2d.of(inputs, c, 4).stride(2).padding(1)).add("act1", Activation.leakyRelu(0.2));
        int in = c;
        for (int i = 1; i <= config.layers(); i++) {
            int out = c * Math.min(1 << i, 8);
            int stride = i < config.layers() ? 2 : 1;
            inner(net, i + 1, Conv2d.of(in, out, 4).stride(stride).padding(1), config.norm(), out);
            in = out;
        }
        return net.add("conv" + (config.layers() + 2), Conv2d.of(in, 1, 4).padding(1));
    }

    private static Sequential pixels(PatchGanConfig config, int inputs) {
        int c = config.channels();
        Sequential net = new Sequential();
        net.add("conv1", Conv2d.of(inputs, c, 1)).add("act1", Activation.leakyRelu(0.2));
        inner(net, 2, Conv2d.of(c, 2 * c, 1), config.norm(), 2 * c);
        return net.add("conv3", Conv2d.of(2 * c, 1, 1).bias(config.norm().convolutionBias()));
    }

    private static void inner(Sequential net, int number, Conv2d conv, Norm norm, int channels) {
        net.add("conv" + number, conv.bias(norm.convolutionBias()))
                .add("norm" + number, norm.layer(channels))
                .add("act" + number, Activation.leakyRelu(0.2));
    }

    // ---- public checkpoints ----

    /**
     * A discriminator from a public checkpoint, in evaluation mode.
     *
     * @param layout what the file was taken for
     */
    public record Loaded(Sequential network, PatchGanConfig config, int inputs, String layout) {}

    /** Whether a file holds a discriminator of junyanz/pytorch-CycleGAN-and-pix2pix. */
    public static boolean isPublic(Map<String, StoredTensor> tensors) {
        return kernel(tensors, "model.0.weight") == 4 || kernel(tensors, "net.0.weight") == 1;
    }

    private static long kernel(Map<String, StoredTensor> tensors, String key) {
        StoredTensor t = tensors.get(key);
        return t == null || t.shape().length != 4 ? -1 : t.shape()[3];
    }

    /**
     * Loads a file for which {@link #isPublic} holds; depth, width and norm come from keys and shapes.
     *
     * @throws io.fovea.FoveaException naming what does not fit
     */
    public static Loaded load(WeightsFile file) {
        Map<String, StoredTensor> tensors = file.tensors();
        boolean pixel = tensors.containsKey("net.0.weight");
        int convolutions = (int)
                tensors.values().stream().filter(t -> t.shape().length == 4).count();
        StoredTensor first = Objects.requireNonNull(tensors.get(pixel ? "net.0.weight" : "model.0.weight"));
        Norm norm = Norm.of(tensors, tensors.containsKey(pixel ? "net.2.bias" : "model.2.bias"));
        PatchGanConfig config =
                new PatchGanConfig(pixel ? 0 : Math.max(1, convolutions - 2), (int) first.shape()[0], norm);
        int inputs = (int) first.shape()[1];
        Sequential network = create(config, inputs);
        layout(config).load(file, network);
        network.eval();
        return new Loaded(network, config, inputs, layout(config).name());
    }

    /** The names of the public implementation. */
    public static KeyMap layout(PatchGanConfig config) {
        return config.layers() == 0
                ? KeyMap.of(
                        "junyanz PixelDiscriminator, " + config.norm().words(),
                        List.of("net.0.weight [*,*,1,1]"),
                        config.norm().leftOut() + """
                        net.0.{p} -> conv1.{p}
                        net.3.{p} -> norm2.{p}
                        net.2.{p} -> conv2.{p}
                        net.5.{p} -> conv3.{p}
                        """)
                : KeyMap.of(
                        "junyanz NLayerDiscriminator, " + config.layers() + " layers, "
                                + config.norm().words(),
                        List.of("model.0.weight [*,*,4,4]"),
                        config.norm().leftOut() + """
                        model.0.{p}       -> conv1.{p}
                        model.{3*n+3}.{p} -> norm{n+2}.{p}
                        model.{3*n+2}.{p} -> conv{n+2}.{p}
                        """);
    }
}
