package io.fovea.autoencoder;

import io.fovea.data.Batch;
import io.fovea.optim.Adam;
import io.fovea.torch.Autograd;
import io.fovea.torch.DType;
import io.fovea.torch.F;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import io.fovea.train.Saved;
import io.fovea.train.Scalars;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A network that learns, one update of it, and early stopping: the weights with the lowest validation loss so far are kept beside it.
 */
final class AutoencoderStep implements AutoCloseable {
    private static final int CHUNK = 4096;

    private final AutoencoderConfig config;
    private final AutoencoderNetwork network;
    private final List<Tensor> parameters;
    private final Adam adam;
    private final double variance;
    private final double oldVariance;
    private final long perEpoch;
    private final Map<String, Tensor> best = new LinkedHashMap<>();
    /** Lowest validation loss, epochs since then, and whether training has stopped. */
    private final Tensor stopping =
            Tensor.of(new double[] {Double.MAX_VALUE, 0, 0}, 3).keep();

    private final Saved saved = new Saved();

    /** Each term of the loss by name, and their weighted sum. */
    record Cost(Tensor total, Map<String, Tensor> terms) {
        Scalars scalars() {
            Map<String, Double> values = new LinkedHashMap<>();
            values.put("loss/total", total.item());
            if (terms.size() > 1) {
                terms.forEach((name, t) -> values.put("loss/" + name, t.item()));
            }
            return new Scalars(values);
        }
    }

    /**
     * @param network is owned from now on
     * @param variance of the training rows, summed over columns
     * @param oldVariance of the old map where the loss has an anchor, summed over coordinates
     */
    AutoencoderStep(
            AutoencoderConfig config, AutoencoderNetwork network, double variance, double oldVariance, long perEpoch) {
        this.config = config;
        this.network = network;
        this.variance = variance;
        this.oldVariance = oldVariance;
        this.perEpoch = perEpoch;
        network.train(true);
        Map<String, Tensor> named = network.parameters();
        parameters = List.copyOf(named.values());
        adam = new Adam(named, Adam.Options.of(0.9, 0.999));
        saved.add("network", network).add("adam", adam);
        if (config.training().validation() > 0) {
            network.state().forEach((name, t) -> best.put(name, t.copy().keep()));
            saved.add("best", best).add("stopping", Map.of("state", stopping));
        }
    }

    AutoencoderNetwork network() {
        return network;
    }

    Saved saved() {
        return saved;
    }

    /** Updates in all, if training does not stop early. */
    long steps() {
        return perEpoch * config.training().epochs();
    }

    /** Update number {@code step}, from 0. */
    Cost update(long step, Batch batch) {
        adam.clearGradients();
        Cost cost = cost(batch, step / (double) steps());
        Autograd.backward(cost.total());
        double clip = config.training().clip();
        if (clip > 0) {
            F.clipGradients(parameters, clip);
        }
        adam.step(config.training().schedule().at(step, steps()));
        return cost;
    }

    // ---- the loss ----

    /** The loss of a batch of {@link AutoencoderData}; {@code progress} is the finished share of the training. */
    Cost cost(Batch batch, double progress) {
        LossConfig loss = config.loss();
        Tensor x = typed(batch.get("x"));
        Tensor input = corrupted(x, batch);
        Map<String, Tensor> terms = new LinkedHashMap<>();
        Tensor total = null;
        Tensor z;
        if (config.network().variational()) {
            AutoencoderNetwork.Posterior p = network.posterior(input);
            z = AutoencoderLosses.sample(p.mean(), p.logVariance(), typed(batch.get("eps")));
            total = divergence(p, progress, terms);
        } else {
            z = network.encoder().apply(input);
        }
        if (loss.weight() > 0) {
            Tensor r = network.decoder().apply(z);
            Tensor term = AutoencoderLosses.reconstruction(loss, x, r, variance);
            terms.put("reconstruction", term);
            total = AutoencoderLosses.plus(total, term, loss.weight());
        }
        return new Cost(Objects.requireNonNull(penalties(total, z, x, batch, terms)), terms);
    }

    private Tensor typed(Tensor t) {
        DType type = parameters.get(0).dtype();
        return t.dtype() == type ? t : t.to(type);
    }

    private Tensor corrupted(Tensor x, Batch batch) {
        return switch (config.loss().corruption().kind()) {
            case NONE -> x;
            case GAUSSIAN -> F.add(x, typed(batch.get("noise")));
            case MASKING -> F.mul(x, typed(batch.get("keep")));
        };
    }

