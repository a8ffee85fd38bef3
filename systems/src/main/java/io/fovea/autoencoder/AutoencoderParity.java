package io.fovea.autoencoder;

import com.fasterxml.jackson.databind.JsonNode;
import io.fovea.FoveaException;
import io.fovea.data.Batch;
import io.fovea.optim.Adam;
import io.fovea.optim.Schedule;
import io.fovea.parity.Check;
import io.fovea.parity.Fill;
import io.fovea.parity.Fixture;
import io.fovea.parity.ParityCase;
import io.fovea.torch.Autograd;
import io.fovea.torch.F;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import io.fovea.weights.StoredTensor;
import io.fovea.weights.WeightsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Autoencoders against the numbers of PyTorch and scikit-learn. */
public final class AutoencoderParity {
    private static final Pattern FACTOR = Pattern.compile("\\b(?:lambda|beta) ?= ?([\\d.e-]*\\d)");
    private static final Pattern TARGET = Pattern.compile("\\brho ?= ?([\\d.e-]*\\d)");
    private static final Pattern NOISE = Pattern.compile("\\+ ?([\\d.]*\\d) ?\\*");
    private static final Pattern THRESHOLD = Pattern.compile("(?:<|>=?|p ?=|probability) ?([\\d.]*\\d)");
    private static final double ADAM_RATE = 1e-3;
    private static final double SGD_RATE = 0.05;
    private static final double PCA_TOLERANCE = 1e-6;

    private AutoencoderParity() {}

    public static List<ParityCase> cases() {
        return List.of(
                new ParityCase(
                        f -> f.subject().matches("(ae|vae)_\\w+") && f.config().has("kind"), AutoencoderParity::step),
                new ParityCase(f -> f.subject().equals("pca") && f.root().has("results"), AutoencoderParity::pca));
    }

    // ---- networks ----

    /** Forward pass, every loss, gradients, and the network after one update of Adam and one of plain descent. */
    private static void step(Fixture fixture, Check check) {
        AutoencoderConfig config = config(fixture);
        AutoencoderNetwork network = imported(fixture, config);
        try (Scope scope = Scope.open()) {
            Map<String, Tensor> start = new LinkedHashMap<>();
            network.state().forEach((name, t) -> start.put(name, t.copy()));
            Batch batch = batch(fixture, config);
            AutoencoderStep step = new AutoencoderStep(config, network, 1, 0, 1);
            AutoencoderStep.Cost cost = step.cost(batch, 1);
            forward(fixture, check, network, config, batch);
            losses(fixture, check, network, config, batch, cost);
            gradients(check, network, cost.total());
            after(check, "adam", step, network, config, batch, start);
            after(check, "sgd", step, network, config, batch, start);
            step.close();
        }
    }

    private static AutoencoderNetwork imported(Fixture fixture, AutoencoderConfig config) {
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        for (Fixture.Key key : fixture.keys()) {
            long[] shape = key.shape().stream().mapToLong(Long::longValue).toArray();
            tensors.put(
                    key.name(),
                    StoredTensor.of(
                            Tensor.of(Fill.standard(key.name(), shape), shape).keep()));
        }
        NetworkConfig n = config.network();
        NetworkConfig.Image image = n.image();
        WeightsFile file = new WeightsFile(
                String.valueOf(fixture.file().getFileName()), WeightsFile.Format.SAFETENSORS, Map.of(), tensors);
        AutoencoderNetwork network = PublicLayouts.read(
                        file,
                        new PublicLayouts.Told(
                                n.activation(),
                                n.codeActivation(),
                                n.output(),
                                image == null ? 0 : image.height(),
                                image == null ? 0 : image.width()))
                .network();
        if (!network.config().equals(n)) {
            throw new FoveaException("The keys describe " + network.config() + ", the file says " + n + ".");
        }
        return network;
    }

