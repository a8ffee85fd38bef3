package io.fovea.metrics;

import io.fovea.FoveaException;
import io.fovea.Json;
import io.fovea.nn.Conv2d;
import io.fovea.nn.Module;
import io.fovea.torch.F;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import io.fovea.weights.StoredTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What VGG16 or VGG19 (Simonyan and Zisserman 2014) sees in a picture: the phi of perceptual losses. Layers are named {@code convB_I}, {@code reluB_I} and {@code poolB}
 * by block and number, from 1; VGG22 of the SRGAN paper is {@code relu2_2}, VGG54 {@code relu5_4} of VGG19. The weights are frozen, gradients flow to the picture.
 *
 * <p>Files: torchvision's {@code vgg16-397923af.pth} or {@code vgg19-dcbb9e9d.pth}, a part of one ({@code features.N.weight} and {@code .bias} up to any N), or the VGG19 with
 * normalised activations of style transfer.
 */
public final class VggFeatures extends Module {
    /** What happens to a picture before the first layer. */
    public enum Input {
        /**
         * As the weights want it: (x - mean) / std of ImageNet, mean 0.485, 0.456, 0.406 and std 0.229, 0.224, 0.225; for the normalised VGG19 its own preprocessing
         * layer instead.
         */
        NORMALISED,
        /** Nothing: leftthomas/SRGAN feeds [0,1] as it is. */
        RAW
    }

    private final Trunk trunk;
    private final @Nullable Conv2d preprocess;
    private final @Nullable Tensor mean;
    private final @Nullable Tensor std;

    private VggFeatures(BackboneFile weights, String deepest, Input input) {
        boolean nineteen = weights.isVgg19();
        trunk = child("trunk", nineteen ? Trunk.vgg19(deepest) : Trunk.vgg16(deepest));
        boolean own = weights.preprocesses();
        preprocess = own ? child("preprocess", Conv2d.of(3, 3, 1)) : null;
        boolean imageNet = !own && input == Input.NORMALISED;
        mean = imageNet ? buffer("mean", Tensor.of(new float[] {0.485f, 0.456f, 0.406f}, 1, 3, 1, 1)) : null;
        std = imageNet ? buffer("std", Tensor.of(new float[] {0.229f, 0.224f, 0.225f}, 1, 3, 1, 1)) : null;
        trunk.load(
                weights,
                nineteen
                        ? "torchvision's vgg19-dcbb9e9d.pth, or a part of it that reaches " + deepest
                        : "torchvision's vgg16-397923af.pth, or a part of it that reaches " + deepest);
        if (preprocess != null) {
            try (Scope scope = Scope.open()) {
                Map<String, StoredTensor> t = weights.tensors();
                preprocess
                        .weight()
                        .set(Objects.requireNonNull(t.get("preprocess.weight")).toTensor());
                Objects.requireNonNull(preprocess.bias())
                        .set(Objects.requireNonNull(t.get("preprocess.bias")).toTensor());
            }
        }
        requiresGrad(false);
        eval();
    }

    /**
     * Loads as many layers as are needed; which network it is follows from the file.
     *
     * @param deepest the deepest layer that will be asked for
     * @throws FoveaException if the file is no VGG, does not reach that layer (saying how far it reaches and which public file does), or brings its own preprocessing
     *     and is asked for raw input
     */
    public static VggFeatures load(Path file, String deepest, Input input) {
        return of(BackboneFile.open(file), deepest, input);
    }

    /** As {@link #load} from tensors by torchvision's names; {@code source} stands for the file in messages. */
    static VggFeatures of(BackboneFile weights, String deepest, Input input) {
        if (!weights.isVgg()) {
            throw new FoveaException(
                    weights.source() + " holds " + weights.content()
                            + ". Needed: VGG16 or VGG19, torchvision's vgg16-397923af.pth or vgg19-dcbb9e9d.pth or a part of one.");
        }
        if (weights.preprocesses() && input == Input.RAW) {
            throw new FoveaException(weights.source()
                    + " is the VGG19 with its own preprocessing layer, raw input has no meaning for it.");
        }
        return new VggFeatures(weights, deepest, input);
    }

    /** Names of the layers that a file reaches, in order. */
    public static List<String> reach(Path file) {
        BackboneFile weights = BackboneFile.open(file);
        if (!weights.isVgg()) {
            return List.of();
        }
        try (Trunk whole = weights.isVgg19() ? Trunk.vgg19(weights.reach()) : Trunk.vgg16(weights.reach())) {
            return whole.names();
        }
    }

    /** Names of the layers that can be asked for, in order. */
    public List<String> layers() {
        return trunk.names();
    }

    /**
     * The output of a layer.
     *
     * @param x pictures, N, 3, H, W, RGB in [0,1]
     * @return N, C, H / 2^p, W / 2^p after p pools
     * @throws FoveaException if there is no such layer
     */
    public Tensor apply(Tensor x, String layer) {
        return Objects.requireNonNull(apply(x, List.of(layer)).get(layer));
    }

    /** The outputs of several layers in one pass, by name. */
    public Map<String, Tensor> apply(Tensor x, List<String> layers) {
        Map<Integer, String> byIndex = new java.util.TreeMap<>();
        for (String layer : layers) {
            int index = trunk.index(layer);
            if (index < 0) {
                throw new FoveaException(
                        "This VGG has no layer \"" + layer + "\"" + Json.didYouMean(layer, trunk.names()));
            }
            byIndex.put(index, layer);
        }
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        try (Scope scope = Scope.open()) {
            List<Tensor> taps = trunk.taps(prepared(x), new ArrayList<>(byIndex.keySet()));
            int i = 0;
            for (String layer : byIndex.values()) {
                outputs.put(layer, scope.give(taps.get(i++)));
            }
        }
        return outputs;
    }

    private Tensor prepared(Tensor x) {
        if (preprocess != null) {
            return preprocess.apply(x);
        }
        return mean == null || std == null ? x : F.div(F.sub(x, mean), std);
    }
}
