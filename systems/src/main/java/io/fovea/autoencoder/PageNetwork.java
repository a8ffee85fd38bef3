package io.fovea.autoencoder;

import io.fovea.nn.Conv2d;
import io.fovea.nn.ConvTranspose2d;
import io.fovea.nn.Layer;
import io.fovea.nn.Linear;
import io.fovea.torch.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Encoder and decoder of a network as the layers that a page computes with. */
final class PageNetwork {
    private PageNetwork() {}

    /** Rows to codes; of a variational encoder to the means. */
    static List<PageLayer> encoder(AutoencoderNetwork network) {
        List<PageLayer> layers = new ArrayList<>();
        int[] size = imageSize(network);
        for (Layer layer : network.encoderLayers()) {
            add(layers, layer, size, network.config());
        }
        activate(layers, network.config().codeActivation());
        return layers;
    }

    /** Codes to rows. */
    static List<PageLayer> decoder(AutoencoderNetwork network) {
        List<PageLayer> layers = new ArrayList<>();
        List<Layer> ours = network.decoderLayers();
        int[] size = network.deepestSize();
        for (Layer layer : ours) {
            add(layers, layer, size, network.config());
        }
        activate(layers, network.config().output());
        return layers;
    }

    private static int[] imageSize(AutoencoderNetwork network) {
        NetworkConfig.Image image = network.config().image();
        return image == null ? new int[] {1, 1} : new int[] {image.height(), image.width()};
    }

    /**
     * Adds one of the layers with weights, or a crop, and the activation before the next one.
     *
     * @param size height and width before the layer; changed to those after it
     */
    private static void add(List<PageLayer> layers, Layer layer, int[] size, NetworkConfig config) {
        if (layer instanceof AutoencoderNetwork.Crop crop) {
            PageLayer.Size from = new PageLayer.Size(size[0], size[1]);
            layers.add(new PageLayer.Crop(crop.channels(), from, new PageLayer.Size(crop.height(), crop.width())));
            size[0] = crop.height();
            size[1] = crop.width();
            return;
        }
        boolean first = layers.isEmpty();
        if (!first) {
            activate(layers, config.activation());
        }
        PageLayer.Size before = new PageLayer.Size(size[0], size[1]);
        if (layer instanceof Linear l) {
            Tensor w = l.weight();
            layers.add(new PageLayer.Linear(
                    (int) w.size(1),
                    (int) w.size(0),
                    w.toFloats(),
                    Objects.requireNonNull(l.bias()).toFloats()));
        } else if (layer instanceof Conv2d c) {
            Tensor w = c.weight();
            layers.add(new PageLayer.Conv(
                    (int) w.size(1),
                    (int) w.size(0),
                    3,
                    2,
                    1,
                    before,
                    w.toFloats(),
                    Objects.requireNonNull(c.bias()).toFloats()));
            size[0] = (size[0] + 1) / 2;
            size[1] = (size[1] + 1) / 2;
        } else if (layer instanceof ConvTranspose2d t) {
            Tensor w = t.weight();
            int padding = t.outputPadding();
            layers.add(new PageLayer.ConvTranspose(
                    (int) w.size(0),
                    (int) w.size(1),
                    3,
                    2,
                    1,
                    padding,
                    before,
                    w.toFloats(),
                    Objects.requireNonNull(t.bias()).toFloats()));
            size[0] = 2 * size[0] - 1 + padding;
            size[1] = 2 * size[1] - 1 + padding;
        }
    }

    private static void activate(List<PageLayer> layers, Unit unit) {
        switch (unit) {
            case IDENTITY -> {}
            case RELU -> layers.add(new PageLayer.Activation(PageLayer.Function.RELU));
            case TANH -> layers.add(new PageLayer.Activation(PageLayer.Function.TANH));
            case ELU -> layers.add(new PageLayer.Activation(PageLayer.Function.ELU));
            case GELU -> layers.add(new PageLayer.Activation(PageLayer.Function.GELU));
            case SIGMOID -> layers.add(new PageLayer.Activation(PageLayer.Function.SIGMOID));
        }
    }
}
