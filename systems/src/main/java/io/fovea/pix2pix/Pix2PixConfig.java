package io.fovea.pix2pix;

import io.fovea.FoveaException;
import io.fovea.gan.ContentLoss;
import io.fovea.gan.Game;
import io.fovea.gan.Norm;
import io.fovea.gan.PatchGanConfig;
import io.fovea.gan.Rates;
import io.fovea.gan.UpdateOrder;
import io.fovea.optim.AdamConfig;
import io.fovea.torch.Precision;
import io.fovea.train.RunConfig;
import io.fovea.translation.GeneratorConfig;
import io.fovea.translation.Preparation;
import io.fovea.translation.TranslationWeights.Direction;
import java.util.List;

/**
 * A whole training: networks, data, losses, and the run around them.
 *
 * @param generator the network that translates
 * @param discriminator its opponent; unused where {@code training.game.weight} is 0
 * @param data pairs
 * @param training losses and updates
 * @param emaDecay decay of the average of the generator's weights that is evaluated and shipped; 0 for none
 * @param run seed, precision and intervals
 */
public record Pix2PixConfig(
        GeneratorConfig generator,
        PatchGanConfig discriminator,
        Data data,
        Training training,
        double emaDecay,
        RunConfig run) {
    /**
     * Pairs.
     *
     * @param preparation how pictures come to the training size; the same for both of a pair
     * @param batch pairs a step
     * @param direction which side is the input
     * @param classes of an input that is a picture of class numbers, one channel for each; 0 for ordinary pictures
     * @param validation pairs held back for evaluation while training where the set has none, at most a tenth of it
     */
    public record Data(Preparation preparation, int batch, Direction direction, int classes, int validation) {
        public Data {
            if (batch < 1) {
                throw new FoveaException("data.batch is " + batch + "; it must be at least 1.");
            }
            if (classes < 0 || classes > 256) {
                throw new FoveaException("data.classes is " + classes + "; it must be between 0 and 256.");
            }
            if (validation < 0) {
                throw new FoveaException("data.validation is " + validation + "; it must not be negative.");
            }
            if (!preparation.crops() && batch > 1) {
                throw new FoveaException("data.batch is " + batch + ", but data.preparation.kind "
                        + preparation.kind().name().toLowerCase(java.util.Locale.ROOT)
                        + " leaves pictures of different sizes; use a batch of 1 or a kind that crops.");
            }
        }
    }

    /**
     * Losses and updates.
     *
     * @param rates learning rates, the same for both networks
     * @param adam constants of both optimisers
     * @param game the adversarial objective
     * @param gameWeight weight of the generator's adversarial term; 0 trains without a discriminator
     * @param conditional whether the discriminator sees the input beside the output
     * @param gradientPenalty weight of the gradient penalty in the discriminator's loss; 0 for none
     * @param order which network is updated first
     * @param losses terms between output and target, for instance l1 with weight 100
     */
    public record Training(
            Rates rates,
            AdamConfig adam,
            Game game,
            double gameWeight,
            boolean conditional,
            double gradientPenalty,
            UpdateOrder order,
            List<ContentLoss> losses) {
        public Training {
            losses = List.copyOf(losses);
            if (gameWeight < 0 || gradientPenalty < 0) {
                throw new FoveaException(
                        "training.gameWeight and training.gradientPenalty must not be negative; they are " + gameWeight
                                + " and " + gradientPenalty + ".");
            }
            if (!game.judgesApart()) {
                throw new FoveaException("training.game is relativistic; use log, lsgan, wgangp, hinge or linear.");
            }
            if (gameWeight == 0 && losses.isEmpty()) {
                throw new FoveaException(
                        "training.gameWeight is 0 and training.losses is empty; nothing would be trained.");
            }
        }
    }

    public Pix2PixConfig {
        if (emaDecay < 0 || emaDecay >= 1) {
            throw new FoveaException("emaDecay is " + emaDecay + "; it must be in [0, 1).");
        }
        int side = data.preparation().crop();
        boolean crops = data.preparation().crops();
        if (crops && side % generator.multiple() != 0) {
            throw new FoveaException("data.preparation.crop is " + side + "; this generator takes multiples of "
                    + generator.multiple() + " pixels.");
        }
        if (crops && training.gameWeight() > 0) {
            discriminator.check(side);
        }
        if (data.classes() > generator.inputs()) {
            throw new FoveaException("generator.inputs is " + generator.inputs() + " but data.classes is "
                    + data.classes() + "; each class takes a channel.");
        }
    }

    /** Channels that the discriminator sees. */
    public int judged() {
        return generator.outputs() + (training.conditional() ? generator.inputs() : 0);
    }

    private static final AdamConfig ADAM = new AdamConfig(0.5, 0.999, 1e-8);

    private static Training training(Rates rates) {
        return new Training(
                rates,
                ADAM,
                Game.LOG,
                1,
                true,
                0,
                UpdateOrder.DISCRIMINATOR_FIRST,
                List.of(ContentLoss.pixel(ContentLoss.Kind.L1, 100)));
    }

    /** Isola et al. 2016 for sets of some hundred pairs: 256 pixels, 70 x 70 patches, L1 + cGAN, batch 1, 200 epochs at 2 x 10^-4, the paper's dropout. */
    public static Pix2PixConfig paper() {
        GeneratorConfig unet = GeneratorConfig.unet(8, 64).withDropout(GeneratorConfig.DropoutPlace.PAPER);
        return new Pix2PixConfig(
                unet,
                new PatchGanConfig(3, 64, Norm.BATCH),
                new Data(Preparation.jitter(256), 1, Direction.A_TO_B, 0, 10),
                training(Rates.linear(2e-4, 200, 0)),
                0,
                new RunConfig(1, Precision.F32, 100, 1000, 2000, 2000));
    }

    /** What trains in an hour on a CPU: 64 pixels, 34 x 34 patches, narrow networks, batch 4, running statistics. */
    public static Pix2PixConfig cpu() {
        GeneratorConfig unet = GeneratorConfig.unet(6, 32)
                .withDropout(GeneratorConfig.DropoutPlace.NONE)
                .withStatistics(GeneratorConfig.Statistics.RUNNING);
        return new Pix2PixConfig(
                unet,
                new PatchGanConfig(2, 32, Norm.BATCH),
                new Data(Preparation.whole(64, true), 4, Direction.A_TO_B, 0, 50),
                training(Rates.linear(2e-4, 20, 20)),
                0.999,
                new RunConfig(1, Precision.F32, 100, 1000, 500, 500));
    }

    /** Seconds, for tests and first tries: 32 pixels, 4 channels. */
    public static Pix2PixConfig tiny() {
        GeneratorConfig unet = GeneratorConfig.unet(5, 4).withStatistics(GeneratorConfig.Statistics.RUNNING);
        return new Pix2PixConfig(
                unet,
                new PatchGanConfig(1, 4, Norm.BATCH),
                new Data(Preparation.jitter(32), 2, Direction.A_TO_B, 0, 1),
                training(Rates.linear(2e-3, 10, 10)),
                0,
                new RunConfig(1, Precision.F32, 10, 50, 50, 50));
    }
}
