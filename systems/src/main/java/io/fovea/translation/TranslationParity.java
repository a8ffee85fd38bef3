package io.fovea.translation;

import com.fasterxml.jackson.databind.JsonNode;
import io.fovea.data.PictureSet;
import io.fovea.gan.NetworkParity;
import io.fovea.image.Picture;
import io.fovea.image.Resample;
import io.fovea.nn.Layer;
import io.fovea.parity.Check;
import io.fovea.parity.Fill;
import io.fovea.parity.Fixture;
import io.fovea.parity.ParityCase;
import io.fovea.torch.Autograd;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import io.fovea.weights.WeightsFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Generators, import and preparation of pictures against the numbers of junyanz/pytorch-CycleGAN-and-pix2pix. */
public final class TranslationParity {
    private TranslationParity() {}

    public static List<ParityCase> cases() {
        return List.of(
                new ParityCase(
                        f -> f.subject().startsWith("unet_") || f.subject().startsWith("resnet_"),
                        TranslationParity::generator),
                new ParityCase(f -> f.subject().startsWith("real_image_"), TranslationParity::picture),
                new ParityCase(f -> f.subject().equals("import_files"), TranslationParity::files),
                new ParityCase(f -> f.subject().equals("preprocess"), TranslationParity::resampling),
                new ParityCase(f -> f.subject().equals("preprocess_sizes"), TranslationParity::sizes));
    }

    /** The fixture's generator; keys do not say whether a U-Net drops, the fixture does. */
    private static TranslationWeights.Loaded filled(Fixture fixture) {
        return withoutDropout(
                TranslationWeights.load(NetworkParity.filled(fixture, ""), TranslationWeights.Direction.A_TO_B));
    }

    /** The same weights in a U-Net that drops nothing; a ResNet as it is. */
    public static TranslationWeights.Loaded withoutDropout(TranslationWeights.Loaded loaded) {
        if (loaded.config().kind() == GeneratorConfig.Kind.RESNET) {
            return loaded;
        }
        GeneratorConfig config = loaded.config().withDropout(GeneratorConfig.DropoutPlace.NONE);
        Layer network = config.create();
        try (Layer old = loaded.network()) {
            network.load(old.state());
        }
        network.eval();
        return new TranslationWeights.Loaded(network, config, loaded.name(), loaded.layout(), loaded.card());
    }

    private static void generator(Fixture fixture, Check check) {
        TranslationWeights.Loaded loaded = filled(fixture);
        JsonNode config = fixture.config();
        check.relative(
                "inputs", loaded.config().inputs(), config.path("input_nc").asInt(), 0);
        check.relative(
                "outputs", loaded.config().outputs(), config.path("output_nc").asInt(), 0);
        try (Layer network = loaded.network()) {
            NetworkParity.compare(fixture, check, network, TranslationWeights.layout(loaded.config()));
        }
    }

    // ---- with files ----

    private static void picture(Fixture fixture, Check check) {
        Optional<Path> zip = check.data("emoji/noto64.zip");
        if (zip.isEmpty()) {
            return;
        }
        Fixture.Input input = fixture.inputs().get(0);
        int side = input.shape().get(2).intValue();
        try (PictureSet set = PictureSet.open(zip.get());
                Layer network = filled(fixture).network();
                Scope scope = Scope.open();
                Autograd.Guard off = Autograd.noGrad()) {
            Picture small = set.read(set.indexOf(input.name()));
            Picture picture = Resample.pillow(small, side, side, Resample.Filter.BICUBIC);
            Tensor x = Tensor.of(Encoding.signed(picture.toFloats()), 1, 3, side, side);
            check.output("input_tensor", x);
            Tensor y = network.apply(x);
            check.output("output", y);
            check.outputWithin("output_image", truncated(y.toFloats(), side * side), 1, side, side, 3);
        }
    }

