package io.fovea.srgan;

import com.fasterxml.jackson.databind.JsonNode;
import io.fovea.data.PictureSet;
import io.fovea.image.Picture;
import io.fovea.image.Resample;
import io.fovea.nn.Layer;
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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** SRGAN against the numbers of its public implementations. */
public final class SrganParity {
    /** dB; float32 and float64 resampling of LR differ by up to 7e-4. */
    private static final double NETWORK_DB = 2e-3;

    private static final double BICUBIC_DB = 2e-4;
    private static final double SSIM = 1e-4;

    private SrganParity() {}

    public static List<ParityCase> cases() {
        return List.of(
                named("generator forward", SrganParity::generator),
                named("MSRResNet forward", SrganParity::msrresnet),
                named("discriminator forward", SrganParity::discriminator),
                named("VGGStyleDiscriminator forward", SrganParity::vggDiscriminator),
                named("public checkpoints on Set5", SrganParity::checkpoints),
                named("evaluation x", SrganParity::evaluation),
                named("one training step, leftthomas", SrganStepParity::leftthomas),
                named("one MSRGAN training step", SrganStepParity::msrgan));
    }

    private static ParityCase named(String begin, ParityCase.Comparison comparison) {
        return new ParityCase(
                f -> f.subject().startsWith(begin)
                        && f.file().toAbsolutePath().toString().contains("srgan"),
                comparison);
    }

