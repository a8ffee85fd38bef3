package io.fovea.srgan;

import io.fovea.FoveaException;
import io.fovea.data.Batch;
import io.fovea.gan.ContentLoss;
import io.fovea.gan.Game;
import io.fovea.gan.UpdateOrder;
import io.fovea.nn.Layer;
import io.fovea.optim.AdamConfig;
import io.fovea.optim.Schedule;
import io.fovea.parity.Check;
import io.fovea.parity.Fill;
import io.fovea.parity.Fixture;
import io.fovea.torch.Autograd;
import io.fovea.torch.Device;
import io.fovea.torch.F;
import io.fovea.torch.Precision;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import io.fovea.train.RunConfig;
import io.fovea.train.Scalars;
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

/** One update of generator and discriminator as two public implementations make it: losses, gradients, and the networks afterwards. */
final class SrganStepParity {
    /** What a float32 run of the reference agrees with itself to. */
    private static final double FLOAT32 = 1e-4;

    private static final Pattern WEIGHTED = Pattern.compile("(\\w+) x ([\\d.e-]+)");
    private static final Pattern FEATURES = Pattern.compile("(\\w+) on (\\w+).* x ([\\d.e-]+)");
    private static final Pattern GAME = Pattern.compile("(\\w+).*generator weight ([\\d.e-]+)");

    private SrganStepParity() {}

    /** leftthomas/SRGAN, in float64. */
    static void leftthomas(Fixture fixture, Check check) {
        int scale = fixture.config().path("scale").asInt(4);
        withVgg(16, file -> {
            SrganConfig config = config(
                    fixture,
                    GeneratorConfig.leftthomas(scale, GeneratorConfig.TrunkEnd.NORM),
                    new DiscriminatorConfig(DiscriminatorConfig.Kind.POOLED, 96, 64),
                    List.of(
                            ContentLoss.pixel(ContentLoss.Kind.MSE, 1),
                            ContentLoss.vgg(0.006, "pool5", ContentLoss.Distance.MSE, false, file),
                            ContentLoss.pixel(ContentLoss.Kind.TV, 2e-8)),
                    Game.LINEAR,
                    1e-3,
                    Precision.F64);
            try (Scope scope = Scope.open();
                    SrganStep step = step(config)) {
                Tensor lr = fixture.input("lr").tensor().to(Precision.F64.dtype());
                Tensor hr = fixture.input("hr").tensor().to(Precision.F64.dtype());
                check.output("fake (train mode, before step)", freshGenerator(config, lr));
                Scalars s = step.update(0, Batch.of("lr", lr).and("hr", hr));
                Layer g = step.generator();
                Layer d = Objects.requireNonNull(step.discriminator());
                double adversarial = s.get("loss/generator");
                check.loss("adversarial (mean of 1-D(G))", adversarial);
                check.loss("perceptual (mse of vgg16 features[:31])", s.get("content/vgg pool5"));
                check.loss("image (mse)", s.get("content/mse"));
                check.loss("tv", s.get("content/tv"));
                check.loss(
                        "generator_total = image + 0.001 adv + 0.006 perc + 2e-8 tv",
                        s.get("loss/content") + 1e-3 * adversarial);
                check.loss("d_loss = 1 - mean D(hr) + mean D(fake)", s.get("loss/discriminator"));
                check.loss("D(hr)", s.get("probability/real"));
                check.loss("D(fake)", s.get("probability/fake"));
                gradients(fixture, check, config, step);
                try (Autograd.Guard off = Autograd.noGrad()) {
                    check.output("sr after one step (train mode, same batch)", g.apply(lr));
                    flat(check, "D logits on hr after one step (train mode)", d.apply(hr));
                    g.eval();
                    d.eval();
                    check.output("sr after one step (eval)", g.apply(lr));
                    flat(check, "D logits on hr after one step (eval)", d.apply(hr));
                    Map<String, StoredTensor> theirs = SrganWeights.publicNames(g, config.generator());
                    for (String name : List.of("block2.bn1.running_var", "block8.0.prelu.weight")) {
                        check.output(
                                "G " + name + " after step",
                                Objects.requireNonNull(theirs.get(name)).toTensor());
                    }
                }
            }
        });
    }

