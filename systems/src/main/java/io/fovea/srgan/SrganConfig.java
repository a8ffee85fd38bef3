package io.fovea.srgan;

import io.fovea.FoveaException;
import io.fovea.gan.ContentLoss;
import io.fovea.gan.Game;
import io.fovea.gan.UpdateOrder;
import io.fovea.optim.AdamConfig;
import io.fovea.optim.Schedule;
import io.fovea.torch.Precision;
import io.fovea.train.RunConfig;
import java.util.List;

/**
 * A whole training: networks, data, the pixel-error stage, the adversarial stage, and the run around them.
 *
 * @param generator the network that enlarges
 * @param discriminator its opponent in the adversarial stage
 * @param data crops and their low-resolution versions
 * @param content stage 1, for pixel error; 0 steps to leave it out
 * @param adversarial stage 2, against the discriminator; 0 steps to leave it out
 * @param emaDecay decay of the average of the generator's weights that is evaluated and shipped; 0 for none
 * @param run seed, precision and intervals
 */
public record SrganConfig(
        GeneratorConfig generator,
        DiscriminatorConfig discriminator,
        Data data,
        ContentStage content,
        AdversarialStage adversarial,
        double emaDecay,
        RunConfig run) {
    /**
     * Crops.
     *
     * @param crop side of the HR crops, pixels; a multiple of the scale
     * @param batch crops a step
     * @param degradation how LR pictures are made where none are given
     * @param flip mirror crops at random
     * @param rotate turn crops by 90 degrees at random
     * @param validation pictures held back for evaluation while training, at most a tenth of the set
     */
    public record Data(int crop, int batch, Degradation degradation, boolean flip, boolean rotate, int validation) {
        public Data {
            positive("data.crop", crop);
            positive("data.batch", batch);
            if (validation < 0) {
                throw new FoveaException("data.validation is " + validation + "; it must not be negative.");
            }
        }
    }

    /** How a low-resolution picture is made from a high-resolution one. */
    public enum Degradation {
        /** MATLAB's bicubic imresize of the whole picture, rounded to 8 bit: the benchmarks' own. */
        MATLAB,
        /** Pillow's bicubic of the whole picture. */
        PILLOW,
        /** Pillow's bicubic of each crop, as leftthomas/SRGAN does. */
        PILLOW_CROP
    }

    /**
     * Stage 1: the generator alone.
     *
     * @param steps updates
     * @param losses terms whose weighted sum is minimised
     */
    public record ContentStage(long steps, Schedule schedule, AdamConfig adam, List<ContentLoss> losses) {
        public ContentStage {
            stage("content", steps, losses);
            losses = List.copyOf(losses);
        }
    }

    /**
     * Stage 2: generator and discriminator in turn.
     *
     * @param steps updates of each
     * @param losses content terms
     * @param form the adversarial game
     * @param weight weight of the generator's adversarial term
     * @param order which network is updated first
     * @param labelSmoothing target of real crops is 1 minus this
     * @param warmup updates of the discriminator alone before the generator's first
     */
    public record AdversarialStage(
            long steps,
            Schedule generatorSchedule,
            Schedule discriminatorSchedule,
            AdamConfig adam,
            List<ContentLoss> losses,
            Game form,
            double weight,
            UpdateOrder order,
            double labelSmoothing,
            long warmup) {
        public AdversarialStage {
            stage("adversarial", steps, losses);
            losses = List.copyOf(losses);
            if (labelSmoothing < 0 || labelSmoothing >= 0.5) {
                throw new FoveaException(
                        "adversarial.labelSmoothing is " + labelSmoothing + "; it must be in [0, 0.5).");
            }
        }
    }

    public SrganConfig {
        if (data.crop() % generator.scale() != 0) {
            throw new FoveaException("data.crop is " + data.crop() + "; it must be a multiple of generator.scale, "
                    + generator.scale() + ".");
        }
        boolean fixed = discriminator.kind() != DiscriminatorConfig.Kind.POOLED;
        if (adversarial.steps() > 0 && fixed && discriminator.size() != data.crop()) {
            throw new FoveaException("discriminator.size is " + discriminator.size() + " but data.crop is "
                    + data.crop() + "; this discriminator judges crops of exactly its size.");
        }
        if (emaDecay < 0 || emaDecay >= 1) {
            throw new FoveaException("emaDecay is " + emaDecay + "; it must be in [0, 1).");
        }
        if (content.steps() + adversarial.steps() == 0) {
            throw new FoveaException("content.steps and adversarial.steps are both 0; nothing would be trained.");
        }
    }

    /** Updates of both stages together. */
    public long steps() {
        return content.steps() + adversarial.steps();
    }

    private static void positive(String field, int value) {
        if (value < 1) {
            throw new FoveaException(field + " is " + value + "; it must be at least 1.");
        }
    }

    private static void stage(String name, long steps, List<ContentLoss> losses) {
        if (steps < 0) {
            throw new FoveaException(name + ".steps is " + steps + "; it must not be negative.");
        }
        if (steps > 0 && losses.isEmpty()) {
            throw new FoveaException(name + ".losses is empty; give at least one term, e.g. l1.");
        }
    }

    private static final AdamConfig ADAM = new AdamConfig(0.9, 0.999, 1e-8);

    /**
     * Ledig et al. 2017: 16 crops of 96 pixels, 10^6 updates of mean squared error at 10^-4, then 10^5 at 10^-4 and 10^5 at 10^-5 against
     * the discriminator with VGG54 (features / 12.75, so a weight of 0.006) and 10^-3 times the adversarial term.
     *
     * @param vgg19 file of torchvision's VGG19 weights
     */
    public static SrganConfig paper(String vgg19) {
        return new SrganConfig(
                GeneratorConfig.paper(4),
                new DiscriminatorConfig(DiscriminatorConfig.Kind.PAPER, 96, 64),
                new Data(96, 16, Degradation.MATLAB, false, false, 10),
                new ContentStage(
                        1_000_000, Schedule.constant(1e-4), ADAM, List.of(ContentLoss.pixel(ContentLoss.Kind.MSE, 1))),
                new AdversarialStage(
                        200_000,
                        Schedule.steps(1e-4, 0.1, 100_000L),
                        Schedule.steps(1e-4, 0.1, 100_000L),
                        ADAM,
                        List.of(ContentLoss.vgg(0.006, "relu5_4", ContentLoss.Distance.MSE, true, vgg19)),
                        Game.LOG,
                        1e-3,
                        UpdateOrder.DISCRIMINATOR_FIRST,
                        0,
                        0),
                0,
                new RunConfig(1, Precision.F32, 100, 5000, 5000, 5000));
    }

    /** What trains well on CPUs: MSRResNet with 16 blocks of 64, L1, average of weights; the pixel stage alone. */
    public static SrganConfig cpu(int scale) {
        int crop = scale == 3 ? 72 : 24 * scale;
        return new SrganConfig(
                GeneratorConfig.msrresnet(scale, 16, 64),
                new DiscriminatorConfig(DiscriminatorConfig.Kind.POOLED, crop, 32),
                new Data(crop, 16, Degradation.MATLAB, true, true, 10),
                new ContentStage(
                        40_000,
                        Schedule.decay(3e-4, 1e-7, 500, 15_000),
                        new AdamConfig(0.9, 0.99, 1e-8),
                        List.of(ContentLoss.pixel(ContentLoss.Kind.L1, 1))),
                new AdversarialStage(
                        0,
                        Schedule.constant(1e-4),
                        Schedule.constant(1e-4),
                        new AdamConfig(0.9, 0.99, 1e-8),
                        List.of(ContentLoss.pixel(ContentLoss.Kind.L1, 1)),
                        Game.LOG,
                        5e-3,
                        UpdateOrder.GENERATOR_FIRST,
                        0,
                        0),
                0.999,
                new RunConfig(1, Precision.BF16, 100, 2000, 1000, 500));
    }

    /** Seconds, for tests and first tries: 2 blocks of 16. */
    public static SrganConfig tiny(int scale) {
        int crop = 12 * scale;
        return new SrganConfig(
                GeneratorConfig.msrresnet(scale, 2, 16),
                new DiscriminatorConfig(DiscriminatorConfig.Kind.POOLED, crop, 16),
                new Data(crop, 4, Degradation.MATLAB, true, true, 1),
                new ContentStage(
                        200,
                        Schedule.cosine(1e-3, 1e-6),
                        new AdamConfig(0.9, 0.99, 1e-8),
                        List.of(ContentLoss.pixel(ContentLoss.Kind.L1, 1))),
                new AdversarialStage(
                        0,
                        Schedule.constant(1e-4),
                        Schedule.constant(1e-4),
                        new AdamConfig(0.9, 0.99, 1e-8),
                        List.of(ContentLoss.pixel(ContentLoss.Kind.L1, 1)),
                        Game.LOG,
                        5e-3,
                        UpdateOrder.GENERATOR_FIRST,
                        0,
                        0),
                0.99,
                new RunConfig(1, Precision.F32, 20, 100, 100, 100));
    }
}
