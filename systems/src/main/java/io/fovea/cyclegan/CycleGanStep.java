package io.fovea.cyclegan;

import io.fovea.data.Batch;
import io.fovea.gan.Game;
import io.fovea.gan.GradientPenalty;
import io.fovea.gan.ImagePool;
import io.fovea.gan.PatchGan;
import io.fovea.gan.Plateau;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The networks that learn and one update of them (Zhu et al. 2017, equations 1 to 4): both generators together, then both discriminators, as the public PyTorch code does.
 */
final class CycleGanStep implements AutoCloseable {
    /** The networks of a step; discriminators are null where none are wanted. */
    record Networks(
            Layer ab,
            Layer ba,
            @Nullable Layer judgeA,
            @Nullable Layer judgeB) {
        static Networks create(CycleGanConfig config) {
            Layer ab = config.generator().create();
            Layer ba = config.generator().reversed().create();
            if (config.training().gameWeight() == 0) {
                return new Networks(ab, ba, null, null);
            }
            return new Networks(
                    ab,
                    ba,
                    discriminator(config, config.generator().inputs()),
                    discriminator(config, config.generator().outputs()));
        }

        private static Layer discriminator(CycleGanConfig config, int channels) {
            Layer network = PatchGan.create(config.discriminator(), channels);
            config.generator().init().apply(network);
            return network;
        }
    }

    private final CycleGanConfig.Training training;
    private final Device device;
    private final Precision precision;
    private final long stepsPerEpoch;
    private final Networks networks;
    private final Adam generatorAdam;
    private final @Nullable Adam discriminatorAdam;
    private final @Nullable Ema emaAb;
    private final @Nullable Ema emaBa;
    private final ImagePool poolA;
    private final ImagePool poolB;
    private final Plateau plateau = new Plateau();
    private final Saved saved = new Saved();

    /** With the given networks, which it owns from now on. */
    CycleGanStep(CycleGanConfig config, Device device, long stepsPerEpoch, Networks networks) {
        this.device = device;
        this.stepsPerEpoch = stepsPerEpoch;
        this.networks = networks;
        training = config.training();
        precision = config.run().precision();
        Map<String, Tensor> generators = new LinkedHashMap<>();
        add(generators, "generatorAB", networks.ab);
        add(generators, "generatorBA", networks.ba);
        generatorAdam = training.adam().of(generators);
        saved.add("adam", generatorAdam).add("plateau", plateau.state());
        emaAb = ema(config, "emaAB", networks.ab);
        emaBa = ema(config, "emaBA", networks.ba);
        Layer judgeA = networks.judgeA;
        Layer judgeB = networks.judgeB;
        if (judgeA != null && judgeB != null) {
            Map<String, Tensor> discriminators = new LinkedHashMap<>();
            add(discriminators, "discriminatorA", judgeA);
            add(discriminators, "discriminatorB", judgeB);
            discriminatorAdam = training.adam().of(discriminators);
            saved.add("discriminatorAdam", discriminatorAdam);
        } else {
            discriminatorAdam = null;
        }
        poolA = pool("poolA", config, config.generator().inputs(), 1);
        poolB = pool("poolB", config, config.generator().outputs(), 2);
    }

    private void add(Map<String, Tensor> parameters, String name, Layer network) {
        network.to(precision.dtype());
        network.to(device);
        network.train(true);
        network.parameters().forEach((key, p) -> parameters.put(name + "." + key, p));
        saved.add(name, network);
    }

    private @Nullable Ema ema(CycleGanConfig config, String name, Layer network) {
        if (config.emaDecay() == 0) {
            return null;
        }
        Ema ema = new Ema(network, config.emaDecay());
        saved.add(name, ema);
        return ema;
    }

    private ImagePool pool(String name, CycleGanConfig config, int channels, int which) {
        int side = config.data().preparation().crop();
        int size = networks.judgeA == null ? 0 : training.pool();
        long seed = config.run().seed() * 2 + which;
        ImagePool pool = new ImagePool(size, seed, precision.dtype(), device, channels, side, side);
        saved.add(name, pool.state());
        return pool;
    }

    Networks networks() {
        return networks;
    }

    @Nullable
    Ema emaAb() {
        return emaAb;
    }

    @Nullable
    Ema emaBa() {
        return emaBa;
    }

    Plateau plateau() {
        return plateau;
    }

    Saved saved() {
        return saved;
    }