    /** BasicSR's MSRGAN, in float32. */
    static void msrgan(Fixture fixture, Check check) {
        Matcher pixel = setting(fixture, "pixel", WEIGHTED);
        Matcher features = setting(fixture, "perceptual", FEATURES);
        Matcher game = setting(fixture, "gan", GAME);
        double pixelWeight = Double.parseDouble(pixel.group(2));
        double featureWeight = Double.parseDouble(features.group(3));
        double gameWeight = Double.parseDouble(game.group(2));
        var kind = ContentLoss.Kind.valueOf(pixel.group(1).toUpperCase(Locale.ROOT));
        var distance = ContentLoss.Distance.valueOf(features.group(1).toUpperCase(Locale.ROOT));
        Game form = game.group(1).toUpperCase(Locale.ROOT).equals("HINGE") ? Game.HINGE : Game.LOG;
        String tap = features.group(2);
        withVgg(19, file -> {
            int scale = fixture.config().path("upscale").asInt();
            SrganConfig config = config(
                    fixture,
                    GeneratorConfig.msrresnet(
                            scale,
                            fixture.config().path("num_block").asInt(),
                            fixture.config().path("num_feat").asInt()),
                    new DiscriminatorConfig(
                            DiscriminatorConfig.Kind.VGG,
                            fixture.input("gt").shape().get(2).intValue(),
                            fixture.config().path("D.num_feat").asInt()),
                    List.of(
                            ContentLoss.pixel(kind, pixelWeight),
                            ContentLoss.vgg(featureWeight, tap, distance, true, file)),
                    form,
                    gameWeight,
                    Precision.F32);
            try (Scope scope = Scope.open();
                    SrganStep step = step(config)) {
                Tensor lr = fixture.input("lq").tensor();
                Tensor hr = fixture.input("gt").tensor();
                Layer d = Objects.requireNonNull(step.discriminator());
                Tensor before = freshGenerator(config, lr);
                check.output("sr before step", before);
                Logits logits = freshDiscriminator(config, hr, before);
                check.loss(
                        "l_d_real", F.bceWithLogits(logits.real, logits.ones()).item(), FLOAT32);
                check.loss(
                        "l_d_fake",
                        F.bceWithLogits(logits.fake, logits.fake.zerosLike()).item(),
                        FLOAT32);
                check.loss("out_d_real", F.mean(logits.real).item(), FLOAT32);
                check.loss("out_d_fake", F.mean(logits.fake).item(), FLOAT32);
                Scalars s = step.update(0, Batch.of("lr", lr).and("hr", hr));
                double adversarial = gameWeight * s.get("loss/generator");
                check.loss(
                        "l_g_pix", pixelWeight * s.get("content/" + kind.name().toLowerCase(Locale.ROOT)), FLOAT32);
                check.loss("l_g_percep", featureWeight * s.get("content/vgg " + tap), FLOAT32);
                check.loss("l_g_gan", adversarial, FLOAT32);
                check.loss("l_g_total", s.get("loss/content") + adversarial, FLOAT32);
                check.relative(
                        "l_d_real + l_d_fake",
                        s.get("loss/discriminator"),
                        sum(fixture, "l_d_real", "l_d_fake"),
                        FLOAT32);
                gradients(fixture, check, config, step);
                try (Autograd.Guard off = Autograd.noGrad()) {
                    check.output("sr after step", step.generator().apply(lr));
                    d.eval();
                    check.output("D(gt) after step (eval mode)", d.apply(hr));
                }
            }
        });
    }

    private static double sum(Fixture fixture, String... names) {
        double sum = 0;
        for (String name : names) {
            sum += Objects.requireNonNull(fixture.losses().get(name));
        }
        return sum;
    }

    private static Matcher setting(Fixture fixture, String name, Pattern form) {
        String text = fixture.config().path(name).asText();
        Matcher m = form.matcher(text);
        if (!m.find()) {
            throw new FoveaException(fixture.file() + ": config." + name + " is \"" + text + "\"; a text like \""
                    + form.pattern() + "\" was expected.");
        }
        return m;
    }

    // ---- networks and configuration ----

    private static SrganConfig config(
            Fixture fixture,
            GeneratorConfig generator,
            DiscriminatorConfig discriminator,
            List<ContentLoss> losses,
            Game form,
            double weight,
            Precision precision) {
        var adam = fixture.config().path("adam");
        var constants = new AdamConfig(
                adam.path("betas").path(0).asDouble(),
                adam.path("betas").path(1).asDouble(),
                adam.path("eps").asDouble());
        Schedule rate = Schedule.constant(adam.path("lr").asDouble());
        int crop = discriminator.kind() == DiscriminatorConfig.Kind.VGG ? discriminator.size() : 96;
        return new SrganConfig(
                generator,
                discriminator,
                new SrganConfig.Data(crop, 2, SrganConfig.Degradation.MATLAB, false, false, 0),
                new SrganConfig.ContentStage(0, rate, constants, losses),
                new SrganConfig.AdversarialStage(
                        1, rate, rate, constants, losses, form, weight, UpdateOrder.GENERATOR_FIRST, 0, 0),
                0,
                new RunConfig(1, precision, 1, 1, 1, 1));
    }

