package io.fovea.srgan;

import io.fovea.FoveaException;
import io.fovea.nn.Layer;

/**
 * A discriminator.
 *
 * @param kind which network
 * @param size side of the square HR crops that it judges; {@code POOLED} takes any size from 16
 * @param channels filters of its first layer (64 in the papers)
 */
public record DiscriminatorConfig(Kind kind, int size, int channels) {
    public enum Kind {
        /** The paper's: eight convolutions, dense 1024, dense 1; fixed to its crop size. */
        PAPER,
        /** leftthomas/SRGAN's: average pooling instead of the dense layers, any size. */
        POOLED,
        /** BasicSR's VGG style: 128 or 256 pixels. */
        VGG
    }

    public DiscriminatorConfig {
        if (channels < 1 || channels > 512) {
            throw new FoveaException("discriminator.channels is " + channels + "; it must be between 1 and 512.");
        }
        boolean fits = switch (kind) {
            case PAPER -> size >= 16 && size % 16 == 0;
            case POOLED -> size >= 16;
            case VGG -> size == 128 || size == 256;
        };
        if (!fits) {
            throw new FoveaException("discriminator.size is " + size + "; "
                    + switch (kind) {
                        case PAPER -> "the paper's discriminator takes crops of a multiple of 16.";
                        case POOLED -> "the pooled discriminator takes crops of 16 pixels or more.";
                        case VGG -> "the VGG-style discriminator takes crops of 128 or 256 pixels.";
                    });
        }
    }

    /** A new, untrained discriminator of this configuration: N,3,H,W to N,1 logits. */
    public Layer create() {
        return SrganDiscriminator.create(this);
    }
}