    /** The fixture's own keys, filled by its rule: what a checkpoint of the reference would hold. */
    private static WeightsFile filled(Fixture fixture) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        for (Fixture.Key key : fixture.keys()) {
            shapes.put(
                    key.name(), key.shape().stream().mapToLong(Long::longValue).toArray());
        }
        return filled(fixture.file().getFileName().toString(), shapes);
    }

    /** Tensors by the reference's names, filled by the rule. */
    static WeightsFile filled(String name, Map<String, long[]> shapes) {
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        shapes.forEach((key, shape) -> {
            boolean slope = shape.length == 1
                    && key.endsWith(".weight")
                    && !shapes.containsKey(key.replaceAll("weight$", "running_mean"));
            BiFunction<String, long[], float[]> rule = slope ? Fill::small : Fill::standard;
            tensors.put(
                    key,
                    StoredTensor.of(Tensor.of(rule.apply(key, shape), shape).keep()));
        });
        return new WeightsFile(name, WeightsFile.Format.SAFETENSORS, Map.of(), tensors);
    }

    private static void generator(Fixture fixture, Check check) {
        try (Scope scope = Scope.open();
                Autograd.Guard off = Autograd.noGrad()) {
            SrResNet net = (SrResNet) SrganWeights.load(filled(fixture)).generator();
            check.relative(
                    "parameters",
                    net.parameterCount(),
                    fixture.config().path("params").asLong(),
                    0);
            Tensor x = fixture.input("lr").tensor();
            Tensor first = net.first(x);
            Tensor body = net.body().apply(first);
            check.output("block1", first);
            check.output("block6", body);
            check.output("block7", net.deep(body));
            check.output("sr", net.apply(x));
            check.output("sr", net.folded().apply(x));
            net.train(true);
            check.output("sr_train_mode", net.apply(x));
            for (String statistic : List.of("running_mean", "running_var")) {
                check.output(
                        "block2.bn1." + statistic + " after one train-mode forward",
                        java.util.Objects.requireNonNull(net.state().get("body.0.norm1." + statistic)));
            }
            net.close();
        }
    }

    private static void msrresnet(Fixture fixture, Check check) {
        try (Scope scope = Scope.open();
                Autograd.Guard off = Autograd.noGrad()) {
            SrganWeights.Loaded net = SrganWeights.load(filled(fixture));
            JsonNode config = fixture.config();
            check.relative(
                    "parameters",
                    net.generator().parameterCount(),
                    config.path("params").asLong(),
                    0);
            check.relative("scale", net.config().scale(), config.path("upscale").asLong(), 0);
            check.output("sr", net.generator().apply(fixture.input("lq").tensor()));
            net.generator().close();
        }
    }

    private static void discriminator(Fixture fixture, Check check) {
        try (Scope scope = Scope.open();
                Autograd.Guard off = Autograd.noGrad()) {
            Layer net = SrganWeights.loadDiscriminator(filled(fixture)).network();
            check.relative(
                    "parameters",
                    net.parameterCount(),
                    fixture.config().path("params").asLong(),
                    0);
            Tensor x = fixture.input("img").tensor();
            Tensor logits = net.apply(x);
            same(fixture, check, "logits_eval", logits);
            same(fixture, check, "prob_eval", F.sigmoid(logits));
            net.train(true);
            same(fixture, check, "prob_train_mode", F.sigmoid(net.apply(x)));
            net.close();
        }
    }

    private static void vggDiscriminator(Fixture fixture, Check check) {
        try (Scope scope = Scope.open();
                Autograd.Guard off = Autograd.noGrad()) {
            Layer net = SrganWeights.loadDiscriminator(filled(fixture)).network();
            check.relative(
                    "parameters",
                    net.parameterCount(),
                    fixture.config().path("params").asLong(),
                    0);
            Layer large = SrganDiscriminator.create(new DiscriminatorConfig(
                    DiscriminatorConfig.Kind.VGG,
                    256,
                    fixture.config().path("num_feat").asInt()));
            check.relative(
                    "parameters at 256",
                    large.parameterCount(),
                    fixture.config().path("params_256").asLong(),
                    0);
            large.close();
            same(fixture, check, "logit", net.apply(fixture.input("img").tensor()));
            net.close();
        }
    }

    /** The references differ in how they shape N scores. */
    private static void same(Fixture fixture, Check check, String name, Tensor scores) {
        long[] shape =
                fixture.output(name).shape().stream().mapToLong(Long::longValue).toArray();
        check.output(name, F.reshape(scores, shape));
    }

    // ---- with pictures and weights ----

    private static void checkpoints(Fixture fixture, Check check) {
        Optional<Path> set5 = check.data("sr/Set5.zip");
        for (JsonNode each : fixture.root().path("cases")) {
            int scale = each.path("scale").asInt();
            Optional<Path> weights = check.data("weights/" + each.path("file").asText());
            if (set5.isEmpty() || weights.isEmpty()) {
                continue;
            }
            try (PictureSet set = PictureSet.open(set5.get());
                    SuperResolver resolver =
                            SuperResolver.load(weights.get().toString(), SuperResolver.Options.EXACT)) {
                Picture high = set.read(index(set, "butterfly")).toRgb().cropToMultiple(scale);
                Picture low = Resample.matlab(high, 1.0 / scale);
                check.tensor(
                        Fixture.expected(each.path("lr_summary")), samples(low), 1e-6, low.height(), low.width(), 3);
                float[] chw = SuperResolver.run(resolver, low);
                double[] sr = new double[chw.length];
                for (int i = 0; i < sr.length; i++) {
                    sr[i] = chw[i];
                }
                check.tensor(Fixture.expected(each.path("sr")), sr, 1e-4, 1, 3, high.height(), high.width());
                Picture result = Picture.of(chw, 3, high.height(), high.width(), 8);
                if (each.path("psnr_y").isNumber()) {
                    check.metric(
                            "psnr_y x" + scale,
                            SrganEvaluation.psnrY(result, high, scale),
                            each.path("psnr_y").asDouble(),
                            NETWORK_DB);
                }
            }
        }
    }

    private static int index(PictureSet set, String name) {
        for (int i = 0; i < set.size(); i++) {
            if (set.name(i).matches("(.*/)?" + java.util.regex.Pattern.quote(name) + "\\.\\w+")) {
                return i;
            }
        }
        throw new io.fovea.FoveaException("There is no picture " + name + " in " + set.where() + ".");
    }

    private static double[] samples(Picture p) {
        byte[] bytes = p.bytes();
        double[] values = new double[bytes.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = bytes[i] & 0xff;
        }
        return values;
    }

    private static void evaluation(Fixture fixture, Check check) {
        int scale = fixture.config().path("crop").asInt();
        fixture.root().path("images").properties().forEach(set -> {
            String zip = set.getKey().equals("BSD100") ? "BSD100-jpg" : set.getKey();
            Optional<Path> data = check.data("sr/" + zip + ".zip");
            Path weights = scale == 3
                    ? null
                    : check.data("weights/leftthomas_netG_epoch_" + scale + "_100.pth")
                            .orElse(null);
            if (data.isEmpty()) {
                return;
            }
            try (PictureSet pictures = PictureSet.open(data.get());
                    SuperResolver resolver = weights == null
                            ? null
                            : SuperResolver.load(weights.toString(), SuperResolver.Options.EXACT)) {
                List<Map.Entry<String, JsonNode>> images =
                        new ArrayList<>(set.getValue().properties());
                for (Map.Entry<String, JsonNode> image : images) {
                    Picture high = pictures.read(index(pictures, image.getKey()))
                            .toRgb()
                            .cropToMultiple(scale);
                    image.getValue()
                            .properties()
                            .forEach(kind -> row(
                                    check,
                                    image.getKey() + " " + kind.getKey(),
                                    kind.getKey(),
                                    kind.getValue(),
                                    high,
                                    scale,
                                    resolver));
                }
            }
        });
    }

    private static void row(
            Check check,
            String what,
            String kind,
            JsonNode expected,
            Picture high,
            int scale,
            @org.jspecify.annotations.Nullable SuperResolver resolver) {
        boolean pillow = kind.endsWith("_pil");
        boolean bicubic = kind.startsWith("bicubic");
        if (!bicubic && resolver == null) {
            return;
        }
        Picture low =
                SrPairs.degrade(high, scale, pillow ? SrganConfig.Degradation.PILLOW : SrganConfig.Degradation.MATLAB);
        Picture result = !bicubic
                ? java.util.Objects.requireNonNull(resolver).upscale(low)
                : pillow
                        ? Resample.pillow(low, high.width(), high.height(), Resample.Filter.BICUBIC)
                        : Resample.matlab(low, (double) scale);
        Map<String, Double> figures = SrganEvaluation.figures(result, high, scale);
        int column = 0;
        for (Map.Entry<String, Double> figure : figures.entrySet()) {
            double tolerance = figure.getKey().startsWith("psnr") ? (bicubic ? BICUBIC_DB : NETWORK_DB) : SSIM;
            check.metric(
                    what + " " + figure.getKey(),
                    figure.getValue(),
                    expected.get(column++).asDouble(),
                    tolerance);
        }
    }
}
