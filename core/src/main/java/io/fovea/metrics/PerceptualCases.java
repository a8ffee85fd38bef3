package io.fovea.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import io.fovea.FoveaException;
import io.fovea.image.Picture;
import io.fovea.parity.Check;
import io.fovea.parity.Fill;
import io.fovea.parity.Fixture;
import io.fovea.parity.ParityCase;
import io.fovea.parity.SrSets;
import io.fovea.torch.F;
import io.fovea.torch.Tensor;
import io.fovea.weights.StoredTensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** LPIPS and VGG features. */
final class PerceptualCases {
    /** Summands far below 1 must be right as well: relative, beside the absolute tolerance of the sum. */
    private static final double LAYERS = 1e-3;

    private static final Pattern SLICE =
            Pattern.compile("(\\w+) slice (\\d+) features of (\\w+)\\[(\\d+):(\\d+),(\\d+):(\\d+)]");
    private static final Pattern STAGED_LAYER = Pattern.compile("(vgg16|vgg19n) (\\w+\\d) of (\\w+).*");
    private static final Pattern FILLED_LAYER = Pattern.compile("filled (vgg16|vgg19) (\\w+\\d)");
    private static final Pattern FILLED_INPUT = Pattern.compile("input (\\w+) \\[([\\d, ]+)]");
    private static final Pattern VGG_LOSS = Pattern.compile("(vgg16|vgg19n) (\\w+\\d) (MSE|L1)\\b.*");

    private PerceptualCases() {}

    static List<ParityCase> all() {
        return List.of(
                new ParityCase(f -> f.subject().startsWith("LPIPS v0.1"), PerceptualCases::lpips),
                new ParityCase(f -> f.subject().startsWith("LPIPS architecture"), PerceptualCases::filledLpips),
                new ParityCase(f -> f.subject().startsWith("VGG features"), PerceptualCases::vgg));
    }

    static Tensor tensor(Picture picture) {
        return Tensor.of(picture.toFloats(), 1, 3, picture.height(), picture.width());
    }

    private static FoveaException unknown(String name) {
        return new FoveaException("\"" + name + "\" is of no known kind.");
    }

    // ---- LPIPS ----

    private static void lpips(Fixture fixture, Check check) {
        try (StagedNets nets = new StagedNets(check)) {
            for (JsonNode row : fixture.root().path("pairs")) {
                pair(row, nets, check);
            }
            for (Fixture.Expected expected : fixture.outputs()) {
                slice(expected.name(), nets, check);
            }
        }
    }

    private static void pair(JsonNode row, StagedNets nets, Check check) {
        String net = row.path("net").asText();
        String text = row.path("pair").asText();
        Optional<Lpips> lpips = nets.lpips(StagedNets.net(net));
        Optional<PicturePair> pair = PicturePair.of(text, 64, 64, check);
        if (lpips.isPresent() && pair.isPresent()) {
            List<Double> layers =
                    lpips.get().perLayer(pair.get().a(), pair.get().b());
            double sum = layers.stream().mapToDouble(Double::doubleValue).sum();
            distances(net + ", " + text, new double[] {sum}, row.path("lpips"), false, check);
            double[] parts = layers.stream().mapToDouble(Double::doubleValue).toArray();
            distances(net + ", " + text + ", layer", parts, row.path("per_layer"), true, check);
        }
    }

    private static void distances(String name, double[] actual, JsonNode expected, boolean relative, Check check) {
        if (expected.isArray() && expected.size() != actual.length) {
            throw new FoveaException(name + ": " + actual.length + " values, expected are " + expected.size() + ".");
        }
        for (int i = 0; i < actual.length; i++) {
            double wanted = (expected.isArray() ? expected.path(i) : expected).asDouble(Double.NaN);
            if (relative) {
                check.relative(name + " " + i, actual[i], wanted, LAYERS);
            } else {
                check.metric(name + " " + i, actual[i], wanted);
            }
        }
    }

    private static void slice(String name, StagedNets nets, Check check) {
        Matcher m = SLICE.matcher(name);
        if (!m.matches()) {
            throw unknown(name);
        }
        Optional<Lpips> lpips = nets.lpips(StagedNets.net(m.group(1)));
        Optional<Picture> picture = SrSets.picture(check, "Set5/" + m.group(3));
        if (lpips.isPresent() && picture.isPresent()) {
            int top = Integer.parseInt(m.group(4));
            int left = Integer.parseInt(m.group(6));
            int height = Integer.parseInt(m.group(5)) - top;
            int width = Integer.parseInt(m.group(7)) - left;
            Picture part = picture.get().crop(left, top, width, height);
            List<Tensor> features = lpips.get().features(tensor(part), Lpips.Range.UNIT);
            check.output(name, features.get(Integer.parseInt(m.group(2)) - 1));
        }
    }

