package io.fovea.autoencoder;

import io.fovea.FoveaException;
import io.fovea.nn.Conv2d;
import io.fovea.nn.ConvTranspose2d;
import io.fovea.nn.Linear;
import io.fovea.nn.Module;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import io.fovea.weights.StoredTensor;
import io.fovea.weights.WeightsFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Autoencoders of others: {@code encoder.N}/{@code decoder.N} of PyTorch's {@code Sequential}, fully connected or convolutional, and
 * {@code fc1, fc21, fc22, fc3, fc4} of pytorch/examples' VAE. Sizes come from the shapes; what the file does not say, the activations and
 * a picture's size, is told by {@link Told}.
 */
public final class PublicLayouts {
    private static final Map<String, String> VAE = Map.of(
            "fc1", "encoder.trunk.0",
            "fc21", "encoder.mean",
            "fc22", "encoder.logVariance",
            "fc3", "decoder.0",
            "fc4", "decoder.2");

    private PublicLayouts() {}

    /**
     * What such a file does not hold.
     *
     * @param activation of hidden layers
     * @param codeActivation of the code
     * @param output of the decoder
     * @param height of pictures, or 0 for squares of the largest size that fits
     * @param width of pictures, or 0
     */
    public record Told(Unit activation, Unit codeActivation, Unit output, int height, int width) {
        /** ReLU, linear code, linear output. */
        public static final Told USUAL = new Told(Unit.RELU, Unit.IDENTITY, Unit.IDENTITY, 0, 0);
    }

    /** A network with the file's weights in evaluation mode. */
    public record Read(AutoencoderNetwork network, String layout) {}

    /**
     * Reads a file of one of these layouts.
     *
     * @throws FoveaException saying what the file holds instead, or which layer does not fit
     */
    public static Read read(WeightsFile file, Told told) {
        Map<String, StoredTensor> tensors = file.tensors();
        boolean vae = VAE.keySet().stream().allMatch(k -> tensors.containsKey(k + ".weight"));
        if (vae) {
            return vae(file, told);
        }
        List<String> encoder = layers(tensors, "encoder");
        List<String> decoder = layers(tensors, "decoder");
        if (encoder.isEmpty() || decoder.isEmpty()) {
            throw new FoveaException(file.name() + " has none of the known layouts (encoder.N and decoder.N of a"
                    + " Sequential; fc1, fc21, fc22, fc3, fc4 of pytorch/examples' VAE). It holds "
                    + String.join(", ", tensors.keySet().stream().limit(6).toList())
                    + (tensors.size() > 6 ? ", ..." : "") + ".");
        }
        boolean convolutional = shape(tensors, encoder.get(0)).length == 4;
        NetworkConfig config =
                convolutional ? convolutional(file, encoder, decoder, told) : mlp(file, encoder, decoder, told);
        int width = (int)
                (convolutional ? Objects.requireNonNull(config.image()).size() : shape(tensors, encoder.get(0))[1]);
        AutoencoderNetwork network = new AutoencoderNetwork(config, width);
        Map<String, String> names = new LinkedHashMap<>();
        pair(names, network.encoder(), "encoder", encoder, file);
        pair(names, network.decoder(), "decoder", decoder, file);
        fill(network, file, names);
        return new Read(network, convolutional ? "convolutional Sequential" : "Sequential");
    }

    private static Read vae(WeightsFile file, Told told) {
        long[] first = shape(file.tensors(), "fc1");
        int code = (int) shape(file.tensors(), "fc21")[0];
        NetworkConfig config = NetworkConfig.mlp(List.of((int) first[0]), code, told.activation())
                .withOutput(Unit.SIGMOID)
                .asVariational();
        AutoencoderNetwork network = new AutoencoderNetwork(config, (int) first[1]);
        fill(network, file, VAE);
        return new Read(network, "pytorch/examples VAE");
    }

    /** Names of layers with weights, {@code part.N} by growing N. */
    private static List<String> layers(Map<String, StoredTensor> tensors, String part) {
        return tensors.keySet().stream()
                .filter(k -> k.matches(part + "\\.\\d{1,4}\\.weight"))
                .map(k -> k.substring(0, k.length() - ".weight".length()))
                .sorted(java.util.Comparator.comparingInt(PublicLayouts::number))
                .toList();
    }

    private static int number(String layer) {
        return Integer.parseInt(layer.substring(layer.indexOf('.') + 1));
    }

    private static long[] shape(Map<String, StoredTensor> tensors, String layer) {
        StoredTensor t = tensors.get(layer + ".weight");
        if (t == null || t.shape().length < 2) {
            throw new FoveaException("The layer " + layer + " has no matrix of weights; batch norm and recurrent layers"
                    + " are not imported.");
        }
        return t.shape();
    }

