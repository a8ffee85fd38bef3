package io.fovea.autoencoder;

import io.fovea.FoveaException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An encoder and its mirrored decoder. How many columns they read and write is the data's affair.
 *
 * @param kind of layers
 * @param hidden units of the encoder's fully connected hidden layers, from the input on; the decoder has them in reverse
 * @param code coordinates of the map, from 1
 * @param activation of hidden layers
 * @param codeActivation of the code; {@code identity} except for sparse and shallow contractive codes
 * @param output of the decoder: {@code identity}, or {@code sigmoid} for data in [0,1]
 * @param variational the encoder gives means and logarithms of variances (Kingma and Welling 2014)
 * @param image {@code convolutional}: what a row is a picture of
 * @param channels {@code convolutional}: filters of its 3x3 convolutions, each of which halves height and width
 */
public record NetworkConfig(
        Kind kind,
        List<Integer> hidden,
        int code,
        Unit activation,
        Unit codeActivation,
        Unit output,
        boolean variational,
        @Nullable Image image,
        List<Integer> channels) {
    private static final int WIDEST = 1 << 16;

    public enum Kind {
        /** One matrix each way, the principal subspace. */
        LINEAR,
        /** Fully connected hidden layers. */
        MLP,
        /** Strided convolutions before fully connected layers, transposed ones after them. */
        CONVOLUTIONAL
    }

    /** A picture's planes in a row: channel after channel, row after row. */
    public record Image(int channels, int height, int width) {
        public Image {
            range("network.image.channels", channels, 1, 64);
            range("network.image.height", height, 1, 4096);
            range("network.image.width", width, 1, 4096);
        }

        int size() {
            return channels * height * width;
        }
    }

    public NetworkConfig {
        hidden = hidden == null ? List.of() : List.copyOf(hidden);
        channels = channels == null ? List.of() : List.copyOf(channels);
        range("network.code", code, 1, WIDEST);
        for (int i = 0; i < hidden.size(); i++) {
            range("network.hidden." + i, hidden.get(i), 1, WIDEST);
        }
        for (int i = 0; i < channels.size(); i++) {
            range("network.channels." + i, channels.get(i), 1, 4096);
        }
        oneOf("network.activation", activation, Unit.RELU, Unit.TANH, Unit.ELU, Unit.GELU, Unit.SIGMOID);
        oneOf("network.codeActivation", codeActivation, Unit.IDENTITY, Unit.SIGMOID);
        oneOf("network.output", output, Unit.IDENTITY, Unit.SIGMOID);
        if (kind == Kind.LINEAR
                && (!hidden.isEmpty() || codeActivation != Unit.IDENTITY || output != Unit.IDENTITY || variational)) {
            throw new FoveaException("network.kind is linear; then network.hidden must be empty, codeActivation and"
                    + " output identity, and variational false. For anything else take kind mlp.");
        }
        if ((kind == Kind.CONVOLUTIONAL) != (image != null && !channels.isEmpty())) {
            throw new FoveaException(
                    kind == Kind.CONVOLUTIONAL
                            ? "network.kind is convolutional; it needs network.image (channels, height, width) and"
                                    + " network.channels, e.g. [16, 32]."
                            : "network.image and network.channels are for kind convolutional only; network.kind is "
                                    + lower(kind) + ".");
        }
        if (variational && codeActivation != Unit.IDENTITY) {
            throw new FoveaException("network.codeActivation is " + lower(codeActivation)
                    + "; it must be identity where network.variational is true.");
        }
    }

    static void range(String field, int value, int low, int high) {
        if (value < low || value > high) {
            throw new FoveaException(field + " is " + value + "; it must be between " + low + " and " + high + ".");
        }
    }

    private static void oneOf(String field, @Nullable Unit value, Unit... allowed) {
        if (value == null || !List.of(allowed).contains(value)) {
            throw new FoveaException(field + " is " + (value == null ? "missing" : lower(value)) + "; it must be "
                    + String.join(
                            ", ",
                            List.of(allowed).stream().map(NetworkConfig::lower).toList())
                    + ".");
        }
    }

    static String lower(Enum<?> value) {
        return value.name().toLowerCase(java.util.Locale.ROOT);
    }

    /** d-k-d without activations. */
    public static NetworkConfig linear(int code) {
        return new NetworkConfig(
                Kind.LINEAR, List.of(), code, Unit.RELU, Unit.IDENTITY, Unit.IDENTITY, false, null, List.of());
    }

    /** d-hidden-k mirrored with a linear code. */
    public static NetworkConfig mlp(List<Integer> hidden, int code, Unit activation) {
        return new NetworkConfig(
                Kind.MLP, hidden, code, activation, Unit.IDENTITY, Unit.IDENTITY, false, null, List.of());
    }

    /** 3x3 convolutions of stride 2, hidden layers, code; ReLU. */
    public static NetworkConfig convolutional(Image image, List<Integer> channels, List<Integer> hidden, int code) {
        return new NetworkConfig(
                Kind.CONVOLUTIONAL, hidden, code, Unit.RELU, Unit.IDENTITY, Unit.IDENTITY, false, image, channels);
    }

    public NetworkConfig withCode(int size) {
        return new NetworkConfig(kind, hidden, size, activation, codeActivation, output, variational, image, channels);
    }

    public NetworkConfig withOutput(Unit unit) {
        return new NetworkConfig(kind, hidden, code, activation, codeActivation, unit, variational, image, channels);
    }

    public NetworkConfig withCodeActivation(Unit unit) {
        return new NetworkConfig(kind, hidden, code, activation, unit, output, variational, image, channels);
    }

    public NetworkConfig asVariational() {
        return new NetworkConfig(kind, hidden, code, activation, codeActivation, output, true, image, channels);
    }

    /** Refuses data of a width that the network cannot read. */
    void checkWidth(int width) {
        if (image != null && image.size() != width) {
            throw new FoveaException("network.image is " + image.channels() + " x " + image.height() + " x "
                    + image.width() + ", which makes " + image.size() + " columns; the data has " + width + ".");
        }
    }
}