    private static void filledLpips(Fixture fixture, Check check) {
        Tensor a = fixture.input("a").tensor();
        Tensor b = fixture.input("b").tensor();
        for (JsonNode row : fixture.root().path("cases")) {
            String net = row.path("net").asText();
            Map<String, StoredTensor> module = new LinkedHashMap<>();
            for (Fixture.Key key : Fixture.keys(row.path("keys"))) {
                module.put(key.name(), StoredTensor.of(filled(key)));
            }
            try (Lpips lpips = Lpips.of(StagedNets.net(net), "the filled LPIPS " + net, module)) {
                Lpips.Distance d = lpips.distance(a, b, Lpips.Range.SIGNED);
                distances(net + ", pair", d.total().toDoubles(), row.path("lpips"), false, check);
                for (int l = 0; l < d.layers().size(); l++) {
                    double[] layer = d.layers().get(l).toDoubles();
                    distances(
                            net + ", layer " + l + ", pair",
                            layer,
                            row.path("per_layer").path(l),
                            true,
                            check);
                }
            }
        }
    }

    /** The trunk by its rule, the linear layers |2u|; {@code lins.K} is the same tensor as {@code linK}. */
    private static Tensor filled(Fixture.Key key) {
        long[] shape = key.shape().stream().mapToLong(Long::longValue).toArray();
        String name = key.name().replaceFirst("^lins\\.(\\d+)\\.", "lin$1.");
        return name.startsWith("lin") ? F.abs(Fill.signed(name, shape)) : Tensor.of(Fill.trunk(name, shape), shape);
    }

    // ---- VGG ----

    private static void vgg(Fixture fixture, Check check) {
        filledLayers(fixture, check);
        try (StagedNets nets = new StagedNets(check)) {
            for (Fixture.Expected expected : fixture.outputs()) {
                Matcher m = STAGED_LAYER.matcher(expected.name());
                if (m.matches()) {
                    Optional<VggFeatures> vgg = nets.vgg(m.group(1));
                    Optional<Picture> picture = SrSets.picture(check, "Set5/" + m.group(3));
                    if (vgg.isPresent() && picture.isPresent()) {
                        check.output(expected.name(), vgg.get().apply(tensor(picture.get()), m.group(2)));
                    }
                }
            }
            for (String name : fixture.losses().keySet()) {
                Matcher m = VGG_LOSS.matcher(name);
                if (!m.matches()) {
                    throw unknown(name);
                }
                Optional<VggFeatures> vgg = nets.vgg(m.group(1));
                Optional<PicturePair> pair =
                        PicturePair.of(fixture.config().path("pair").asText(), 0, 0, check);
                if (vgg.isPresent() && pair.isPresent()) {
                    Tensor a = vgg.get().apply(tensor(pair.get().a()), m.group(2));
                    Tensor b = vgg.get().apply(tensor(pair.get().b()), m.group(2));
                    check.loss(name, (m.group(3).equals("L1") ? F.l1(a, b) : F.mse(a, b)).item());
                }
            }
        }
    }

    private static void filledLayers(Fixture fixture, Check check) {
        for (String net : List.of("vgg16", "vgg19")) {
            List<String> layers = fixture.outputs().stream()
                    .map(o -> FILLED_LAYER.matcher(o.name()))
                    .filter(m -> m.matches() && m.group(1).equals(net))
                    .map(m -> m.group(2))
                    .toList();
            if (!layers.isEmpty()) {
                try (VggFeatures vgg = filledVgg(net.equals("vgg19"))) {
                    vgg.apply(filledInput(fixture), layers)
                            .forEach((layer, t) -> check.output("filled " + net + " " + layer, t));
                }
            }
        }
    }

    private static Tensor filledInput(Fixture fixture) {
        Matcher m = FILLED_INPUT.matcher(fixture.root().path("fill").asText());
        if (!m.find()) {
            throw unknown(fixture.root().path("fill").asText());
        }
        String[] sizes = Objects.requireNonNull(m.group(2)).replace(" ", "").split(",", -1);
        return Fill.unit(
                Objects.requireNonNull(m.group(1)),
                Arrays.stream(sizes).mapToLong(Long::parseLong).toArray());
    }

    private static VggFeatures filledVgg(boolean nineteen) {
        Map<String, StoredTensor> weights = new LinkedHashMap<>();
        try (Trunk shapes = nineteen ? Trunk.vgg19("pool5") : Trunk.vgg16("pool5")) {
            shapes.state()
                    .forEach((key, t) ->
                            weights.put(key, StoredTensor.of(Tensor.of(Fill.trunk(key, t.shape()), t.shape()))));
        }
        return VggFeatures.of(BackboneFile.of("the filled VGG", weights), "pool5", VggFeatures.Input.NORMALISED);
    }
}
