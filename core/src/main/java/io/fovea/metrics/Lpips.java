package io.fovea.metrics;

import io.fovea.FoveaException;
import io.fovea.image.Picture;
import io.fovea.nn.Module;
import io.fovea.torch.Autograd;
import io.fovea.torch.DType;
import io.fovea.torch.F;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import io.fovea.weights.StoredTensor;
import io.fovea.weights.WeightsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Learned perceptual distance, LPIPS v0.1 (Zhang et al. 2018). The features f_l of a frozen ImageNet trunk are scaled to unit length over channels, f / (|f| + 1e-10), and
 *
 * <pre>d_l = mean over positions of sum_c w_lc (f0_lc - f1_lc)^2,   LPIPS = sum_l d_l</pre>
 *
 * with learned weights w &ge; 0. 0 for equal pictures, rarely above 1; lower is more alike. Pictures should have at least 64 pixels a side. Weights are frozen, gradients
 * flow to the pictures, so it is a loss as well. Compute it outside of autocast.
 */
public final class Lpips extends Module {
    private static final int SMALLEST = 32;
    /** Below the square of the 1e-10 that lengths are bounded by, above 0, where the square root has no derivative. */
    private static final double TINY = 1e-30;

    /** The trunks. */
    public enum Net {
        /** AlexNet: the one to measure with. */
        ALEX("torchvision's AlexNet, alexnet-owt-7be5be79.pth"),
        /** VGG16: nearest to classical perceptual losses. */
        VGG("torchvision's VGG16, vgg16-397923af.pth"),
        /** SqueezeNet 1.1: the smallest. */
        SQUEEZE("torchvision's SqueezeNet 1.1, squeezenet1_1-b8a52dc0.pth");

        private final String file;

        Net(String file) {
            this.file = file;
        }

        /**
         * The net whose backbone a file holds.
         *
         * @throws FoveaException if it is none of them
         */
        public static Net of(Path backbone) {
            String content = BackboneFile.open(backbone).content();
            if (content.startsWith("VGG16")) {
                return VGG;
            }
            return switch (content) {
                case "AlexNet" -> ALEX;
                case "SqueezeNet 1.1" -> SQUEEZE;
                default ->
                    throw new FoveaException(backbone + " holds " + content
                            + ". LPIPS stands on AlexNet, VGG16 or SqueezeNet 1.1: torchvision's alexnet-owt-7be5be79.pth,"
                            + " vgg16-397923af.pth or squeezenet1_1-b8a52dc0.pth.");
            };
        }

        private String wanted() {
            return file + ", or any file with its features.*.weight and .bias";
        }

        /** Layers of the trunk after which features are taken. */
        private List<Integer> taps() {
            return switch (this) {
                case ALEX -> List.of(1, 4, 7, 9, 11);
                case VGG -> List.of(3, 8, 15, 22, 29);
                case SQUEEZE -> List.of(1, 4, 7, 9, 10, 11, 12);
            };
        }

        /** Channels at the taps. */
        private long[] channels() {
            return switch (this) {
                case ALEX -> new long[] {64, 192, 384, 256, 256};
                case VGG -> new long[] {64, 128, 256, 512, 512};
                case SQUEEZE -> new long[] {64, 128, 256, 384, 384, 512, 512};
            };
        }

        Trunk trunk() {
            return switch (this) {
                case ALEX -> Trunk.alex();
                case VGG -> Trunk.vgg16("relu5_3");
                case SQUEEZE -> Trunk.squeeze();
            };
        }

        /** As it is written in file names. */
        String key() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** The interval in which the values of a picture tensor lie. */
    public enum Range {
        /** [0,1]. */
        UNIT,
        /** [-1,1]. */
        SIGNED
    }

    /**
     * Distances of a batch of pairs, differentiable.
     *
     * @param total LPIPS, N
     * @param layers its summands d_l in the trunk's order, N each
     */
    public record Distance(Tensor total, List<Tensor> layers) {}

    private final Net net;
    private final Trunk trunk;
    private final List<Tensor> weights = new ArrayList<>();
    private final Tensor shift = buffer("shift", Tensor.of(new float[] {-0.030f, -0.088f, -0.188f}, 1, 3, 1, 1));
    private final Tensor scale = buffer("scale", Tensor.of(new float[] {0.458f, 0.448f, 0.450f}, 1, 3, 1, 1));

    private Lpips(Net net, BackboneFile backbone, String linearSource, Map<String, StoredTensor> linear) {
        this.net = net;
        trunk = child("trunk", net.trunk());
        trunk.load(backbone, net.wanted());
        long[] channels = net.channels();
        for (int l = 0; l < channels.length; l++) {
            StoredTensor stored =
                    linear.getOrDefault("lin" + l + ".model.1.weight", linear.get("lins." + l + ".model.1.weight"));
            if (stored == null || !Arrays.equals(stored.shape(), new long[] {1, channels[l], 1, 1})) {
                throw new FoveaException(linearSource + " is not the linear part of LPIPS " + net.key()
                        + ": it lacks lin"
                        + l + ".model.1.weight [1, " + channels[l] + ", 1, 1]. Needed: lpips/weights/v0.1/" + net.key()
                        + ".pth of richzhang/PerceptualSimilarity.");
            }
            try (Scope scope = Scope.open()) {
                weights.add(buffer("lin" + l, F.reshape(stored.toTensor().to(DType.F32), channels[l], 1)));
            }
        }
        requiresGrad(false);
        eval();
    }

