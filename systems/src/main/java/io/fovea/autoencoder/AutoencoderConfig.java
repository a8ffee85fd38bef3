package io.fovea.autoencoder;

import io.fovea.FoveaException;
import io.fovea.optim.Schedule;
import io.fovea.torch.Precision;
import io.fovea.train.RunConfig;
import java.util.List;

/**
 * A whole training of a map: the networks, what they minimise, how, and the run around it.
 *
 * @param network encoder and decoder
 * @param loss what is minimised
 * @param training how
 * @param run seed and, for trainings in a run folder, precision and intervals
 */
public record AutoencoderConfig(NetworkConfig network, LossConfig loss, TrainingConfig training, RunConfig run) {
    public AutoencoderConfig {
        boolean unit = network.output() == Unit.SIGMOID;
        boolean probability = loss.reconstruction() == LossConfig.Reconstruction.BCE
                || loss.reconstruction() == LossConfig.Reconstruction.CONTINUOUS_BERNOULLI;
        require(
                unit || !probability,
                "loss.reconstruction is " + NetworkConfig.lower(loss.reconstruction())
                        + "; it needs network.output sigmoid, which is " + NetworkConfig.lower(network.output()));
        require(
                loss.sparsity().kind() != LossConfig.Sparsity.Penalty.KL || network.codeActivation() == Unit.SIGMOID,
                "loss.sparsity.kind is kl; it needs network.codeActivation sigmoid, which is "
                        + NetworkConfig.lower(network.codeActivation()));
        require(
                loss.contraction() == 0 || network.kind() != NetworkConfig.Kind.CONVOLUTIONAL,
                "loss.contraction is " + loss.contraction()
                        + "; it must be 0 for convolutional networks, whose Jacobian is not propagated");
        require(
                loss.divergence().beta() == 0 || network.variational(),
                "loss.divergence.beta is " + loss.divergence().beta()
                        + "; it must be 0 unless network.variational is true");
        require(
                training.optimiser() != TrainingConfig.Optimiser.LBFGS
                        || (network.kind() == NetworkConfig.Kind.LINEAR && onlySquared(loss)),
                "training.optimiser is lbfgs; it must be adam unless network.kind is linear and the loss is plain"
                        + " squared error");
        require(
                training.start() != TrainingConfig.Start.PCA || canStartAtPca(network),
                "training.start is pca; it must be random unless network.kind is linear or mlp with every hidden"
                        + " layer at least twice as wide as the code, codeActivation and output identity");
    }

    private static boolean canStartAtPca(NetworkConfig n) {
        return n.kind() != NetworkConfig.Kind.CONVOLUTIONAL
                && n.codeActivation() == Unit.IDENTITY
                && n.output() == Unit.IDENTITY
                && n.hidden().stream().allMatch(h -> h >= 2 * n.code());
    }

