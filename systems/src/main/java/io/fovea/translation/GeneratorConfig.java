package io.fovea.translation;

import io.fovea.FoveaException;
import io.fovea.gan.Norm;
import io.fovea.gan.WeightInit;
import io.fovea.nn.Layer;

/**
 * A generator from pictures to pictures of the same size, as data.
 *
 * @param kind which network
 * @param depth halvings of a U-Net or an encoder-decoder (8 for 256 pixels, 7 for 128, 6 for 64); residual blocks of a ResNet
 * @param channels filters of the first layer (64 in the papers)
 * @param inputs channels of the input
 * @param outputs channels of the output
 * @param norm normalisation of the inner layers
 * @param dropout where half of the values are dropped while training
 * @param upsampling how the decoder enlarges
 * @param statistics by what batch norm normalises when a picture is translated
 * @param init how the weights start
 */
public record GeneratorConfig(
        Kind kind,
        int depth,
        int channels,
        int inputs,
        int outputs,
        Norm norm,
        DropoutPlace dropout,
        Upsampling upsampling,
        Statistics statistics,
        WeightInit init) {
    public enum Kind {
        /** Encoder and decoder with skips between layers of one size (Isola et al. 2016). */
        UNET,
        /** The same without skips: the paper's comparison. */
        ENCODER_DECODER,
        /** Two halvings, residual blocks, two doublings (Zhu et al. 2017, after Johnson et al. 2016). */
        RESNET
    }

    public enum DropoutPlace {
        NONE,
        /** The PyTorch code's: U-Nets in the decoder layers of full width after the first; ResNets in each block. */
        CODE,
        /** The paper's and the Torch code's: the first three layers of the decoder. */
        PAPER
    }

    public enum Upsampling {
        /** Transposed convolutions, as published. */
        TRANSPOSED,
        /** Each value repeated, then a convolution: no checkerboards. */
        RESIZE
    }

    public enum Statistics {
        /** The picture's own, as published: what training with batches of one did. */
        PICTURE,
        /** The running ones that training gathered. */
        RUNNING
    }

    private static final int FEWEST_HALVINGS = 5;

    public GeneratorConfig {
        boolean resnet = kind == Kind.RESNET;
        if (resnet && (depth < 1 || depth > 64)) {
            throw new FoveaException(
                    "generator.depth is " + depth + "; a ResNet has 1 to 64 blocks, 6 or 9 in the paper.");
        }
        if (!resnet && (depth < FEWEST_HALVINGS || depth > 12)) {
            throw new FoveaException("generator.depth is " + depth
                    + "; a U-Net halves its pictures 5 to 12 times, for instance 6 times from 64 pixels.");
        }
        within("channels", channels, 512);
        within("inputs", inputs, 4096);
        within("outputs", outputs, 4096);
        if (resnet && dropout == DropoutPlace.PAPER) {
            throw new FoveaException("generator.dropout is paper; a ResNet has dropout none or code.");
        }
    }

    private static void within(String field, int value, int most) {
        if (value < 1 || value > most) {
            throw new FoveaException(
                    "generator." + field + " is " + value + "; it must be between 1 and " + most + ".");
        }
    }

    /** The pix2pix paper's U-Net for pictures of 2^depth pixels: batch norm, dropout where the PyTorch code has it. */
    public static GeneratorConfig unet(int depth, int channels) {
        return new GeneratorConfig(
                Kind.UNET,
                depth,
                channels,
                3,
                3,
                Norm.BATCH,
                DropoutPlace.CODE,
                Upsampling.TRANSPOSED,
                Statistics.PICTURE,
                WeightInit.PUBLISHED);
    }

    /** CycleGAN's generator: 6 blocks for 128 pixels, 9 from 256 on; instance norm, no dropout. */
    public static GeneratorConfig resnet(int blocks, int channels) {
        return new GeneratorConfig(
                Kind.RESNET,
                blocks,
                channels,
                3,
                3,
                Norm.INSTANCE,
                DropoutPlace.NONE,
                Upsampling.TRANSPOSED,
                Statistics.PICTURE,
                WeightInit.PUBLISHED);
    }

    /** The generator of the other direction: inputs and outputs exchanged. */
    public GeneratorConfig reversed() {
        return new GeneratorConfig(kind, depth, channels, outputs, inputs, norm, dropout, upsampling, statistics, init);
    }

    public GeneratorConfig withDropout(DropoutPlace place) {
        return new GeneratorConfig(kind, depth, channels, inputs, outputs, norm, place, upsampling, statistics, init);
    }

    public GeneratorConfig withStatistics(Statistics wanted) {
        return new GeneratorConfig(kind, depth, channels, inputs, outputs, norm, dropout, upsampling, wanted, init);
    }

    public GeneratorConfig withUpsampling(Upsampling wanted) {
        return new GeneratorConfig(kind, depth, channels, inputs, outputs, norm, dropout, wanted, statistics, init);
    }

    /** What height and width of its pictures must be multiples of, pixels; at the same time the smallest side. */
    public int multiple() {
        return kind == Kind.RESNET ? 4 : 1 << depth;
    }

    /** A new, untrained generator: N,inputs,H,W in [-1,1] to N,outputs,H,W in [-1,1]. */
    public Layer create() {
        Layer network = kind == Kind.RESNET ? new ResNetGenerator(this) : new UNet(this);
        init.apply(network);
        return network;
    }
}
