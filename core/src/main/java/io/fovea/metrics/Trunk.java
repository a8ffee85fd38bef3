package io.fovea.metrics;

import io.fovea.FoveaException;
import io.fovea.nn.Activation;
import io.fovea.nn.Conv2d;
import io.fovea.nn.MaxPool2d;
import io.fovea.nn.Module;
import io.fovea.nn.Sequential;
import io.fovea.torch.Autograd;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import io.fovea.weights.StoredTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The convolutional part of a torchvision classifier up to some layer, frozen: {@code features}, whose children bear torchvision's indices. It is read at taps, the
 * outputs after chosen layers.
 */
final class Trunk extends Module {
    private static final int POOL = -1;
    private static final List<Integer> VGG16 =
            List.of(64, 64, POOL, 128, 128, POOL, 256, 256, 256, POOL, 512, 512, 512, POOL, 512, 512, 512, POOL);
    private static final List<Integer> VGG19 = List.of(
            64, 64, POOL, 128, 128, POOL, 256, 256, 256, 256, POOL, 512, 512, 512, 512, POOL, 512, 512, 512, 512, POOL);

    private final Sequential features = child("features", new Sequential());
    private final Map<String, Integer> names = new LinkedHashMap<>();

    private Trunk() {}

    /** AlexNet's five convolutions (Krizhevsky 2014, torchvision's variant); names conv1 ... relu5. */
    static Trunk alex() {
        Trunk t = new Trunk();
        t.convolution("1", Conv2d.of(3, 64, 11).stride(4).padding(2));
        t.features.add(new MaxPool2d(3, 2, false));
        t.convolution("2", Conv2d.of(64, 192, 5).same());
        t.features.add(new MaxPool2d(3, 2, false));
        t.convolution("3", Conv2d.of(192, 384, 3).same());
        t.convolution("4", Conv2d.of(384, 256, 3).same());
        t.convolution("5", Conv2d.of(256, 256, 3).same());
        return t.frozen();
    }

    /** SqueezeNet 1.1 (Iandola 2016) up to its last fire module; its pools round sizes up. */
    static Trunk squeeze() {
        Trunk t = new Trunk();
        t.convolution("1", Conv2d.of(3, 64, 3).stride(2));
        t.features.add(new MaxPool2d(3, 2, true));
        t.features.add(new Fire(64, 16, 64)).add(new Fire(128, 16, 64));
        t.features.add(new MaxPool2d(3, 2, true));
        t.features.add(new Fire(128, 32, 128)).add(new Fire(256, 32, 128));
        t.features.add(new MaxPool2d(3, 2, true));
        t.features.add(new Fire(256, 48, 192)).add(new Fire(384, 48, 192));
        t.features.add(new Fire(384, 64, 256)).add(new Fire(512, 64, 256));
        return t.frozen();
    }

    /** VGG16 (Simonyan and Zisserman 2014) up to a layer, for instance {@code relu2_2}, {@code conv5_3} or {@code pool5}. */
    static Trunk vgg16(String deepest) {
        return vgg(VGG16, deepest, "VGG16");
    }

    /** VGG19 up to a layer, for instance {@code relu3_1}, {@code conv5_4} or {@code pool5}. */
    static Trunk vgg19(String deepest) {
        return vgg(VGG19, deepest, "VGG19");
    }

    private static Trunk vgg(List<Integer> plan, String deepest, String name) {
        List<String> known = vggNames(plan);
        if (!known.contains(deepest)) {
            throw new FoveaException(name + " has no layer \"" + deepest + "\"; it has " + known.get(0) + ", "
                    + known.get(1) + " ... " + known.get(known.size() - 2) + ", " + known.get(known.size() - 1) + ".");
        }
        Trunk t = new Trunk();
        int in = 3;
        int block = 1;
        int number = 1;
        for (int channels : plan) {
            if (channels == POOL) {
                t.features.add(new MaxPool2d(2, 2, false));
                t.names.put("pool" + block++, t.features.size() - 1);
                number = 1;
            } else {
                t.convolution(block + "_" + number++, Conv2d.of(in, channels, 3).same());
                in = channels;
            }
            if (t.names.containsKey(deepest)) {
                break;
            }
        }
        return t.frozen();
    }

    /** The names of VGG's layers in torchvision's order: the index in the list is the index in {@code features}. */
    private static List<String> vggNames(List<Integer> plan) {
        List<String> names = new ArrayList<>();
        int block = 1;
        int number = 1;
        for (int channels : plan) {
            if (channels == POOL) {
                names.add("pool" + block++);
                number = 1;
            } else {
                names.add("conv" + block + "_" + number);
                names.add("relu" + block + "_" + number++);
            }
        }
        return names;
    }

    /** The layer of VGG16 or VGG19 with that index in torchvision's {@code features}. */
    static String vggName(boolean nineteen, int index) {
        return vggNames(nineteen ? VGG19 : VGG16).get(index);
    }

    private void convolution(String name, Conv2d conv) {
        features.add(conv).add(Activation.relu());
        names.put("conv" + name, features.size() - 2);
        names.put("relu" + name, features.size() - 1);
    }

    private Trunk frozen() {
        requiresGrad(false);
        eval();
        return this;
    }

    /** Names of the layers that can be tapped, in order. */
    List<String> names() {
        return List.copyOf(names.keySet());
    }

    /** Index of a named layer, or -1. */
    int index(String name) {
        return names.getOrDefault(name, -1);
    }

    /** Outputs after the layers with these indices, which must ascend, of a picture batch N, 3, H, W. */
    List<Tensor> taps(Tensor x, List<Integer> indices) {
        List<Tensor> outputs = new ArrayList<>();
        Tensor y = x;
        for (int i = 0; outputs.size() < indices.size(); i++) {
            Tensor next = features.get(i).apply(y);
            if (y != x && !outputs.contains(y)) {
                y.close(); // autograd keeps what it needs; measuring gets the memory back at once
            }
            y = next;
            if (i == indices.get(outputs.size())) {
                outputs.add(y);
            }
        }
        return outputs;
    }

    /**
     * Takes over the weights.
     *
     * @param weights by torchvision's names; what does not belong to this trunk is passed over
     * @param wanted what would fit, for the message
     * @throws FoveaException if one is missing or of another shape
     */
    void load(BackboneFile weights, String wanted) {
        List<String> missing = new ArrayList<>();
        Map<String, Tensor> own = state();
        own.forEach((name, t) -> {
            StoredTensor stored = weights.tensors().get(name);
            if (stored == null || !Arrays.equals(stored.shape(), t.shape())) {
                missing.add(name + " " + Arrays.toString(t.shape()));
            }
        });
        if (!missing.isEmpty()) {
            throw new FoveaException(weights.source() + " does not fit: it holds " + weights.content() + " and lacks "
                    + missing.get(0) + (missing.size() > 1 ? " and " + (missing.size() - 1) + " more" : "")
                    + ". Needed: " + wanted + ".");
        }
        own.forEach((name, t) -> {
            try (Scope scope = Scope.open();
                    Autograd.Guard off = Autograd.noGrad()) {
                t.set(Objects.requireNonNull(weights.tensors().get(name)).toTensor());
            }
        });
    }
}
