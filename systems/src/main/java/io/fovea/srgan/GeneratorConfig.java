package io.fovea.srgan;

import io.fovea.FoveaException;
import io.fovea.nn.Layer;
import java.util.List;

/**
 * A generator: the paper's network and its public relatives, as data.
 *
 * @param kind which network
 * @param scale enlargement: 2, 3, 4 or 8
 * @param blocks residual blocks
 * @param channels filters of the body
 * @param norm {@code SRRESNET}: normalisation after each convolution of a block
 * @param activation {@code SRRESNET}: after the first layer, inside the blocks and after each pixel shuffle
 * @param headKernel {@code SRRESNET}: kernel of the first convolution
 * @param tailKernel {@code SRRESNET}: kernel of the last convolution
 * @param trunkEnd {@code SRRESNET}: what follows the convolution that ends the body
 * @param shuffleChannels {@code SRRESNET}: channels after each pixel shuffle
 * @param bias {@code SRRESNET}: whether convolutions have a bias
 * @param output {@code SRRESNET}: function of the last convolution's output
 * @param init how the convolutions start
 * @param icnr whether convolutions before a pixel shuffle start with equal sub-filters (against checkerboards)
 * @param lrRange range of the network's input
 * @param hrRange range of the network's output
 */
public record GeneratorConfig(
        Kind kind,
        int scale,
        int blocks,
        int channels,
        Norm norm,
        Act activation,
        int headKernel,
        int tailKernel,
        TrunkEnd trunkEnd,
        int shuffleChannels,
        boolean bias,
        Output output,
        Init init,
        boolean icnr,
        Range lrRange,
        Range hrRange) {
    public enum Kind {
        /** The paper's generator. */
        SRRESNET,
        /** BasicSR's modification: no normalisation, no long skip, the enlarged input added at the end. */
        MSRRESNET
    }

    public enum Norm {
        BATCH,
        INSTANCE,
        NONE
    }

    public enum Act {
        /** One learned slope a layer. */
        PRELU,
        /** One learned slope a channel. */
        PRELU_CHANNEL,
        RELU,
        /** Slope 0.2. */
        LEAKY_RELU
    }

    public enum TrunkEnd {
        NORM,
        PRELU,
        NONE
    }

    public enum Output {
        NONE,
        TANH,
        /** (tanh(y) + 1) / 2. */
        TANH_UNIT
    }

    public enum Init {
        /** PyTorch's: uniform, 1/sqrt(fan in). */
        TORCH,
        /** Kaiming normal times 0.1, no bias: BasicSR's for networks without normalisation. */
        KAIMING_TENTH,
        /** N(0, 2/(k k out)), no bias. */
        HE_OUT,
        ORTHOGONAL
    }

    /** What the numbers of a picture mean. */
    public enum Range {
        /** [0, 1]. */
        UNIT,
        /** [-1, 1]. */
        SIGNED
    }

    public GeneratorConfig {
        if (!List.of(2, 3, 4, 8).contains(scale)) {
            throw new FoveaException("generator.scale is " + scale + "; it must be 2, 3, 4 or 8.");
        }
        if (kind == Kind.MSRRESNET && scale == 8) {
            throw new FoveaException("generator.scale is 8; msrresnet has 2, 3 and 4 (srresnet has 8).");
        }
        require("blocks", blocks, 1, 256);
        require("channels", channels, 1, 1024);
        require("shuffleChannels", shuffleChannels, 1, 1024);
        odd("headKernel", headKernel);
        odd("tailKernel", tailKernel);
    }

    private static void require(String field, int value, int low, int high) {
        if (value < low || value > high) {
            throw new FoveaException(
                    "generator." + field + " is " + value + "; it must be between " + low + " and " + high + ".");
        }
    }

    private static void odd(String field, int value) {
        if (value % 2 == 0 || value < 1 || value > 31) {
            throw new FoveaException("generator." + field + " is " + value + "; it must be odd, 1 to 31.");
        }
    }

    /** The paper's SRResNet: 16 blocks of 64, batch norm, PReLU, 9x9 first and last layers. */
    public static GeneratorConfig paper(int scale) {
        return new GeneratorConfig(
                Kind.SRRESNET,
                scale,
                16,
                64,
                Norm.BATCH,
                Act.PRELU,
                9,
                9,
                TrunkEnd.NORM,
                64,
                true,
                Output.NONE,
                Init.TORCH,
                false,
                Range.UNIT,
                Range.SIGNED);
    }

    /** leftthomas/SRGAN: the paper's layers with 5 blocks, output (tanh + 1)/2 in [0,1]. */
    public static GeneratorConfig leftthomas(int scale, TrunkEnd trunkEnd) {
        return new GeneratorConfig(
                Kind.SRRESNET,
                scale,
                5,
                64,
                Norm.BATCH,
                Act.PRELU,
                9,
                9,
                trunkEnd,
                64,
                true,
                Output.TANH_UNIT,
                Init.TORCH,
                false,
                Range.UNIT,
                Range.UNIT);
    }

    /** BasicSR's MSRResNet. */
    public static GeneratorConfig msrresnet(int scale, int blocks, int channels) {
        return new GeneratorConfig(
                Kind.MSRRESNET,
                scale,
                blocks,
                channels,
                Norm.NONE,
                Act.LEAKY_RELU,
                3,
                3,
                TrunkEnd.NONE,
                channels,
                true,
                Output.NONE,
                Init.KAIMING_TENTH,
                false,
                Range.UNIT,
                Range.UNIT);
    }

    /** How far, in LR pixels, one output pixel looks in each direction: the margin with which tiles equal the whole picture. */
    public int receptiveRadius() {
        int body = 2 * blocks;
        int shuffles =
                kind == Kind.SRRESNET ? (scale == 3 ? 1 : Integer.numberOfTrailingZeros(scale)) : (scale == 4 ? 2 : 1);
        if (kind == Kind.MSRRESNET) {
            return 1 + body + shuffles + 2;
        }
        return headKernel / 2 + body + 1 + shuffles + (tailKernel / 2 + scale - 1) / scale;
    }

    /** A new, untrained generator of this configuration: N,3,H,W to N,3,scale*H,scale*W. */
    public Layer create() {
        return GeneratorInit.create(this);
    }
}
