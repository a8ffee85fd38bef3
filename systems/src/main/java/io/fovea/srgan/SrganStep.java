package io.fovea.srgan;

import io.fovea.data.Batch;
import io.fovea.gan.ContentLoss;
import io.fovea.gan.ContentLosses;
import io.fovea.gan.Game;
import io.fovea.gan.UpdateOrder;
import io.fovea.metrics.Lpips;
import io.fovea.nn.Layer;
import io.fovea.optim.Adam;
import io.fovea.optim.AdamConfig;
import io.fovea.optim.Ema;
import io.fovea.optim.Schedule;
import io.fovea.torch.Autograd;
import io.fovea.torch.Device;
import io.fovea.torch.F;
import io.fovea.torch.Precision;
import io.fovea.torch.Tensor;
import io.fovea.train.Saved;
import io.fovea.train.Scalars;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The networks that learn and one update of them (Ledig et al. 2017, equation 1): the generator alone for content in stage 1, generator and discriminator in turn in
 * stage 2.
 */
final class SrganStep implements AutoCloseable {
    private final SrganConfig config;
    private final Device device;
    private final Precision precision;

    private final Layer generator;
    private final @Nullable Layer discriminator;
    private final Adam generatorAdam;
    private final @Nullable Adam discriminatorAdam;
    private final @Nullable Ema ema;
    private final ContentLosses contentLosses;
    private final ContentLosses adversarialLosses;
    private final Saved saved = new Saved();

    /** With new networks. */
    SrganStep(SrganConfig config, Device device) {
        this(
                config,
                device,
                GeneratorInit.create(config.generator()),
                config.adversarial().steps() > 0 ? SrganDiscriminator.create(config.discriminator()) : null);
    }

    /** With given networks, which it owns from now on. */
    SrganStep(SrganConfig config, Device device, Layer generator, @Nullable Layer discriminator) {
        this.config = config;
        this.device = device;
        precision = config.run().precision();
        this.generator = generator;
        ready(generator);
        if (precision.prefersChannelsLast(device)) {
            generator.channelsLast();
        }
        boolean first = config.content().steps() > 0;
        AdamConfig adam = first ? config.content().adam() : config.adversarial().adam();
        generatorAdam = adam.of(generator.parameters());
        saved.add("generator", generator).add("adam", generatorAdam);
        if (config.emaDecay() > 0) {
            ema = new Ema(generator, config.emaDecay());
            saved.add("ema", ema);
        } else {
            ema = null;
        }
        this.discriminator = discriminator;
        if (discriminator != null) {
            ready(discriminator);
            discriminatorAdam = config.adversarial().adam().of(discriminator.parameters());
            saved.add("discriminator", discriminator).add("discriminatorAdam", discriminatorAdam);
        } else {
            discriminatorAdam = null;
        }
        contentLosses = losses(first ? config.content().losses() : List.of());
        adversarialLosses = losses(discriminator != null ? config.adversarial().losses() : List.of());
    }

    private void ready(Layer network) {
        network.to(precision.dtype());
        network.to(device);
        network.train(true);
    }

    private ContentLosses losses(List<ContentLoss> losses) {
        boolean signed = config.generator().hrRange() == GeneratorConfig.Range.SIGNED;
        return new ContentLosses(losses, signed ? Lpips.Range.SIGNED : Lpips.Range.UNIT, precision.dtype(), device);
    }

    Layer generator() {
        return generator;
    }

    /**
     * Starts from the weights of another generator of the same shape. It may have another scale: the stages that enlarge are taken where
     * both have them alike (x2 and x4 share the first), and otherwise begin anew.
     */
    void startFrom(Layer other) {
        Map<String, Tensor> own = generator.state();
        Map<String, Tensor> start = new LinkedHashMap<>(other.state());
        start.entrySet()
                .removeIf(e -> isStage(e.getKey())
                        && !(own.containsKey(e.getKey())
                                && Arrays.equals(
                                        e.getValue().shape(),
                                        own.get(e.getKey()).shape())));
        own.forEach((name, t) -> {
            if (isStage(name)) {
                start.putIfAbsent(name, t);
            }
        });
        generator.load(start);
        if (ema != null) {
            ema.state().forEach((name, t) -> t.set(Objects.requireNonNull(own.get(name))));
        }
    }

    /** A part of the stages that enlarge, which networks of other scales have more or fewer of. */
    private static boolean isStage(String name) {
        return name.startsWith("up.");
    }

    @Nullable
    Layer discriminator() {
        return discriminator;
    }