    /**
     * Loads a measure from the two files that it is published as.
     *
     * @param backbone the classifier, see {@link Net}: torchvision's file, its features alone, or a saved LPIPS module; safetensors or {@code .pth}
     * @param linear the weights w: {@code lpips/weights/v0.1/alex.pth} and so on, or a saved LPIPS module
     * @throws FoveaException if a file cannot be read or does not fit, saying what it is and which public file fits
     */
    public static Lpips load(Net net, Path backbone, Path linear) {
        return new Lpips(
                net,
                BackboneFile.open(backbone),
                linear.toString(),
                WeightsFile.open(linear).tensors());
    }

    /** As {@link #load(Net, Path, Path)}; which net it is follows from the backbone's file. */
    public static Lpips load(Path backbone, Path linear) {
        return load(Net.of(backbone), backbone, linear);
    }

    /** Loads a whole LPIPS module from one file, as {@code torch.save(loss.state_dict(), file)} makes it. */
    public static Lpips load(Net net, Path module) {
        return load(net, module, module);
    }

    /** From tensors by the names of a saved LPIPS module; {@code source} stands for the file in messages. */
    static Lpips of(Net net, String source, Map<String, StoredTensor> module) {
        return new Lpips(net, BackboneFile.of(source, module), source, module);
    }

    public Net net() {
        return net;
    }

    /**
     * Distances of pairs of pictures.
     *
     * @param a N, 3, H, W, RGB
     * @param b of the same shape and range
     * @throws FoveaException if the shapes differ, are others, or a side has fewer than 32 pixels
     */
    public Distance distance(Tensor a, Tensor b, Range range) {
        check(a, b);
        try (Scope scope = Scope.open()) {
            List<Tensor> f = features(a, range);
            List<Tensor> g = features(b, range);
            List<Tensor> layers = new ArrayList<>();
            Tensor total = null;
            for (int l = 0; l < f.size(); l++) {
                Tensor difference = F.square(F.sub(unit(f.get(l)), unit(g.get(l))));
                Tensor perChannel = F.mean(difference, false, 2, 3); // N,C
                Tensor d = F.reshape(F.matmul(perChannel, weights.get(l)), -1); // N
                layers.add(scope.give(d));
                total = total == null ? d : F.add(total, d);
            }
            return new Distance(scope.give(java.util.Objects.requireNonNull(total)), layers);
        }
    }

    /** Mean of the distances of a batch: a loss. */
    public Tensor loss(Tensor a, Tensor b, Range range) {
        try (Scope scope = Scope.open()) {
            return scope.give(F.mean(distance(a, b, range).total()));
        }
    }

    /**
     * The distance of two pictures of the same size, mapped to [-1,1] here. Grey counts as three equal channels, alpha is ignored.
     *
     * @throws FoveaException if the sizes differ or a side has fewer than 32 pixels
     */
    public double distance(Picture a, Picture b) {
        return perLayer(a, b).stream().mapToDouble(Double::doubleValue).sum();
    }

    /** The summands d_l of {@link #distance(Picture, Picture)} in the trunk's order. */
    public List<Double> perLayer(Picture a, Picture b) {
        Channels.inner(a, b, 0);
        try (Scope scope = Scope.open();
                Autograd.Guard off = Autograd.noGrad()) {
            return distance(tensor(a), tensor(b), Range.UNIT).layers().stream()
                    .map(Tensor::item)
                    .toList();
        }
    }

    private Tensor tensor(Picture picture) {
        Picture rgb = picture.withoutAlpha().toRgb();
        Tensor x = Tensor.of(rgb.toFloats(), 1, 3, rgb.height(), rgb.width());
        return x.to(shift.device()).to(shift.dtype());
    }

    private static void check(Tensor a, Tensor b) {
        if (!Arrays.equals(a.shape(), b.shape()) || a.dim() != 4 || a.size(1) != 3) {
            throw new FoveaException("LPIPS compares pictures N, 3, H, W of one shape, not "
                    + Arrays.toString(a.shape()) + " and " + Arrays.toString(b.shape()) + ".");
        }
        if (a.size(2) < SMALLEST || a.size(3) < SMALLEST) {
            throw new FoveaException("LPIPS needs pictures of at least " + SMALLEST + " x " + SMALLEST
                    + " pixels, better 64 x 64, not " + a.size(3) + " x " + a.size(2) + ".");
        }
    }

    /** The trunk's outputs at its taps of a picture. */
    List<Tensor> features(Tensor x, Range range) {
        Tensor signed = range == Range.SIGNED ? x : F.add(F.mul(x, 2), -1);
        return trunk.taps(F.div(F.sub(signed, shift), scale), net.taps());
    }

    private static Tensor unit(Tensor f) {
        Tensor squares = F.clamp(F.sum(F.square(f), true, 1), TINY, Float.MAX_VALUE);
        return F.div(f, F.add(F.sqrt(squares), 1e-10)); // N,C,H,W over N,1,H,W
    }
}