    private static boolean onlySquared(LossConfig l) {
        return l.reconstruction() == LossConfig.Reconstruction.SQUARED
                && l.corruption().kind() == LossConfig.Corruption.Noise.NONE
                && l.sparsity().kind() == LossConfig.Sparsity.Penalty.NONE
                && l.contraction() == 0
                && l.neighbours().weight() == 0;
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new FoveaException(otherwise + ".");
        }
    }

    public AutoencoderConfig withSeed(long seed) {
        return new AutoencoderConfig(
                network,
                loss,
                training,
                new RunConfig(
                        seed,
                        run.precision(),
                        run.logEvery(),
                        run.sampleEvery(),
                        run.evaluateEvery(),
                        run.checkpointEvery()));
    }

    public AutoencoderConfig with(NetworkConfig value) {
        return new AutoencoderConfig(value, loss, training, run);
    }

    public AutoencoderConfig with(LossConfig value) {
        return new AutoencoderConfig(network, value, training, run);
    }

    public AutoencoderConfig with(TrainingConfig value) {
        return new AutoencoderConfig(network, loss, value, run);
    }

    /** With this many coordinates of the map. */
    public AutoencoderConfig withCode(int size) {
        return with(network.withCode(size));
    }

    /** Updates that {@link #forRows} allows itself. */
    private static final int UPDATES = 15_000;

    private static final int MANY_ROWS = 5000;
    private static final int LARGE_BATCH = 128;

    /**
     * With batches of at least 128 and fewer epochs for more than 5,000 rows, so that a training takes minutes: about 15,000 updates. Below
     * it, and for L-BFGS, as it is.
     */
    public AutoencoderConfig forRows(int rows) {
        if (rows <= MANY_ROWS || training.optimiser() == TrainingConfig.Optimiser.LBFGS) {
            return this;
        }
        int batch = Math.max(training.batch(), LARGE_BATCH);
        long perEpoch = ((long) rows + batch - 1) / batch;
        int epochs = (int) Math.max(5, Math.min(training.epochs(), UPDATES / perEpoch));
        return with(training.with(batch, epochs, training.schedule()));
    }

    /** What kind of map this is, in a word: what distinguishes it from a plain deep autoencoder. */
    public String kind() {
        if (network.kind() != NetworkConfig.Kind.MLP) {
            return NetworkConfig.lower(network.kind());
        }
        if (network.variational()) {
            return "variational";
        }
        if (loss.neighbours().weight() > 0) {
            return "neighbours";
        }
        if (loss.sparsity().kind() != LossConfig.Sparsity.Penalty.NONE) {
            return "sparse";
        }
        if (loss.contraction() > 0) {
            return "contractive";
        }
        if (loss.corruption().kind() != LossConfig.Corruption.Noise.NONE) {
            return "denoising";
        }
        return training.start() == TrainingConfig.Start.PCA ? "deep-pca" : "deep";
    }

    private static final RunConfig RUN = new RunConfig(0, Precision.F32, 50, 1000, 500, 500);

    /** 3 numbers through 2 and back, without activations, mean squared error, Adam: the smallest autoencoder there is. Any width works. */
    public static AutoencoderConfig example() {
        return new AutoencoderConfig(
                NetworkConfig.linear(2),
                LossConfig.squared(),
                TrainingConfig.adam().with(16, 500, Schedule.cosine(1e-2, 1e-4)).withoutEarlyStopping(),
                RUN);
    }

    /** The principal subspace, found by L-BFGS; its code is reported in principal axes. */
    public static AutoencoderConfig linear() {
        return new AutoencoderConfig(NetworkConfig.linear(2), LossConfig.squared(), TrainingConfig.lbfgs(), RUN);
    }

    /** d-128-64-2 mirrored, ReLU, mean squared error. */
    public static AutoencoderConfig deep() {
        return new AutoencoderConfig(
                NetworkConfig.mlp(List.of(128, 64), 2, Unit.RELU), LossConfig.squared(), TrainingConfig.adam(), RUN);
    }

    /** As {@link #deep()}, beginning at the principal components. */
    public static AutoencoderConfig fromPca() {
        return deep().with(deep().training().withStart(TrainingConfig.Start.PCA));
    }

    /** Hinton and Salakhutdinov 2006: d-1000-500-250-2 mirrored, sigmoid units; trained by Adam from random weights, not layer by layer. */
    public static AutoencoderConfig paper() {
        return deep().with(NetworkConfig.mlp(List.of(1000, 500, 250), 2, Unit.SIGMOID));
    }

    /** As {@link #deep()} with Gaussian noise of 0.3 of the overall deviation on the input. */
    public static AutoencoderConfig denoising() {
        return deep().with(LossConfig.squared()
                .with(new LossConfig.Corruption(
                        LossConfig.Corruption.Noise.GAUSSIAN, 0.3, LossConfig.Corruption.Scale.OVERALL)));
    }

    /** A wider code of 8 sigmoid units, most of them near 0.05; the map is the code's first principal components. */
    public static AutoencoderConfig sparse() {
        return deep().with(NetworkConfig.mlp(List.of(128, 64), 8, Unit.RELU).withCodeActivation(Unit.SIGMOID))
                .with(LossConfig.squared().with(new LossConfig.Sparsity(LossConfig.Sparsity.Penalty.KL, 0.01, 0.05)));
    }

    /** As {@link #deep()} with tanh units and a penalty on the encoder's Jacobian. */
    public static AutoencoderConfig contractive() {
        return deep().with(NetworkConfig.mlp(List.of(128, 64), 2, Unit.TANH))
                .with(LossConfig.squared().withContraction(0.01));
    }

    /** As {@link #deep()} with a variational code, squared error summed over columns and 0.05 of the divergence. */
    public static AutoencoderConfig variational() {
        return deep().with(NetworkConfig.mlp(List.of(128, 64), 2, Unit.RELU).asVariational())
                .with(LossConfig.squared()
                        .with(LossConfig.Reconstruction.SQUARED, LossConfig.Reduction.ROWS, 1)
                        .with(new LossConfig.Divergence(0.05, 0.2)));
    }

    /** Convolutions for pictures: 8 and 16 filters up to 16 pixels wide, else 16 and 32 and a hidden layer of 128. */
    public static AutoencoderConfig convolutional(NetworkConfig.Image image) {
        boolean small = Math.max(image.height(), image.width()) <= 16;
        return deep().with(NetworkConfig.convolutional(
                image, small ? List.of(8, 16) : List.of(16, 32), small ? List.of() : List.of(128), 2));
    }

    /** What makes good maps of clustered data: as {@link #denoising()} with the neighbour term. */
    public static AutoencoderConfig neighbours() {
        return denoising()
                .with(denoising()
                        .loss()
                        .with(LossConfig.Reconstruction.SQUARED, LossConfig.Reduction.VARIANCE, 0.3)
                        .with(new LossConfig.Neighbours(1, 30)))
                .with(TrainingConfig.adam()
                        .with(256, 700, Schedule.cosine(2e-3, 0))
                        .withoutEarlyStopping());
    }
}