    /** uint8((v + 1) / 2 x 255) as the reference writes pictures, interleaved. */
    private static double[] truncated(float[] chw, int pixels) {
        double[] hwc = new double[chw.length];
        for (int i = 0; i < chw.length; i++) {
            hwc[i % pixels * (chw.length / pixels) + i / pixels] = Encoding.truncated(chw[i]);
        }
        return hwc;
    }

    private static void files(Fixture fixture, Check check) {
        for (JsonNode each : fixture.config().path("files")) {
            String name = each.path("name").asText();
            Optional<Path> path = check.data("weights/translation_import/" + name);
            if (path.isEmpty()) {
                continue;
            }
            WeightsFile file = WeightsFile.open(path.get());
            boolean judges = name.startsWith("patchgan");
            Layer network = judges
                    ? TranslationWeights.discriminator(file).network()
                    : TranslationWeights.load(file, TranslationWeights.Direction.A_TO_B)
                            .network();
            String output = name.replaceAll("_(zip|legacy|old_module|compiled)\\.pth$", "")
                    + (name.startsWith("resnet") ? "" : "_eval");
            try (network;
                    Scope scope = Scope.open();
                    Autograd.Guard off = Autograd.noGrad()) {
                check.output(
                        output,
                        network.apply(
                                fixture.input(judges ? "input_AB" : "input").tensor()));
            }
        }
    }

    // ---- preparation ----

    private static void resampling(Fixture fixture, Check check) {
        for (JsonNode each : fixture.root().path("resize")) {
            int width = each.path("in_hw").path(1).asInt();
            int height = each.path("in_hw").path(0).asInt();
            Resample.Filter filter =
                    Resample.Filter.valueOf(each.path("filter").asText().toUpperCase(Locale.ROOT));
            Picture picture = Resample.pillow(
                    Fill.picture("image", width, height),
                    each.path("out_hw").path(1).asInt(),
                    each.path("out_hw").path(0).asInt(),
                    filter);
            byte[] samples = picture.bytes();
            String what = filter + " " + each.path("in_hw") + " to " + each.path("out_hw");
            check.metric(what + ", count", samples.length, each.path("values").size(), 0);
            for (int i = 0; i < samples.length; i++) {
                check.metric(
                        what + " " + i,
                        samples[i] & 0xff,
                        each.path("values").path(i).asDouble(),
                        0);
            }
        }
        JsonNode values = fixture.root().path("to_image");
        for (int i = 0; i < values.path("inputs").size(); i++) {
            float v = (float) values.path("inputs").get(i).asDouble();
            check.metric(
                    "to_image " + v,
                    Encoding.truncated(v),
                    values.path("outputs").get(i).asDouble(),
                    0);
        }
    }

    private static void sizes(Fixture fixture, Check check) {
        for (JsonNode each : fixture.root().path("cases")) {
            Preparation preparation = new Preparation(
                    Preparation.Kind.valueOf(each.path("preprocess").asText().toUpperCase(Locale.ROOT)),
                    each.path("load_size").asInt(),
                    each.path("crop_size").asInt(),
                    false);
            int width = each.path("in_wh").path(0).asInt();
            int height = each.path("in_wh").path(1).asInt();
            String what = each.path("preprocess").asText() + " of " + width + "x" + height;
            Preparation.Size size = preparation.size(width, height);
            check.metric(
                    what + ", width", size.width(), each.path("out_wh").path(0).asDouble(), 0);
            check.metric(
                    what + ", height",
                    size.height(),
                    each.path("out_wh").path(1).asDouble(),
                    0);
            if (preparation.fits(width, height)) { // the reference fills smaller pictures with black
                Picture made = preparation.apply(
                        Fill.picture("image", width, height),
                        preparation.middle(width, height),
                        Resample.Filter.BICUBIC);
                check.metric(what + ", made width", made.width(), size.width(), 0);
                check.metric(what + ", made height", made.height(), size.height(), 0);
            }
        }
    }
}