    private static AutoencoderConfig config(Fixture fixture) {
        JsonNode c = fixture.config();
        String kind = c.path("kind").asText();
        String activation = c.path("activation").asText("relu");
        boolean sigmoidCode = false;
        Unit unit = Unit.RELU;
        for (String part : activation.split("[;,]", -1)) {
            boolean code = part.contains("code");
            sigmoidCode |= code && part.contains("sigmoid");
            unit = code ? unit : unit(part, unit);
        }
        boolean variational = kind.equals("variational");
        boolean bce = variational || c.path("loss").asText().contains("cross-entropy");
        NetworkConfig network = network(c, unit)
                .withCodeActivation(sigmoidCode ? Unit.SIGMOID : Unit.IDENTITY)
                .withOutput(bce || c.path("output").asText().startsWith("sigmoid") ? Unit.SIGMOID : Unit.IDENTITY);
        if (variational) {
            network = network.asVariational();
        }
        LossConfig loss = penalty(c, kind)
                .with(
                        bce ? LossConfig.Reconstruction.BCE : LossConfig.Reconstruction.SQUARED,
                        variational ? LossConfig.Reduction.SUM : LossConfig.Reduction.MEAN,
                        1);
        TrainingConfig training =
                TrainingConfig.adam().with(16, 1, Schedule.constant(ADAM_RATE)).withoutEarlyStopping();
        return new AutoencoderConfig(
                network, loss, training, AutoencoderConfig.deep().run());
    }

    private static Unit unit(String text, Unit otherwise) {
        Matcher m = Pattern.compile("relu|tanh|gelu|elu|sigmoid").matcher(text);
        return m.find() ? Unit.valueOf(m.group().toUpperCase(Locale.ROOT)) : otherwise;
    }

    private static NetworkConfig network(JsonNode c, Unit unit) {
        if (c.has("image")) {
            JsonNode image = c.path("image");
            List<Integer> channels = new ArrayList<>();
            Matcher conv = Pattern.compile("conv3x3/2 \\d+-(\\d+)")
                    .matcher(c.path("encoder").asText());
            while (conv.find()) {
                channels.add(Integer.parseInt(conv.group(1)));
            }
            List<Integer> dense = new ArrayList<>();
            Matcher fc = Pattern.compile("fc (\\d+)").matcher(c.path("encoder").asText());
            while (fc.find()) {
                dense.add(Integer.parseInt(fc.group(1)));
            }
            int code = dense.remove(dense.size() - 1);
            return NetworkConfig.convolutional(
                    new NetworkConfig.Image(
                            image.get(0).asInt(),
                            image.get(1).asInt(),
                            image.get(2).asInt()),
                    channels,
                    dense,
                    code);
        }
        List<Integer> dims = new ArrayList<>();
        c.path("dims").forEach(n -> dims.add(n.asInt()));
        int code = dims.get(dims.size() - 1);
        boolean linear = c.path("kind").asText().equals("linear");
        return linear ? NetworkConfig.linear(code) : NetworkConfig.mlp(dims.subList(1, dims.size() - 1), code, unit);
    }

    private static LossConfig penalty(JsonNode c, String kind) {
        LossConfig plain = LossConfig.squared();
        String text = c.path("penalty").asText();
        String corruption = c.path("corruption").asText();
        return switch (kind) {
            case "denoising" ->
                corruption.contains("mask")
                        ? plain.with(new LossConfig.Corruption(
                                LossConfig.Corruption.Noise.MASKING,
                                number(THRESHOLD, corruption, 0.3),
                                LossConfig.Corruption.Scale.ABSOLUTE))
                        : plain.with(new LossConfig.Corruption(
                                LossConfig.Corruption.Noise.GAUSSIAN,
                                number(NOISE, corruption, 0.3),
                                LossConfig.Corruption.Scale.ABSOLUTE));
            case "sparse" ->
                plain.with(new LossConfig.Sparsity(
                        text.contains("KL") ? LossConfig.Sparsity.Penalty.KL : LossConfig.Sparsity.Penalty.L1,
                        number(FACTOR, text, 0.01),
                        number(TARGET, text, 0.05)));
            case "contractive" -> plain.withContraction(number(FACTOR, text, 0.1));
            case "variational" ->
                plain.with(new LossConfig.Divergence(c.path("beta").asDouble(1), 0));
            default -> plain;
        };
    }

    private static double number(Pattern pattern, String text, double otherwise) {
        Matcher m = pattern.matcher(text);
        return m.find() ? Double.parseDouble(m.group(1)) : otherwise;
    }