    private static Layer generator(SrganConfig config) {
        Layer net = GeneratorInit.create(config.generator());
        Map<String, StoredTensor> theirs = SrganWeights.publicNames(net, config.generator());
        net.close();
        return SrganWeights.load(SrganParity.filled("generator", shapes(theirs)))
                .generator();
    }

    private static Layer discriminator(SrganConfig config) {
        Layer net = SrganDiscriminator.create(config.discriminator());
        Map<String, StoredTensor> theirs = SrganWeights.publicNames(net, config.discriminator());
        net.close();
        return SrganWeights.loadDiscriminator(SrganParity.filled("discriminator", shapes(theirs)))
                .network();
    }

    private static Map<String, long[]> shapes(Map<String, StoredTensor> tensors) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        tensors.forEach((name, t) -> shapes.put(name, t.shape()));
        return shapes;
    }

    private static SrganStep step(SrganConfig config) {
        return new SrganStep(config, Device.CPU, generator(config), discriminator(config));
    }

    /** The output in training mode of a generator of its own, so that no running statistics are moved. */
    private static Tensor freshGenerator(SrganConfig config, Tensor lr) {
        try (Layer net = generator(config);
                Autograd.Guard off = Autograd.noGrad()) {
            net.to(lr.dtype());
            net.train(true);
            return net.apply(lr);
        }
    }

    private record Logits(Tensor real, Tensor fake) {
        Tensor ones() {
            return F.add(real.zerosLike(), 1);
        }
    }

    private static Logits freshDiscriminator(SrganConfig config, Tensor hr, Tensor sr) {
        try (Layer net = discriminator(config);
                Autograd.Guard off = Autograd.noGrad()) {
            net.train(true);
            return new Logits(net.apply(hr), net.apply(sr));
        }
    }

    // ---- comparisons ----

    private static void flat(Check check, String name, Tensor logits) {
        check.output(name, F.reshape(logits, logits.numel()));
    }

    private static void gradients(Fixture fixture, Check check, SrganConfig config, SrganStep step) {
        List<String> zero = new ArrayList<>();
        fixture.config().path("noise_gradients").forEach(n -> zero.add(n.asText()));
        Map<String, StoredTensor> all = new LinkedHashMap<>();
        Layer d = Objects.requireNonNull(step.discriminator());
        SrganWeights.publicNames(gradients(step.generator()), config.generator())
                .forEach((k, t) -> all.put("G." + k, t));
        SrganWeights.publicNames(gradients(d), config.discriminator()).forEach((k, t) -> all.put("D." + k, t));
        fixture.gradNorms().keySet().forEach(name -> {
            double norm =
                    F.norm(List.of(Objects.requireNonNull(all.get(name), name).toTensor()));
            if (zero.contains(name)) {
                check.zeroGradNorm(name, norm, 1e-12);
            } else {
                check.gradNorm(name, norm);
            }
        });
    }

    private static Map<String, Tensor> gradients(Layer network) {
        Map<String, Tensor> gradients = new LinkedHashMap<>();
        network.parameters().forEach((name, t) -> gradients.put(name, Objects.requireNonNull(t.grad(), name)));
        return gradients;
    }

    // ---- the perceptual network ----

    private interface WithFile {
        void accept(String file);
    }

    /** Writes the fixtures' VGG to a temporary file, as a user's would lie there. */
    private static void withVgg(int layers, WithFile use) {
        Path file = null;
        try (Scope scope = Scope.open()) {
            file = Files.createTempFile("vgg" + layers, ".safetensors");
            Files.delete(file);
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            int perBlock = layers == 19 ? 4 : 3;
            int[] widths = {64, 128, 256, 512, 512};
            int index = 0;
            int in = 3;
            for (int block = 0; block < widths.length; block++) {
                for (int i = 0; i < (block < 2 ? 2 : perBlock); i++) {
                    String key = "features." + index;
                    tensors.put(key + ".weight", filled(key + ".weight", widths[block], in, 3, 3));
                    tensors.put(key + ".bias", filled(key + ".bias", widths[block]));
                    in = widths[block];
                    index += 2; // the ReLU
                }
                index++; // the pool
            }
            WeightsFile.save(tensors, Map.of(), file);
            use.accept(file.toString());
        } catch (IOException e) {
            throw FoveaException.cannotWrite(Path.of(System.getProperty("java.io.tmpdir")), e);
        } finally {
            if (file != null) {
                try {
                    Files.deleteIfExists(file);
                } catch (IOException e) {
                    file.toFile().deleteOnExit();
                }
            }
        }
    }

    private static Tensor filled(String key, long... shape) {
        return Tensor.of(Fill.trunk(key, shape), shape);
    }
}
