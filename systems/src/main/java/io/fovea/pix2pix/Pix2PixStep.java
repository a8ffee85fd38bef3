package io.fovea.pix2pix;

import io.fovea.data.Batch;
import io.fovea.gan.ContentLosses;
import io.fovea.gan.Game;
import io.fovea.gan.GradientPenalty;
import io.fovea.gan.PatchGan;
import io.fovea.gan.Plateau;
import io.fovea.gan.UpdateOrder;
import io.fovea.metrics.Lpips;
import io.fovea.nn.Layer;
import io.fovea.optim.Adam;
import io.fovea.optim.Ema;
import io.fovea.torch.Autograd;
import io.fovea.torch.Device;
import io.fovea.torch.F;
import io.fovea.torch.Precision;
import io.fovea.torch.Tensor;
import io.fovea.train.Saved;
import io.fovea.train.Scalars;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The networks that learn and one update of them (Isola et al. 2016, equations 1 to 4). */
final class Pix2PixStep implements AutoCloseable {
    private final Pix2PixConfig.Training training;
    private final Device device;
    private final Precision precision;
    private final long stepsPerEpoch;

    private final Layer generator;
    private final @Nullable Layer discriminator;
    private final Adam generatorAdam;
    private final @Nullable Adam discriminatorAdam;
    private final @Nullable Ema ema;
    private final Plateau plateau = new Plateau();
    private final ContentLosses losses;
    private final Saved saved = new Saved();

    /** With new networks. */
    Pix2PixStep(Pix2PixConfig config, Device device, long stepsPerEpoch) {
        this(config, device, stepsPerEpoch, config.generator().create(), newDiscriminator(config));
    }

    /** With given networks, which it owns from now on; the discriminator is null where none is wanted. */
    Pix2PixStep(
            Pix2PixConfig config, Device device, long stepsPerEpoch, Layer generator, @Nullable Layer discriminator) {
        this.device = device;
        this.stepsPerEpoch = stepsPerEpoch;
        this.generator = generator;
        this.discriminator = discriminator;
        training = config.training();
        precision = config.run().precision();
        ready(generator);
        generatorAdam = training.adam().of(generator.parameters());
        saved.add("generator", generator).add("adam", generatorAdam).add("plateau", plateau.state());
        ema = config.emaDecay() > 0 ? new Ema(generator, config.emaDecay()) : null;
        if (ema != null) {
            saved.add("ema", ema);
        }
        if (discriminator != null) {
            ready(discriminator);
            discriminatorAdam = training.adam().of(discriminator.parameters());
            saved.add("discriminator", discriminator).add("discriminatorAdam", discriminatorAdam);
        } else {
            discriminatorAdam = null;
        }
        losses = new ContentLosses(training.losses(), Lpips.Range.SIGNED, precision.dtype(), device);
    }

    private static @Nullable Layer newDiscriminator(Pix2PixConfig config) {
        if (config.training().gameWeight() == 0) {
            return null;
        }
        Layer network = PatchGan.create(config.discriminator(), config.judged());
        config.generator().init().apply(network);
        return network;
    }

    private void ready(Layer network) {
        network.to(precision.dtype());
        network.to(device);
        network.train(true);
    }

    Layer generator() {
        return generator;
    }

    @Nullable
    Layer discriminator() {
        return discriminator;
    }

    @Nullable
    Ema ema() {
        return ema;
    }

    Plateau plateau() {
        return plateau;
    }

    Saved saved() {
        return saved;
    }

    /** Update number {@code step}, from 0, on a batch of {@code a} N,in,h,w and {@code b} N,out,h,w in [-1,1]. */
    Scalars update(long step, Batch batch) {
        Tensor a = F.cast(batch.get("a"), precision.dtype());
        Tensor b = F.cast(batch.get("b"), precision.dtype());
        double rate = training.rates().at(1 + step / stepsPerEpoch) * plateau.factor();
        Tensor fake = compute(generator, a);
        if (discriminator == null) {
            return generatorUpdate(a, b, fake, rate, Scalars.NONE);
        }
        if (training.order() == UpdateOrder.GENERATOR_FIRST) {
            Scalars first = generatorUpdate(a, b, fake, rate, Scalars.NONE);
            return discriminatorUpdate(a, b, fake, rate, first);
        }
        Scalars first = discriminatorUpdate(a, b, fake, rate, Scalars.NONE);
        return generatorUpdate(a, b, fake, rate, first);
    }

    private Scalars discriminatorUpdate(Tensor a, Tensor b, Tensor fake, double rate, Scalars before) {
        Game game = training.game();
        Adam adam = Objects.requireNonNull(discriminatorAdam);
        Tensor onFake = game.fake(judge(a, fake.detach()));
        Tensor onReal = game.real(judge(a, b));
        Tensor loss = F.mul(F.add(onFake, onReal), 0.5);
        Scalars scalars = before.and("loss/real", onReal.item()).and("loss/fake", onFake.item());
        if (training.gradientPenalty() > 0) {
            Tensor between = GradientPenalty.between(b, fake.detach());
            Tensor penalty = GradientPenalty.of(x -> judge(a, x), between);
            loss = F.add(loss, F.mul(penalty, training.gradientPenalty()));
            scalars = scalars.and("loss/penalty", penalty.item());
        }
        adam.clearGradients();
        Autograd.backward(loss);
        adam.step(rate);
        return scalars;
    }

    private Scalars generatorUpdate(Tensor a, Tensor b, Tensor fake, double rate, Scalars before) {
        ContentLosses.Cost content = losses.cost(fake, b);
        Scalars scalars = before;
        for (var term : content.each().values().entrySet()) {
            scalars = scalars.and(term.getKey(), term.getValue());
        }
        Tensor loss = content.total();
        Layer d = discriminator;
        if (d != null) {
            d.requiresGrad(false); // only the way through it matters
            Tensor logits = judge(a, fake);
            Tensor game = training.game().generator(logits, logits);
            loss = F.add(loss, F.mul(game, training.gameWeight()));
            scalars = scalars.and("loss/generator", game.item());
        }
        generatorAdam.clearGradients();
        Autograd.backward(loss);
        generatorAdam.step(rate);
        if (d != null) {
            d.requiresGrad(true);
        }
        if (ema != null) {
            ema.update();
        }
        return scalars.and("rate", rate);
    }

    /** Logits for an output, beside its input where the discriminator is conditional. */
    Tensor judge(Tensor a, Tensor output) {
        Tensor seen = training.conditional() ? F.cat(List.of(a, output), 1) : output;
        return compute(Objects.requireNonNull(discriminator), seen);
    }

    private Tensor compute(Layer network, Tensor x) {
        try (Autograd.Guard cast = precision.autocast(device)) {
            return F.cast(network.apply(x), precision.dtype());
        }
    }

    @Override
    public void close() {
        generator.close();
        generatorAdam.close();
        plateau.close();
        losses.close();
        if (discriminator != null && discriminatorAdam != null) {
            discriminator.close();
            discriminatorAdam.close();
        }
        if (ema != null) {
            ema.close();
        }
    }
}
