package io.fovea.metrics;

import io.fovea.weights.StoredTensor;
import io.fovea.weights.WeightsFile;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The weights of an ImageNet classifier in one of the layouts that they are passed around in, under torchvision's names ({@code features.0.weight}):
 *
 * <ul>
 *   <li>torchvision's own, whole or its features alone, with {@code features.} before the indices or bare;
 *   <li>a saved LPIPS module: {@code net.slice1.0.weight};
 *   <li>the VGG19 with normalised activations of style transfer, {@code preprocess.weight} and {@code features.N}, or the sequence of the
 *       public {@code vgg_normalised.pth}, in which padding layers count.
 * </ul>
 *
 * @param source the file, for messages
 * @param tensors {@code features.*} and, where there is one, {@code preprocess.*}
 */
record BackboneFile(String source, Map<String, StoredTensor> tensors) {
    private static final Pattern SLICE = Pattern.compile("net\\.slice\\d+\\.(\\d+\\..+)");
    private static final Pattern BARE = Pattern.compile("(\\d+)\\.(.+)");
    /** Indices of the convolutions where each has a padding layer before it, after the preprocessing layer 0. */
    private static final List<Integer> PADDED = List.of(2, 5, 9, 12, 16, 19, 22, 25, 29, 32, 35, 38, 42, 45, 48, 51);

    private static final List<Integer> VGG19 = List.of(0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34);

    static BackboneFile open(Path file) {
        return of(file.toString(), WeightsFile.open(file).tensors());
    }

    static BackboneFile of(String source, Map<String, StoredTensor> given) {
        boolean normalised = given.containsKey("0.weight") && is(given.get("0.weight"), 3, 3, 1, 1);
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        given.forEach((key, t) -> {
            Matcher slice = SLICE.matcher(key);
            Matcher bare = BARE.matcher(key);
            if (key.startsWith("features.") || key.startsWith("preprocess.")) {
                tensors.put(key, t);
            } else if (slice.matches()) {
                tensors.put("features." + slice.group(1), t);
            } else if (bare.matches() && normalised) {
                tensors.put(ofPadded(bare.group(1)) + "." + bare.group(2), t);
            } else if (bare.matches()) {
                tensors.put("features." + key, t);
            }
        });
        return new BackboneFile(source, tensors);
    }

    private static String ofPadded(String index) {
        int at = index.length() < 4 ? PADDED.indexOf(Integer.parseInt(index)) : -1;
        return index.equals("0") ? "preprocess" : "features." + (at < 0 ? "unknown" : VGG19.get(at));
    }

    private static boolean is(@Nullable StoredTensor t, long... shape) {
        return t != null && Arrays.equals(t.shape(), shape);
    }

    private boolean has(String key, long... shape) {
        return is(tensors.get(key), shape);
    }

    /** Whether it brings its own 1 x 1 layer from [0,1] RGB to what it was trained on. */
    boolean preprocesses() {
        return has("preprocess.weight", 3, 3, 1, 1);
    }

    /** VGG19 if true, VGG16 if false; a file that ends before they part (after relu3_3) counts as VGG16. */
    boolean isVgg19() {
        return tensors.containsKey("features.16.weight") || preprocesses();
    }

    boolean isVgg() {
        return has("features.0.weight", 64, 3, 3, 3) && has("features.2.weight", 64, 64, 3, 3);
    }

    /** The deepest layer of VGG that can be computed from this file: after its last convolution in an unbroken row, ReLU and pool included. */
    String reach() {
        int deepest = 0;
        String pool = "";
        for (int index = 2; ; index++) {
            String name = index < (isVgg19() ? 37 : 31) ? Trunk.vggName(isVgg19(), index) : "end";
            if (name.startsWith("pool")) {
                pool = name;
            } else if (name.startsWith("conv")) {
                if (!tensors.containsKey("features." + index + ".weight")) {
                    break;
                }
                deepest = index;
                pool = "";
            } else if (name.equals("end")) {
                break;
            }
        }
        return pool.isEmpty() ? Trunk.vggName(isVgg19(), deepest + 1) : pool;
    }

    /** What it is, for a message. */
    String content() {
        if (tensors.containsKey("features.1.running_mean")) {
            return "a network with batch norm, whose features these losses do not use";
        }
        if (isVgg()) {
            return (isVgg19() ? "VGG19" : "VGG16") + " up to " + reach();
        }
        if (has("features.0.weight", 64, 3, 11, 11)) {
            return "AlexNet";
        }
        if (tensors.containsKey("features.3.squeeze.weight")) {
            return has("features.0.weight", 64, 3, 3, 3) ? "SqueezeNet 1.1" : "SqueezeNet 1.0";
        }
        if (tensors.isEmpty()) {
            return "no features of an ImageNet classifier";
        }
        return "a network of another kind (" + new TreeSet<>(tensors.keySet()).first() + " ...)";
    }
}