    /** Update number {@code step}, from 0, on a batch of {@code a} N,in,s,s and {@code b} N,out,s,s in [-1,1]. */
    Scalars update(long step, Batch batch) {
        Tensor a = F.cast(batch.get("a"), precision.dtype());
        Tensor b = F.cast(batch.get("b"), precision.dtype());
        double rate = training.rates().at(1 + step / stepsPerEpoch) * plateau.factor();
        Tensor fakeB = compute(networks.ab, a);
        Tensor fakeA = compute(networks.ba, b);
        Scalars scalars = generatorUpdate(a, b, fakeA, fakeB, rate);
        if (networks.judgeA != null) {
            scalars = discriminatorUpdate(a, b, fakeA.detach(), fakeB.detach(), rate, scalars);
        }
        return scalars.and("rate", rate);
    }

    private Scalars generatorUpdate(Tensor a, Tensor b, Tensor fakeA, Tensor fakeB, double rate) {
        Terms terms = new Terms();
        freeze(true); // only the way through the discriminators matters
        if (networks.judgeA != null && networks.judgeB != null) {
            terms.add("generator/AB", game(networks.judgeB, fakeB), training.gameWeight());
            terms.add("generator/BA", game(networks.judgeA, fakeA), training.gameWeight());
        }
        if (training.forwardCycle() > 0) {
            terms.add("cycle/A", F.l1(compute(networks.ba, fakeB), a), training.forwardCycle());
        }
        if (training.backwardCycle() > 0) {
            terms.add("cycle/B", F.l1(compute(networks.ab, fakeA), b), training.backwardCycle());
        }
        if (training.identity() > 0) {
            double share = training.identity();
            terms.add("identity/B", F.l1(compute(networks.ab, b), b), share * training.backwardCycle());
            terms.add("identity/A", F.l1(compute(networks.ba, a), a), share * training.forwardCycle());
        }
        generatorAdam.clearGradients();
        Autograd.backward(terms.sum());
        generatorAdam.step(rate);
        freeze(false);
        if (emaAb != null && emaBa != null) {
            emaAb.update();
            emaBa.update();
        }
        return terms.scalars;
    }

    /** A weighted sum, each of whose terms is shown without its weight. */
    private static final class Terms {
        private final List<Tensor> weighted = new ArrayList<>();
        private Scalars scalars = Scalars.NONE;

        void add(String name, Tensor value, double weight) {
            weighted.add(F.mul(value, weight));
            scalars = scalars.and(name, value.item());
        }

        Tensor sum() {
            Tensor sum = weighted.get(0);
            for (Tensor t : weighted.subList(1, weighted.size())) {
                sum = F.add(sum, t);
            }
            return sum;
        }
    }

    private Tensor game(Layer judge, Tensor fake) {
        Tensor logits = compute(judge, fake);
        return training.game().generator(logits, logits);
    }

    private void freeze(boolean frozen) {
        if (networks.judgeA != null && networks.judgeB != null) {
            networks.judgeA.requiresGrad(!frozen);
            networks.judgeB.requiresGrad(!frozen);
        }
    }

    private Scalars discriminatorUpdate(Tensor a, Tensor b, Tensor fakeA, Tensor fakeB, double rate, Scalars before) {
        Adam adam = Objects.requireNonNull(discriminatorAdam);
        Tensor lossB = judged(Objects.requireNonNull(networks.judgeB), b, poolB.query(fakeB));
        Tensor lossA = judged(Objects.requireNonNull(networks.judgeA), a, poolA.query(fakeA));
        adam.clearGradients();
        Autograd.backward(F.add(lossB, lossA));
        adam.step(rate);
        return before.and("discriminator/B", lossB.item()).and("discriminator/A", lossA.item());
    }

    private Tensor judged(Layer judge, Tensor real, Tensor fake) {
        Game game = training.game();
        Tensor loss = F.mul(F.add(game.real(compute(judge, real)), game.fake(compute(judge, fake))), 0.5);
        if (training.gradientPenalty() == 0) {
            return loss;
        }
        Tensor penalty = GradientPenalty.of(x -> compute(judge, x), GradientPenalty.between(real, fake));
        return F.add(loss, F.mul(penalty, training.gradientPenalty()));
    }

    private Tensor compute(Layer network, Tensor x) {
        try (Autograd.Guard cast = precision.autocast(device)) {
            return F.cast(network.apply(x), precision.dtype());
        }
    }

    @Override
    public void close() {
        networks.ab.close();
        networks.ba.close();
        generatorAdam.close();
        plateau.close();
        poolA.close();
        poolB.close();
        if (networks.judgeA != null && networks.judgeB != null && discriminatorAdam != null) {
            networks.judgeA.close();
            networks.judgeB.close();
            discriminatorAdam.close();
        }
        if (emaAb != null && emaBa != null) {
            emaAb.close();
            emaBa.close();
        }
    }
}
