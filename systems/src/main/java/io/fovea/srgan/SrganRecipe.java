package io.fovea.srgan;

import io.fovea.data.Batch;
import io.fovea.image.Grid;
import io.fovea.image.Picture;
import io.fovea.image.Resample;
import io.fovea.nn.Layer;
import io.fovea.optim.Adam;
import io.fovea.optim.Ema;
import io.fovea.optim.Schedule;
import io.fovea.torch.Autograd;
import io.fovea.torch.Device;
import io.fovea.torch.F;
import io.fovea.torch.Precision;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import io.fovea.train.Recipe;
import io.fovea.train.SampleSheet;
import io.fovea.train.Saved;
import io.fovea.train.Scalars;
import io.fovea.train.Score;
import io.fovea.train.Scores;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Training of SRGAN (spec of the stages: {@link SrganConfig}): first the generator alone for pixel error, then generator and
 * discriminator in turn.
 */
final class SrganRecipe implements Recipe {
    /** Sample sheets show this many held-out crops, each this wide in HR pixels. */
    private static final int SAMPLES = 4;

    private static final int SAMPLE_SIDE = 192;

    private final SrganConfig config;
    private final SrganData data;
    private final Device device;
    private final Layer generator;
    private final @Nullable Layer discriminator;
    private final Adam generatorAdam;
    private final @Nullable Adam discriminatorAdam;
    private final @Nullable Ema ema;
    private final ContentLosses contentLosses;
    private final ContentLosses adversarialLosses;
    private final Saved saved = new Saved();

    SrganRecipe(SrganConfig config, SrganData data, Device device) {
        this.config = config;
        this.data = data;
        this.device = device;
        Precision precision = config.run().precision();
        generator = GeneratorInit.create(config.generator());
        generator.to(precision.dtype());
        generator.to(device);
        generatorAdam = adam(
                generator,
                config.content().steps() > 0
                        ? config.content().adam()
                        : config.adversarial().adam());
        saved.add("generator", generator).add("adam", generatorAdam);
        if (config.emaDecay() > 0) {
            ema = new Ema(generator, config.emaDecay());
            saved.add("ema", ema);
        } else {
            ema = null;
        }
        boolean adversarial = config.adversarial().steps() > 0;
        discriminator = adversarial ? SrganDiscriminator.create(config.discriminator()) : null;
        if (discriminator != null) {
            discriminator.to(precision.dtype());
            discriminator.to(device);
            discriminatorAdam = adam(discriminator, config.adversarial().adam());
            saved.add("discriminator", discriminator).add("discriminatorAdam", discriminatorAdam);
        } else {
            discriminatorAdam = null;
        }
        GeneratorConfig.Range range = config.generator().hrRange();
        contentLosses = new ContentLosses(
                config.content().steps() > 0 ? config.content().losses() : List.of(), range, device);
        adversarialLosses = new ContentLosses(adversarial ? config.adversarial().losses() : List.of(), range, device);
    }

    private static Adam adam(Layer network, SrganConfig.AdamConfig c) {
        return new Adam(
                network.parameters(), Adam.Options.of(c.beta1(), c.beta2()).eps(c.eps()));
    }

    Layer generator() {
        return generator;
    }

    /** Starts from the weights of another generator of the same shape. */
    void startFrom(Layer other) {
        generator.load(other.state());
        if (ema != null) {
            ema.state()
                    .forEach((name, t) ->
                            t.set(java.util.Objects.requireNonNull(other.state().get(name))));
        }
    }

    @Override
    public Saved saved() {
        return saved;
    }

    @Override
    public Scalars step(long step, Batch batch) {
        long stage1 = config.content().steps();
        return step < stage1 ? contentStep(step, batch) : adversarialStep(step - stage1, batch);
    }

    private Scalars contentStep(long step, Batch batch) {
        double rate = config.content().schedule().at(step, config.content().steps());
        Tensor sr = generate(batch.get("lr"));
        Tensor loss = contentLosses.total(sr, batch.get("hr"));
        generatorAdam.clearGradients();
        Autograd.backward(loss);
        generatorAdam.step(rate);
        average();
        return Scalars.of("loss/content", loss.item()).and("rate", rate);
    }

    private Scalars adversarialStep(long step, Batch batch) {
        SrganConfig.AdversarialStage stage = config.adversarial();
        Tensor hr = batch.get("hr");
        Tensor sr = generate(batch.get("lr"));
        Scalars scalars = Scalars.NONE;
        boolean moveGenerator = step >= stage.warmup();
        if (stage.order() == SrganConfig.Order.GENERATOR_FIRST) {
            scalars = moveGenerator ? generatorUpdate(step, sr, hr, scalars) : scalars;
            return discriminatorUpdate(step, sr, hr, scalars);
        }
        scalars = discriminatorUpdate(step, sr, hr, scalars);
        return moveGenerator ? generatorUpdate(step, sr, hr, scalars) : scalars;
    }

