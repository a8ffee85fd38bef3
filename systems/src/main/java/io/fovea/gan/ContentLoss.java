package io.fovea.gan;

import io.fovea.FoveaException;
import org.jspecify.annotations.Nullable;

/**
 * One weighted content term: how far a generator's pictures are from the wanted ones.
 *
 * @param kind which distance
 * @param weight its weight
 * @param tap {@code VGG}: layer whose output is compared, e.g. {@code relu2_2}, {@code conv5_4}, {@code pool5}
 * @param distance {@code VGG}: how features are compared
 * @param imagenet {@code VGG}: whether inputs are normalised with ImageNet's mean and deviation
 * @param backbone {@code VGG}, {@code LPIPS}: file with the backbone's weights
 * @param linear {@code LPIPS}: file with the linear layers
 */
public record ContentLoss(
        Kind kind,
        double weight,
        @Nullable String tap,
        @Nullable Distance distance,
        @Nullable Boolean imagenet,
        @Nullable String backbone,
        @Nullable String linear) {
    public enum Kind {
        /** Mean absolute difference. */
        L1,
        /** Mean squared difference. */
        MSE,
        /** Mean of sqrt(d^2 + 1e-6). */
        CHARBONNIER,
        /** Distance of VGG features. */
        VGG,
        /** Learned perceptual distance. */
        LPIPS,
        /** Total variation of the generator's output alone, as leftthomas/SRGAN defines it. */
        TV
    }

    public enum Distance {
        L1,
        MSE
    }

    public ContentLoss {
        if (kind == Kind.VGG && (tap == null || backbone == null)) {
            throw new FoveaException("A vgg loss needs tap and backbone (a file of torchvision weights).");
        }
        if (kind == Kind.LPIPS && (backbone == null || linear == null)) {
            throw new FoveaException("An lpips loss needs backbone and linear (files).");
        }
    }

    /** A term without features: l1, mse, charbonnier or tv. */
    public static ContentLoss pixel(Kind kind, double weight) {
        return new ContentLoss(kind, weight, null, null, null, null, null);
    }

    public static ContentLoss vgg(double weight, String tap, Distance distance, boolean imagenet, String backbone) {
        return new ContentLoss(Kind.VGG, weight, tap, distance, imagenet, backbone, null);
    }

    public static ContentLoss lpips(double weight, String backbone, String linear) {
        return new ContentLoss(Kind.LPIPS, weight, null, null, null, backbone, linear);
    }
}