    private static NetworkConfig mlp(WeightsFile file, List<String> encoder, List<String> decoder, Told told) {
        List<Integer> down = widths(file, encoder);
        List<Integer> up = widths(file, decoder);
        List<Integer> mirrored = new ArrayList<>(down);
        java.util.Collections.reverse(mirrored);
        if (!up.equals(mirrored)) {
            throw new FoveaException(file.name() + " has an encoder of widths " + down + " and a decoder of " + up
                    + "; the decoder must be the encoder's mirror.");
        }
        if (down.size() == 2 && told.codeActivation() == Unit.IDENTITY && told.output() == Unit.IDENTITY) {
            return NetworkConfig.linear(down.get(1));
        }
        return NetworkConfig.mlp(down.subList(1, down.size() - 1), down.get(down.size() - 1), told.activation())
                .withCodeActivation(told.codeActivation())
                .withOutput(told.output());
    }

    /** Widths from the input on; refuses layers that do not follow each other, or have no activation between them. */
    private static List<Integer> widths(WeightsFile file, List<String> layers) {
        List<Integer> widths = new ArrayList<>();
        String before = null;
        for (String layer : layers) {
            long[] shape = shape(file.tensors(), layer);
            if (before == null) {
                widths.add((int) shape[1]);
            } else if (widths.get(widths.size() - 1) != shape[1]) {
                throw new FoveaException(file.name() + ": " + layer + " reads " + shape[1] + " values but " + before
                        + " gives " + widths.get(widths.size() - 1) + ".");
            } else if (number(layer) == number(before) + 1) {
                throw new FoveaException(file.name() + ": " + layer + " follows " + before
                        + " without an activation between them; such networks are not imported.");
            }
            widths.add((int) shape[0]);
            before = layer;
        }
        return widths;
    }

    private static NetworkConfig convolutional(
            WeightsFile file, List<String> encoder, List<String> decoder, Told told) {
        Map<String, StoredTensor> tensors = file.tensors();
        List<Integer> channels = new ArrayList<>();
        List<Integer> hidden = new ArrayList<>();
        for (String layer : encoder) {
            long[] shape = shape(tensors, layer);
            if (shape.length == 4 && (shape[2] != 3 || shape[3] != 3)) {
                throw new FoveaException(file.name() + ": " + layer + " is " + Arrays.toString(shape)
                        + "; convolutions must be 3x3 with stride 2.");
            }
            (shape.length == 4 ? channels : hidden).add((int) shape[0]);
        }
        if (hidden.isEmpty()) {
            throw new FoveaException(file.name() + " has no fully connected layer to a code.");
        }
        int code = hidden.remove(hidden.size() - 1);
        int planes = (int) shape(tensors, encoder.get(0))[1];
        long flat = shape(tensors, encoder.get(channels.size()))[1] / channels.get(channels.size() - 1);
        int side = (int) Math.round(Math.sqrt(flat)) << channels.size();
        int height = told.height() > 0 ? told.height() : side;
        int width = told.width() > 0 ? told.width() : side;
        NetworkConfig.Image image = new NetworkConfig.Image(planes, height, width);
        NetworkConfig config = new NetworkConfig(
                NetworkConfig.Kind.CONVOLUTIONAL,
                hidden,
                code,
                told.activation(),
                told.codeActivation(),
                told.output(),
                false,
                image,
                channels);
        if (decoder.size() != encoder.size()) {
            throw new FoveaException(file.name() + " has " + encoder.size() + " layers in its encoder and "
                    + decoder.size() + " in its decoder; the decoder must be the encoder's mirror.");
        }
        return config;
    }

    /** Our layers with weights and theirs, in order. */
    private static void pair(
            Map<String, String> names, Module ours, String part, List<String> theirs, WeightsFile file) {
        List<String> own = new ArrayList<>();
        ours.modules().forEach((name, m) -> {
            if (m instanceof Linear || m instanceof Conv2d || m instanceof ConvTranspose2d) {
                own.add(part + "." + name);
            }
        });
        if (own.size() != theirs.size()) {
            throw new FoveaException(file.name() + ": its " + part + " has the layers " + theirs + ", " + own.size()
                    + " were expected.");
        }
        for (int i = 0; i < own.size(); i++) {
            names.put(theirs.get(i), own.get(i));
        }
    }

    private static void fill(AutoencoderNetwork network, WeightsFile file, Map<String, String> names) {
        try (Scope scope = Scope.open()) {
            Map<String, Tensor> values = new LinkedHashMap<>();
            file.tensors().forEach((key, t) -> {
                int dot = key.lastIndexOf('.');
                @Nullable String ours = dot < 0 ? null : names.get(key.substring(0, dot));
                values.put(ours == null ? key : ours + key.substring(dot), t.toTensor());
            });
            network.load(values);
        }
        network.eval();
    }

    /** The names that a network's tensors have in the public layout; its own for fully connected and convolutional ones. */
    public static Map<String, String> names(AutoencoderNetwork network) {
        Map<String, String> names = new LinkedHashMap<>();
        boolean vae =
                network.config().variational() && network.config().hidden().size() == 1;
        for (String name : network.state().keySet()) {
            int dot = name.lastIndexOf('.');
            String layer = name.substring(0, dot);
            String theirs = vae
                    ? VAE.entrySet().stream()
                            .filter(e -> e.getValue().equals(layer))
                            .map(Map.Entry::getKey)
                            .findFirst()
                            .orElse(layer)
                    : layer;
            names.put(name, theirs + name.substring(dot));
        }
        return names;
    }
}