    private static Batch batch(Fixture fixture, AutoencoderConfig config) {
        Tensor x = null;
        Tensor other = null;
        for (Fixture.Input input : fixture.inputs()) {
            long[] shape = input.shape().stream().mapToLong(Long::longValue).toArray();
            if (input.name().equals("x")) {
                x = Fill.unit("x", shape);
            } else if (config.loss().corruption().kind() == LossConfig.Corruption.Noise.MASKING) {
                other = AutoencoderData.keep(
                        Fill.unit(input.name(), shape),
                        config.loss().corruption().amount());
            } else {
                other = F.mul(Fill.signed(input.name(), shape), Math.sqrt(3)); // in place of a normal drawing
            }
        }
        Batch batch = Batch.of("x", Objects.requireNonNull(x));
        if (other != null) {
            switch (config.loss().corruption().kind()) {
                case NONE -> batch.and("eps", other);
                case GAUSSIAN ->
                    batch.and("noise", F.mul(other, config.loss().corruption().amount()));
                case MASKING -> batch.and("keep", other);
            }
        }
        return batch;
    }

    /** The code and the reconstruction of the batch as it is trained on, noise and sampling included. */
    private record Pass(Tensor z, Tensor r, AutoencoderNetwork.@Nullable Posterior posterior) {}

    private static Pass pass(AutoencoderNetwork network, AutoencoderConfig config, Batch batch) {
        Tensor x = batch.get("x");
        Tensor input = switch (config.loss().corruption().kind()) {
            case NONE -> x;
            case GAUSSIAN -> F.add(x, batch.get("noise"));
            case MASKING -> F.mul(x, batch.get("keep"));
        };
        if (config.network().variational()) {
            AutoencoderNetwork.Posterior p = network.posterior(input);
            Tensor z = AutoencoderLosses.sample(p.mean(), p.logVariance(), batch.get("eps"));
            return new Pass(z, network.decoder().apply(z), p);
        }
        Tensor z = network.encoder().apply(input);
        return new Pass(z, network.decoder().apply(z), null);
    }

    private static void forward(
            Fixture fixture, Check check, AutoencoderNetwork network, AutoencoderConfig config, Batch batch) {
        Pass pass = pass(network, config, batch);
        for (Fixture.Expected e : fixture.outputs()) {
            switch (e.name()) {
                case "z" -> check.output("z", pass.z());
                case "recon" -> check.output("recon", pass.r());
                case "mu" ->
                    check.output("mu", Objects.requireNonNull(pass.posterior()).mean());
                case "logvar" ->
                    check.output(
                            "logvar", Objects.requireNonNull(pass.posterior()).logVariance());
                default -> {}
            }
        }
    }

    private static void losses(
            Fixture fixture,
            Check check,
            AutoencoderNetwork network,
            AutoencoderConfig config,
            Batch batch,
            AutoencoderStep.Cost cost) {
        for (String name : fixture.losses().keySet()) {
            Tensor value = switch (name) {
                case "mse", "bce", "mse_to_clean", "bce_sum" -> cost.terms().get("reconstruction");
                case "l1" -> cost.terms().get("l1");
                case "kl" -> cost.terms().get("sparsity");
                case "kld_sum" -> cost.terms().get("divergence");
                case "total" -> cost.total();
                case "elbo_per_example" ->
                    F.mul(cost.total(), 1.0 / batch.get("x").size(0));
                case "continuous_bernoulli_log_norm_sum" ->
                    F.sum(AutoencoderLosses.logNormaliser(
                            pass(network, config, batch).r()));
                default -> name.startsWith("jacobian") ? cost.terms().get("contraction") : null;
            };
            if (value != null) {
                check.loss(name, value.item());
            }
        }
    }

    private static void gradients(Check check, AutoencoderNetwork network, Tensor total) {
        network.parameters().values().forEach(Tensor::clearGrad);
        Autograd.backward(total);
        Map<String, String> names = PublicLayouts.names(network);
        network.parameters()
                .forEach((name, t) -> check.gradNorm(
                        Objects.requireNonNull(names.get(name)),
                        F.norm(List.of(Objects.requireNonNullElseGet(t.grad(), t::zerosLike)))));
    }

    private static void after(
            Check check,
            String optimiser,
            AutoencoderStep step,
            AutoencoderNetwork network,
            AutoencoderConfig config,
            Batch batch,
            Map<String, Tensor> start) {
        network.load(start);
        network.parameters().values().forEach(Tensor::clearGrad);
        Autograd.backward(step.cost(batch, 1).total());
        if (optimiser.equals("adam")) {
            try (Adam adam = new Adam(network.parameters(), Adam.Options.of(0.9, 0.999))) {
                adam.step(ADAM_RATE);
            }
        } else {
            network.parameters().values().forEach(p -> F.addInPlace(p, Objects.requireNonNull(p.grad()), -SGD_RATE));
        }
        check.loss(
                "total_after_one_" + optimiser + "_step",
                step.cost(batch, 1).total().item());
        check.output(
                "recon_after_one_" + optimiser + "_step",
                pass(network, config, batch).r());
    }