    private Scalars generatorUpdate(long step, Tensor sr, Tensor hr, Scalars scalars) {
        SrganConfig.AdversarialStage stage = config.adversarial();
        Layer d = java.util.Objects.requireNonNull(discriminator);
        d.requiresGrad(false); // only the way through it matters
        Tensor content = adversarialLosses.total(sr, hr);
        Tensor fake = judge(sr);
        Tensor real = stage.form() == SrganConfig.Game.RELATIVISTIC ? judge(hr).detach() : fake;
        Tensor game = SrganLosses.generator(stage.form(), fake, real);
        Tensor loss = F.add(content, F.mul(game, stage.weight()));
        generatorAdam.clearGradients();
        Autograd.backward(loss);
        double rate = rate(stage.generatorSchedule(), step);
        generatorAdam.step(rate);
        d.requiresGrad(true);
        average();
        return scalars.and("loss/content", content.item())
                .and("loss/generator", game.item())
                .and("rate", rate);
    }

    private Scalars discriminatorUpdate(long step, Tensor sr, Tensor hr, Scalars scalars) {
        SrganConfig.AdversarialStage stage = config.adversarial();
        Adam adam = java.util.Objects.requireNonNull(discriminatorAdam);
        Tensor real = judge(hr);
        Tensor fake = judge(sr.detach());
        Tensor loss = SrganLosses.discriminator(stage.form(), real, fake, stage.labelSmoothing());
        adam.clearGradients();
        Autograd.backward(loss);
        adam.step(rate(stage.discriminatorSchedule(), step));
        return scalars.and("loss/discriminator", loss.item())
                .and("probability/real", F.mean(F.sigmoid(real.detach())).item())
                .and("probability/fake", F.mean(F.sigmoid(fake.detach())).item());
    }

    private double rate(Schedule schedule, long step) {
        return schedule.at(step, config.adversarial().steps());
    }

    private Tensor generate(Tensor lr) {
        try (Autograd.Guard cast = config.run().precision().autocast(device)) {
            Tensor sr = generator.apply(lr);
            return F.cast(sr, config.run().precision().dtype());
        }
    }

    private Tensor judge(Tensor crops) {
        Layer d = java.util.Objects.requireNonNull(discriminator);
        try (Autograd.Guard cast = config.run().precision().autocast(device)) {
            return F.cast(d.apply(crops), config.run().precision().dtype());
        }
    }

    private void average() {
        if (ema != null) {
            ema.update();
        }
    }

    /** Runs with the averaged weights in evaluation mode, in float32. */
    private void withShippedWeights(java.util.function.Consumer<Layer> use) {
        if (ema != null) {
            ema.swap();
        }
        generator.eval();
        try (Autograd.Guard off = Autograd.noGrad()) {
            use.accept(generator);
        } finally {
            generator.train(true);
            if (ema != null) {
                ema.swap();
            }
        }
    }

    @Override
    public void sample(long step, SampleSheet sheet) {
        List<Integer> shown = data.validation().isEmpty() ? List.of(0) : data.validation();
        withShippedWeights(g -> {
            for (int index : shown.subList(0, Math.min(SAMPLES, shown.size()))) {
                int scale = config.generator().scale();
                Picture low = data.low(index);
                int side = Math.min(SAMPLE_SIDE / scale, Math.min(low.width(), low.height()));
                int x = (low.width() - side) / 2;
                int y = (low.height() - side) / 2;
                Picture small = low.crop(x, y, side, side);
                sheet.row(
                        new Grid.Cell(Resample.matlab(small, (double) scale), "bicubic"),
                        new Grid.Cell(enlarge(g, small), "step " + step),
                        new Grid.Cell(
                                data.high(index).crop(x * scale, y * scale, side * scale, side * scale), "original"));
            }
        });
    }

    private Picture enlarge(Layer g, Picture small) {
        try (Scope scope = Scope.open()) {
            float[] sr = SuperResolver.run(
                    g,
                    config.generator(),
                    config.run().precision().dtype(),
                    device,
                    small.toFloats(),
                    small.height(),
                    small.width());
            int scale = config.generator().scale();
            return Picture.of(sr, 3, small.height() * scale, small.width() * scale, 8);
        }
    }

    @Override
    public Scores evaluate(long step) {
        List<Score> scores = new ArrayList<>();
        withShippedWeights(g -> {
            double psnr = 0;
            double content = 0;
            List<Integer> held = data.validation().isEmpty() ? List.of(0) : data.validation();
            boolean adversarial = step > config.content().steps();
            for (int index : held) {
                Picture low = data.low(index);
                Picture high = data.high(index);
                Picture sr = enlarge(g, low);
                psnr += SrganEvaluation.psnrY(sr, high, config.generator().scale());
                if (adversarial) {
                    content += adversarialLosses.between(sr, high);
                }
            }
            if (adversarial) {
                scores.add(Score.lower("content", content / held.size()));
            }
            scores.add(Score.higher("psnr_y", psnr / held.size()));
        });
        return new Scores(scores);
    }

    @Override
    public void close() {
        generator.close();
        generatorAdam.close();
        if (ema != null) {
            ema.close();
        }
        if (discriminator != null) {
            discriminator.close();
        }
        if (discriminatorAdam != null) {
            discriminatorAdam.close();
        }
        contentLosses.close();
        adversarialLosses.close();
    }
}