    @Nullable
    Ema ema() {
        return ema;
    }

    Saved saved() {
        return saved;
    }

    /** The content terms of stage 2. */
    ContentLosses adversarialLosses() {
        return adversarialLosses;
    }

    /** Update number {@code step}, from 0, on a batch of {@code lr} N,3,l,l and {@code hr} N,3,r*l,r*l. */
    Scalars update(long step, Batch batch) {
        Tensor lr = F.cast(batch.get("lr"), precision.dtype());
        Tensor hr = F.cast(batch.get("hr"), precision.dtype());
        long stage1 = config.content().steps();
        return step < stage1 ? contentStep(step, lr, hr) : adversarialStep(step - stage1, lr, hr);
    }

    private Scalars contentStep(long step, Tensor lr, Tensor hr) {
        double rate = config.content().schedule().at(step, config.content().steps());
        ContentLosses.Cost cost = contentLosses.cost(generate(lr), hr);
        generatorAdam.clearGradients();
        Autograd.backward(cost.total());
        generatorAdam.step(rate);
        average();
        return shown(cost, Scalars.NONE).and("rate", rate);
    }

    private Scalars adversarialStep(long step, Tensor lr, Tensor hr) {
        SrganConfig.AdversarialStage stage = config.adversarial();
        Tensor sr = generate(lr);
        Scalars scalars = Scalars.NONE;
        boolean moveGenerator = step >= stage.warmup();
        if (stage.order() == UpdateOrder.GENERATOR_FIRST) {
            scalars = moveGenerator ? generatorUpdate(step, sr, hr, scalars) : scalars;
            return discriminatorUpdate(step, sr, hr, scalars);
        }
        scalars = discriminatorUpdate(step, sr, hr, scalars);
        return moveGenerator ? generatorUpdate(step, sr, hr, scalars) : scalars;
    }

    private Scalars generatorUpdate(long step, Tensor sr, Tensor hr, Scalars scalars) {
        SrganConfig.AdversarialStage stage = config.adversarial();
        Layer d = Objects.requireNonNull(discriminator);
        d.requiresGrad(false); // only the way through it matters
        ContentLosses.Cost content = adversarialLosses.cost(sr, hr);
        Tensor fake = judge(sr);
        Tensor real = stage.form() == Game.RELATIVISTIC ? judge(hr).detach() : fake;
        Tensor game = stage.form().generator(fake, real);
        Tensor loss = F.add(content.total(), F.mul(game, stage.weight()));
        generatorAdam.clearGradients();
        Autograd.backward(loss);
        double rate = rate(stage.generatorSchedule(), step);
        generatorAdam.step(rate);
        d.requiresGrad(true);
        average();
        return shown(content, scalars).and("loss/generator", game.item()).and("rate", rate);
    }

    private Scalars discriminatorUpdate(long step, Tensor sr, Tensor hr, Scalars scalars) {
        SrganConfig.AdversarialStage stage = config.adversarial();
        Adam adam = Objects.requireNonNull(discriminatorAdam);
        Tensor real = judge(hr);
        Tensor fake = judge(sr.detach());
        Tensor loss = stage.form().discriminator(real, fake, stage.labelSmoothing());
        adam.clearGradients();
        Autograd.backward(loss);
        adam.step(rate(stage.discriminatorSchedule(), step));
        return scalars.and("loss/discriminator", loss.item())
                .and("probability/real", F.mean(F.sigmoid(real.detach())).item())
                .and("probability/fake", F.mean(F.sigmoid(fake.detach())).item());
    }

    /** The weighted content loss and, where there are several terms, each. */
    private static Scalars shown(ContentLosses.Cost cost, Scalars before) {
        Scalars all = before.and("loss/content", cost.total().item());
        if (cost.each().values().size() > 1) {
            for (var term : cost.each().values().entrySet()) {
                all = all.and(term.getKey(), term.getValue());
            }
        }
        return all;
    }

    private double rate(Schedule schedule, long step) {
        return schedule.at(step, config.adversarial().steps());
    }

    private Tensor generate(Tensor lr) {
        try (Autograd.Guard cast = precision.autocast(device)) {
            Tensor sr = generator.apply(lr);
            return F.cast(sr, precision.dtype());
        }
    }

    private Tensor judge(Tensor crops) {
        Layer d = Objects.requireNonNull(discriminator);
        try (Autograd.Guard cast = precision.autocast(device)) {
            return F.cast(d.apply(crops), precision.dtype());
        }
    }

    private void average() {
        if (ema != null) {
            ema.update();
        }
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
