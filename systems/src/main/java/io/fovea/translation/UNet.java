package io.fovea.translation;

import io.fovea.gan.Norm;
import io.fovea.nn.Activation;
import io.fovea.nn.Conv2d;
import io.fovea.nn.Dropout;
import io.fovea.nn.Layer;
import io.fovea.nn.Sequential;
import io.fovea.torch.F;
import io.fovea.torch.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The U-Net of Isola et al. 2016 (section 3.2 and appendix) in the form of the public PyTorch code, and the encoder-decoder, which lacks its skips. Each layer down
 * halves the picture and each layer up doubles it: for 256 pixels and 8 layers
 *
 * <pre>
 *    3x256 - 64x128 - 128x64 - 256x32 - 512x16 - 512x8 - 512x4 - 512x2 - 512x1
 *    3x256 - 64x128 - 128x64 - 256x32 - 512x16 - 512x8 - 512x4 - 512x2 --'      each joined by the one above it
 * </pre>
 */
final class UNet extends Layer {
    private final GeneratorConfig config;
    private final List<Sequential> down = new ArrayList<>();
    private final List<Sequential> up = new ArrayList<>();

    UNet(GeneratorConfig config) {
        this.config = config;
        int n = config.depth();
        for (int i = 1; i <= n; i++) {
            down.add(child("down" + i, down(i)));
        }
        for (int j = 1; j <= n; j++) {
            up.add(child("up" + j, up(j)));
        }
    }

    /** Channels after layer i of the encoder: c, 2c, 4c, and 8c from the fourth on. */
    private int width(int i) {
        return config.channels() << Math.min(i - 1, 3);
    }

    /** Layer i of the encoder; the first and the last have no norm. */
    private Sequential down(int i) {
        Norm norm = config.norm();
        Sequential layer = new Sequential();
        if (i > 1) {
            layer.add("act", Activation.leakyRelu(0.2));
        }
        int in = i == 1 ? config.inputs() : width(i - 1);
        layer.add("conv", Conv2d.of(in, width(i), 4).stride(2).padding(1).bias(norm.convolutionBias()));
        if (i > 1 && i < config.depth()) {
            layer.add("norm", norm.layer(width(i)));
        }
        return layer;
    }

    /** Layer j of the decoder; the last ends in tanh. */
    private Sequential up(int j) {
        int n = config.depth();
        boolean last = j == n;
        int in = width(n - j + 1) * (j > 1 && skips() ? 2 : 1);
        int out = last ? config.outputs() : width(n - j);
        Sequential layer = new Sequential().add("act", Activation.relu());
        Doubling.add(
                layer, config.upsampling(), 4, in, out, last || config.norm().convolutionBias());
        if (last) {
            return layer.add("tanh", Activation.tanh());
        }
        layer.add("norm", config.norm().layer(out));
        return dropsAfter(j) ? layer.add("dropout", new Dropout(0.5)) : layer;
    }

    private boolean skips() {
        return config.kind() == GeneratorConfig.Kind.UNET;
    }

    private boolean dropsAfter(int j) {
        return switch (config.dropout()) {
            case NONE -> false;
            case CODE -> j >= 2 && j <= config.depth() - 4;
            case PAPER -> j <= 3;
        };
    }

    @Override
    protected Tensor forward(Tensor x) { // N,in,H,W
        int n = config.depth();
        List<Tensor> encoded = new ArrayList<>();
        Tensor y = x;
        for (Sequential layer : down) {
            y = layer.apply(y);
            encoded.add(y);
        }
        y = up.get(0).apply(y); // from N,8c,H/2^n,W/2^n
        for (int j = 2; j <= n; j++) {
            Tensor joined = skips() ? F.cat(List.of(encoded.get(n - j), y), 1) : y;
            y = up.get(j - 1).apply(joined);
        }
        return y; // N,out,H,W
    }

    @Override
    public String toString() {
        return (skips() ? "U-Net " : "Encoder-decoder ") + config.depth();
    }
}
