package io.fovea.cyclegan;

import io.fovea.FoveaException;
import io.fovea.gan.Game;
import io.fovea.gan.Norm;
import io.fovea.gan.PatchGanConfig;
import io.fovea.gan.Rates;
import io.fovea.optim.AdamConfig;
import io.fovea.torch.Precision;
import io.fovea.train.RunConfig;
import io.fovea.translation.GeneratorConfig;
import io.fovea.translation.Preparation;

/**
 * A whole training: networks, data, losses, and the run around them.
 *
 * @param generator the network that translates A into B; its counterpart has inputs and outputs exchanged
 * @param discriminator the network that judges one side, twice; unused where {@code training.gameWeight} is 0
 * @param data two sets of pictures
 * @param training losses and updates
 * @param emaDecay decay of the averages of the generators' weights that are evaluated and shipped; 0 for none
 * @param run seed, precision and intervals
 */
public record CycleGanConfig(
        GeneratorConfig generator,
        PatchGanConfig discriminator,
        Data data,
        Training training,
        double emaDecay,
        RunConfig run) {
    /**
     * Two sets of pictures.
     *
     * @param preparation how pictures come to the training size, drawn for each side on its own
     * @param batch pictures of each side a step
     * @param validation pictures of each side held back for evaluation while training where the set has none, at most a tenth of them
     */
    public record Data(Preparation preparation, int batch, int validation) {
        public Data {
            if (batch < 1) {
                throw new FoveaException("data.batch is " + batch + "; it must be at least 1.");
            }
            if (validation < 0) {
                throw new FoveaException("data.validation is " + validation + "; it must not be negative.");
            }
            if (!preparation.crops()) {
                throw new FoveaException(
                        "data.preparation.kind is "
                                + preparation.kind().name().toLowerCase(java.util.Locale.ROOT)
                                + ", which leaves pictures of different sizes; use resize_and_crop, crop or scale_width_and_crop.");
            }
        }
    }

    /**
     * Losses and updates.
     *
     * @param rates learning rates, the same for all networks
     * @param adam constants of both optimisers
     * @param game the adversarial objective
     * @param gameWeight weight of the generators' adversarial terms; 0 trains without discriminators
     * @param gradientPenalty weight of the gradient penalty in the discriminators' losses; 0 for none
     * @param forwardCycle weight of |BA(AB(a)) - a|, the papers' lambda for A
     * @param backwardCycle weight of |AB(BA(b)) - b|
     * @param identity weight of |AB(b) - b| and |BA(a) - a|, as a share of the cycle weights; 0 for none
     * @param pool earlier pictures that each discriminator is shown; 0 for none
     */
    public record Training(
            Rates rates,
            AdamConfig adam,
            Game game,
            double gameWeight,
            double gradientPenalty,
            double forwardCycle,
            double backwardCycle,
            double identity,
            int pool) {
        public Training {
            if (gameWeight < 0 || gradientPenalty < 0 || forwardCycle < 0 || backwardCycle < 0 || identity < 0) {
                throw new FoveaException("training: weights must not be negative.");
            }
            if (gameWeight == 0 && forwardCycle == 0 && backwardCycle == 0) {
                throw new FoveaException(
                        "training: gameWeight, forwardCycle and backwardCycle are all 0; nothing would be"
                                + " trained.");
            }
            if (pool < 0 || pool > 10_000) {
                throw new FoveaException("training.pool is " + pool + "; it must be between 0 and 10,000.");
            }
            if (!game.judgesApart()) {
                throw new FoveaException("training.game is relativistic; use log, lsgan, wgangp, hinge or linear.");
            }
        }
    }

    public CycleGanConfig {
        if (emaDecay < 0 || emaDecay >= 1) {
            throw new FoveaException("emaDecay is " + emaDecay + "; it must be in [0, 1).");
        }
        int side = data.preparation().crop();
        if (side % generator.multiple() != 0) {
            throw new FoveaException("data.preparation.crop is " + side + "; this generator takes multiples of "
                    + generator.multiple() + " pixels.");
        }
        if (training.gameWeight() > 0) {
            discriminator.check(side);
        }
        if (training.identity() > 0 && generator.inputs() != generator.outputs()) {
            throw new FoveaException(
                    "training.identity is " + training.identity() + ", which needs as many channels in A as"
                            + " in B; generator.inputs is " + generator.inputs() + " and generator.outputs "
                            + generator.outputs() + ".");
        }
    }

    private static Training training(Rates rates) {
        return new Training(rates, new AdamConfig(0.5, 0.999, 1e-8), Game.LSGAN, 1, 0, 10, 10, 0.5, 50);
    }

    /** Zhu et al. 2017: ResNet-9 at 256 pixels, 70 x 70 patches, batch 1, 100 epochs at 2 x 10^-4 and 100 of decay; the identity term of the public options. */
    public static CycleGanConfig paper() {
        return new CycleGanConfig(
                GeneratorConfig.resnet(9, 64),
                new PatchGanConfig(3, 64, Norm.INSTANCE),
                new Data(Preparation.jitter(256), 1, 10),
                training(Rates.linear(2e-4, 100, 100)),
                0,
                new RunConfig(1, Precision.F32, 100, 1000, 2000, 2000));
    }

    /** What trains in some hours on a CPU: ResNet-6 with 16 channels at 64 pixels, 34 x 34 patches, resize-convolutions. */
    public static CycleGanConfig cpu() {
        return new CycleGanConfig(
                GeneratorConfig.resnet(6, 16).withUpsampling(GeneratorConfig.Upsampling.RESIZE),
                new PatchGanConfig(2, 32, Norm.INSTANCE),
                new Data(Preparation.whole(64, true), 1, 50),
                training(Rates.linear(2e-4, 20, 20)),
                0.999,
                new RunConfig(1, Precision.F32, 100, 1000, 1000, 500));
    }

    /** Seconds, for tests and first tries: one block, 16 pixels. */
    public static CycleGanConfig tiny() {
        return new CycleGanConfig(
                GeneratorConfig.resnet(1, 4),
                new PatchGanConfig(1, 4, Norm.INSTANCE),
                new Data(Preparation.jitter(16), 2, 1),
                new Training(
                        Rates.linear(2e-3, 10, 10), new AdamConfig(0.5, 0.999, 1e-8), Game.LSGAN, 1, 0, 10, 10, 0.5, 4),
                0,
                new RunConfig(1, Precision.F32, 10, 50, 50, 50));
    }
}