    // ---- PCA ----

    private static void pca(Fixture fixture, Check check) {
        for (JsonNode each : fixture.root().path("results")) {
            String name = each.path("data").asText();
            check.data("tables/" + name + ".csv")
                    .ifPresent(file -> pca(
                            check,
                            name,
                            each,
                            columns(file, name, each.path("standardised").asBoolean())));
        }
    }

    private static void pca(Check check, String name, JsonNode expected, double[][] rows) {
        int n = rows.length;
        int d = rows[0].length;
        double[] values = java.util.Arrays.stream(rows)
                .flatMapToDouble(java.util.Arrays::stream)
                .toArray();
        JsonNode axes = expected.path("components");
        Pca pca = Pca.fit(values, n, d, axes.size());
        check.relative(name + " n", n, expected.path("n").asInt(), 0);
        check.relative(name + " d", d, expected.path("d").asInt(), 0);
        list(check, name + " mean", pca.mean(), expected.path("mean_first8"), 1);
        list(check, name + " variance", pca.explainedVariance(), expected.path("explained_variance"), 1);
        list(check, name + " ratio", pca.explainedVarianceRatio(), expected.path("explained_variance_ratio"), 1);
        list(check, name + " singular value", pca.singularValues(), expected.path("singular_values"), 1);
        double[][] ours = pca.axes();
        for (int j = 0; j < axes.size(); j++) {
            list(check, name + " axis " + j, ours[j], axes.get(j), sign(ours[j], axes.get(j)));
        }
        double[] scores = pca.project(java.util.Arrays.copyOf(values, 10 * d), 10);
        for (int i = 0; i < 10; i++) {
            for (int j = 0; j < axes.size(); j++) {
                check.metric(
                        name + " score " + i + "," + j,
                        scores[i * axes.size() + j] * sign(ours[j], axes.get(j)),
                        expected.path("scores_first10").get(i).get(j).asDouble(),
                        PCA_TOLERANCE);
            }
        }
        double mse = expected.path("recon_mse").asDouble();
        check.metric(name + " reconstruction", pca.reconstructionError(), mse, PCA_TOLERANCE);
        double[] variance = pca.explainedVariance();
        double total = java.util.Arrays.stream(variance).sum() * (n - 1) / n / d;
        check.metric(
                name + " r2",
                1 - pca.reconstructionError() / total,
                expected.path("r2_total").asDouble(),
                PCA_TOLERANCE);
    }

    private static double sign(double[] ours, JsonNode theirs) {
        double dot = 0;
        for (int i = 0; i < ours.length; i++) {
            dot += ours[i] * theirs.get(i).asDouble();
        }
        return dot < 0 ? -1 : 1;
    }

    private static void list(Check check, String what, double[] ours, JsonNode theirs, double sign) {
        for (int i = 0; i < theirs.size(); i++) {
            check.metric(what + " " + i, sign * ours[i], theirs.get(i).asDouble(), PCA_TOLERANCE);
        }
    }

    /** The numbers of a staged table: a header, the last column the label. */
    private static double[][] columns(Path file, String name, boolean standardised) {
        try {
            List<String> lines = Files.readAllLines(file);
            double[][] rows = new double[lines.size() - 1][];
            for (int i = 0; i < rows.length; i++) {
                String[] cells = lines.get(i + 1).split(",", -1);
                rows[i] = new double[cells.length - 1];
                for (int c = 0; c < rows[i].length; c++) {
                    rows[i][c] = Double.parseDouble(cells[c]) / (name.equals("digits") ? 16 : 1);
                }
            }
            if (standardised) {
                standardise(rows);
            }
            return rows;
        } catch (IOException e) {
            throw FoveaException.cannotRead(file, e);
        }
    }

    private static void standardise(double[][] rows) {
        for (int c = 0; c < rows[0].length; c++) {
            int column = c;
            double mean = java.util.Arrays.stream(rows)
                    .mapToDouble(r -> r[column])
                    .average()
                    .orElse(0);
            double variance = java.util.Arrays.stream(rows)
                    .mapToDouble(r -> (r[column] - mean) * (r[column] - mean))
                    .average()
                    .orElse(1);
            for (double[] row : rows) {
                row[c] = (row[c] - mean) / Math.sqrt(variance);
            }
        }
    }
}