    private @Nullable Tensor divergence(AutoencoderNetwork.Posterior p, double progress, Map<String, Tensor> terms) {
        LossConfig.Divergence divergence = config.loss().divergence();
        double ramp = divergence.warmup() > 0 ? Math.min(1, progress / divergence.warmup()) : 1;
        if (divergence.beta() == 0) {
            return null;
        }
        Tensor kl = AutoencoderLosses.divergence(p.mean(), p.logVariance());
        double perRow = config.loss().reduction() == LossConfig.Reduction.SUM
                ? 1
                : 1.0 / p.mean().size(0);
        Tensor term = perRow == 1 ? kl : F.mul(kl, perRow);
        terms.put("divergence", term);
        return AutoencoderLosses.plus(null, term, ramp * divergence.beta());
    }

    private @Nullable Tensor penalties(
            @Nullable Tensor before, Tensor z, Tensor x, Batch batch, Map<String, Tensor> terms) {
        LossConfig loss = config.loss();
        Tensor total = before;
        switch (loss.sparsity().kind()) {
            case NONE -> {}
            case L1 ->
                total = add(
                        total, "l1", AutoencoderLosses.l1(z), loss.sparsity().weight(), terms);
            case KL ->
                total = add(
                        total,
                        "sparsity",
                        AutoencoderLosses.sparseKl(z, loss.sparsity().target()),
                        loss.sparsity().weight(),
                        terms);
        }
        if (loss.contraction() > 0) {
            Tensor term = AutoencoderLosses.contraction(network.stages(), x);
            total = add(total, "contraction", term, loss.contraction(), terms);
        }
        if (loss.neighbours().weight() > 0) {
            Tensor term = AutoencoderLosses.neighbours(z, typed(batch.get("p")));
            total = add(total, "neighbours", term, loss.neighbours().weight(), terms);
        }
        if (oldVariance > 0 && loss.anchor() > 0) {
            Tensor term = AutoencoderLosses.anchor(z, typed(batch.get("anchor")), oldVariance);
            total = add(total, "anchor", term, loss.anchor(), terms);
        }
        return total;
    }

    private static Tensor add(
            @Nullable Tensor total, String name, Tensor term, double weight, Map<String, Tensor> terms) {
        terms.put(name, term);
        return AutoencoderLosses.plus(total, term, weight);
    }

    // ---- early stopping ----

    /** Reconstruction loss of whole rows, without noise, variational codes by their means. */
    double validationLoss(float[] rows, int n) {
        int width = network.width();
        double sum = 0;
        for (int from = 0; from < n; from += CHUNK) {
            int count = Math.min(CHUNK, n - from);
            float[] part = java.util.Arrays.copyOfRange(rows, from * width, (from + count) * width);
            try (Scope scope = Scope.open();
                    Autograd.Guard off = Autograd.noGrad()) {
                Tensor x = network.rows(part, count);
                Tensor r = network.decoder().apply(network.encoder().apply(x));
                LossConfig.Reconstruction kind = config.loss().reconstruction();
                LossConfig plain = config.loss()
                        .with(
                                kind == LossConfig.Reconstruction.GAUSSIAN ? LossConfig.Reconstruction.SQUARED : kind,
                                LossConfig.Reduction.MEAN,
                                1);
                sum += AutoencoderLosses.reconstruction(plain, x, r, variance).item() * count / n;
            }
        }
        return sum;
    }

    /** Notes the validation loss at the end of an epoch. */
    void endOfEpoch(double loss) {
        double[] state = stopping.toDoubles();
        try (Scope scope = Scope.open()) {
            if (loss < state[0]) {
                network.state().forEach((name, t) -> best(name).set(t));
                stopping.set(Tensor.of(new double[] {loss, 0, 0}, 3));
            } else {
                double since = state[1] + 1;
                int patience = config.training().patience();
                stopping.set(Tensor.of(new double[] {state[0], since, patience > 0 && since >= patience ? 1 : 0}, 3));
            }
        }
    }

    private Tensor best(String name) {
        return Objects.requireNonNull(best.get(name));
    }

    /** Whether early stopping has ended the training. */
    boolean stopped() {
        return !best.isEmpty() && stopping.toDoubles()[2] > 0;
    }

    /** The lowest validation loss; {@code Double.MAX_VALUE} before the first. */
    double lowest() {
        return stopping.toDoubles()[0];
    }

    /** Gives the network the weights of the lowest validation loss, where there was one. */
    void restoreBest() {
        if (!best.isEmpty() && lowest() < Double.MAX_VALUE) {
            network.load(best);
        }
    }

    /** Frees all but the network. */
    void closeOptimiser() {
        adam.close();
        best.values().forEach(Tensor::close);
        stopping.close();
    }

    @Override
    public void close() {
        closeOptimiser();
        network.close();
    }
}
