package io.fovea.srgan;

import com.fasterxml.jackson.databind.JsonNode;
import io.fovea.FoveaException;
import io.fovea.Json;
import io.fovea.nn.Layer;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import io.fovea.train.RunFolder;
import io.fovea.train.Saved;
import io.fovea.weights.Card;
import io.fovea.weights.KeyMap;
import io.fovea.weights.StoredTensor;
import io.fovea.weights.WeightsFile;
import io.fovea.weights.WeightsFormat;
import io.fovea.weights.Zoo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Which weights fit SRGAN's networks: Fovea's own files, checkpoints of a run, and the public layouts, as data. */
public final class SrganWeights {
    /** System's name in files. */
    public static final String SYSTEM = "srgan";

    /** Where public files keep the tensors, best first. */
    private static final String[] ROOTS = {"params_ema", "params", "state_dict", "model"};

    private static final String JUDGES = "It judges pictures, it does not enlarge them.";

    private static final String LEFTTHOMAS = """
            {*}.num_batches_tracked -> nothing
            block1.0.{p}            -> head.{p}
            block1.1.weight         -> headAct.weight
            block7.0.{p}            -> trunk.{p}
            block7.1.{p}            -> trunkEnd.{p}
            block8.%1$d.{p}         -> tail.{p}
            block8.{n}.conv.{p}     -> up.{n}.conv.{p}
            block8.{n}.prelu.weight -> up.{n}.act.weight
            block{n}.prelu.weight   -> body.{n-2}.act.weight
            block{n}.conv1.{p}      -> body.{n-2}.conv1.{p}
            block{n}.conv2.{p}      -> body.{n-2}.conv2.{p}
            block{n}.bn1.{p}        -> body.{n-2}.norm1.{p}
            block{n}.bn2.{p}        -> body.{n-2}.norm2.{p}
            """;

    private static final String MSRRESNET = """
            conv_first.{p}     -> first.{p}
            body.{n}.conv1.{p} -> body.{n}.conv1.{p}
            body.{n}.conv2.{p} -> body.{n}.conv2.{p}
            upconv{n}.{p}      -> up.{n-1}.conv.{p}
            conv_hr.{p}        -> hr.{p}
            conv_last.{p}      -> last.{p}
            """;

    private static final String MMSR = """
            conv_first.{p}            -> first.{p}
            recon_trunk.{n}.conv1.{p} -> body.{n}.conv1.{p}
            recon_trunk.{n}.conv2.{p} -> body.{n}.conv2.{p}
            upconv{n}.{p}             -> up.{n-1}.conv.{p}
            HRconv.{p}                -> hr.{p}
            conv_last.{p}             -> last.{p}
            """;

    /** A public layout and the network that its keys and shapes describe. */
    private record Layout(KeyMap keys, Function<Map<String, StoredTensor>, GeneratorConfig> config) {}

    private static final List<Layout> LAYOUTS = layouts();

    private static final KeyMap POOLED_DISCRIMINATOR = KeyMap.of(
            "leftthomas Discriminator", List.of("net.0.weight [*,3,3,3]", "net.24.weight", "net.26.weight"), """
            {*}.num_batches_tracked -> nothing
            net.0.{p}               -> conv1.{p}
            net.24.{p}              -> dense1.{p}
            net.26.{p}              -> dense2.{p}
            net.{3*n+2}.{p}         -> conv{n+2}.{p}
            net.{3*n+3}.{p}         -> bn{n+2}.{p}
            """);

    private static final KeyMap VGG_DISCRIMINATOR = KeyMap.of(
            "BasicSR VGGStyleDiscriminator", List.of("conv0_0.weight", "bn0_1.weight", "linear1.weight"), """
            {*}.num_batches_tracked -> nothing
            {*}                     -> {*}
            """);

    private SrganWeights() {}

    private static List<Layout> layouts() {
        List<Layout> all = new ArrayList<>();
        for (int scale : new int[] {2, 4, 8}) {
            int stages = Integer.numberOfTrailingZeros(scale);
            List<String> signs = List.of(
                    "block1.0.weight [64,3,9,9]", "block2.conv1.weight", "block8." + stages + ".weight [3,64,9,9]");
            for (GeneratorConfig.TrunkEnd end :
                    List.of(GeneratorConfig.TrunkEnd.NORM, GeneratorConfig.TrunkEnd.PRELU)) {
                boolean norm = end == GeneratorConfig.TrunkEnd.NORM;
                List<String> own = new ArrayList<>(signs);
                own.add(norm ? "block7.1.running_mean" : "!block7.1.running_mean");
                all.add(new Layout(
                        KeyMap.of(
                                "leftthomas Generator x" + scale + (norm ? "" : " of January 2018"),
                                own,
                                LEFTTHOMAS.formatted(stages)),
                        t -> GeneratorConfig.leftthomas(scale, end)));
            }
        }
        all.add(new Layout(
                KeyMap.of(
                        "BasicSR MSRResNet",
                        List.of("conv_first.weight", "body.0.conv1.weight", "upconv1.weight", "conv_hr.weight"),
                        MSRRESNET),
                t -> msrresnet(t, "body.")));
        all.add(new Layout(
                KeyMap.of(
                        "mmsr MSRResNet",
                        List.of("conv_first.weight", "recon_trunk.0.conv1.weight", "HRconv.weight"),
                        MMSR),
                t -> msrresnet(t, "recon_trunk.")));
        all.add(refused("leftthomas Discriminator", JUDGES, "net.0.weight [*,3,3,3]", "net.24.weight"));
        all.add(refused("BasicSR VGGStyleDiscriminator", JUDGES, "conv0_0.weight", "bn0_1.weight", "linear1.weight"));
        all.add(refused(
                "RRDBNet (ESRGAN, Real-ESRGAN)",
                "That is another network than SRGAN's.",
                "conv_first.weight",
                "body.0.rdb1.conv1.weight"));
        all.add(refused(
                "RRDBNet (old ESRGAN)",
                "That is another network than SRGAN's.",
                "conv_first.weight",
                "RRDB_trunk.0.RDB1.conv1.weight"));
        all.add(refused(
                "KAIR MSRResNet0 or an old BasicSR SRResNet",
                "Its versions differ under the same names; convert it to BasicSR's present names first.",
                "model.0.weight",
                "model.1.sub.0.res.0.weight"));
        all.add(refused(
                "twtygqyy/pytorch-SRResNet",
                "It computes in instance norm under names of its own, which are not imported.",
                "conv_input.weight [64,3,9,9]",
                "residual.0.conv1.weight"));
        all.add(refused(
                "a VGG, AlexNet or SqueezeNet",
                "It is a backbone that losses and LPIPS stand on, it does not enlarge pictures.",
                "features.0.weight"));
        all.add(refused(
                "LPIPS's linear part",
                "It belongs to a measure, it does not enlarge pictures.",
                "lin0.model.1.weight"));
        return all;
    }

    private static Layout refused(String name, String why, String... signs) {
        return new Layout(KeyMap.refused(name, List.of(signs), why), t -> GeneratorConfig.paper(4));
    }

    private static GeneratorConfig msrresnet(Map<String, StoredTensor> tensors, String body) {
        StoredTensor first = java.util.Objects.requireNonNull(tensors.get("conv_first.weight"));
        int channels = (int) first.shape()[0];
        int blocks = (int) tensors.keySet().stream()
                .filter(k -> k.startsWith(body) && k.endsWith("conv1.weight"))
                .count();
        StoredTensor up = tensors.get("upconv1.weight");
        int factor = up == null ? 2 : (int) Math.round(Math.sqrt(up.shape()[0] / (double) channels));
        return GeneratorConfig.msrresnet(tensors.containsKey("upconv2.weight") ? 4 : factor, blocks, channels);
    }

    /** A generator with its weights in evaluation mode, and what is known of where they come from. */
    public record Loaded(
            Layer generator,
            GeneratorConfig config,
            String name,
            String layout,
            @Nullable Card card) {}

    /**
     * Loads a generator by zoo name, file (Fovea's, a checkpoint of a run, or a public layout) or run folder.
     *
     * @throws FoveaException saying what the file is, if it is none of these
     */
    public static Loaded load(String nameOrPath) {
        return load(Zoo.ofClassPath().find(RunFolder.weightsIn(nameOrPath), ROOTS));
    }

    static Loaded load(WeightsFile file) {
        if (file.config().isPresent()) {
            return own(file);
        }
        KeyMap keys = KeyMap.recognise(LAYOUTS.stream().map(Layout::keys).toList(), file);
        Layout layout =
                LAYOUTS.stream().filter(l -> l.keys() == keys).findFirst().orElseThrow();
        GeneratorConfig config = layout.config().apply(file.tensors());
        Layer generator = GeneratorInit.create(config);
        keys.load(file, generator);
        generator.eval();
        return new Loaded(generator, config, file.name(), keys.name(), null);
    }

    private static Loaded own(WeightsFile file) {
        String system = file.system().orElse("");
        if (!system.equals(SYSTEM)) {
            throw new FoveaException(file.name() + " holds weights of " + system + "; weights of srgan were expected.");
        }
        JsonNode tree = Json.tree(file.config().orElseThrow(), file.name());
        if (isDiscriminator(tree)) {
            throw new FoveaException(file.name() + " holds a discriminator. " + JUDGES);
        }
        boolean checkpoint = tree.has("generator");
        GeneratorConfig config = checkpoint
                ? Json.read(tree, SrganConfig.class, file.name()).generator()
                : Json.read(tree, GeneratorConfig.class, file.name());
        Layer generator = GeneratorInit.create(config);
        Map<String, StoredTensor> tensors = file.tensors();
        if (checkpoint) {
            String part = tensors.keySet().stream().anyMatch(k -> k.startsWith("ema.")) ? "ema" : "generator";
            tensors = Saved.part(tensors, part);
        }
        StoredTensor.load(tensors, generator);
        generator.eval();
        return new Loaded(generator, config, file.name(), "Fovea", file.card().orElse(null));
    }

    /** A discriminator with its weights, in evaluation mode. */
    public record LoadedDiscriminator(Layer network, DiscriminatorConfig config, String name, String layout) {}

    /** Loads a discriminator from Fovea's own file or a public layout; empty if the weights are not those of one. */
    public static Optional<LoadedDiscriminator> discriminator(String nameOrPath) {
        WeightsFile file = Zoo.ofClassPath().find(RunFolder.weightsIn(nameOrPath), ROOTS);
        boolean own = file.config().isPresent();
        boolean judges = own
                ? isDiscriminator(Json.tree(file.config().orElseThrow(), file.name()))
                : POOLED_DISCRIMINATOR.matches(file.tensors()) || VGG_DISCRIMINATOR.matches(file.tensors());
        return judges ? Optional.of(loadDiscriminator(file)) : Optional.empty();
    }

    private static boolean isDiscriminator(JsonNode config) {
        return config.has("size") && !config.has("scale");
    }

    static LoadedDiscriminator loadDiscriminator(WeightsFile file) {
        if (file.config().isPresent()) {
            DiscriminatorConfig config =
                    Json.read(Json.tree(file.config().get(), file.name()), DiscriminatorConfig.class, file.name());
            Layer network = SrganDiscriminator.create(config);
            StoredTensor.load(file.tensors(), network);
            network.eval();
            return new LoadedDiscriminator(network, config, file.name(), "Fovea");
        }
        KeyMap keys = KeyMap.recognise(List.of(POOLED_DISCRIMINATOR, VGG_DISCRIMINATOR), file);
        boolean pooled = keys == POOLED_DISCRIMINATOR;
        int channels =
                (int) java.util.Objects.requireNonNull(file.tensors().get(pooled ? "net.0.weight" : "conv0_0.weight"))
                        .shape()[0];
        int size = file.tensors().containsKey("conv5_1.weight") ? 256 : 128;
        DiscriminatorConfig config = new DiscriminatorConfig(
                pooled ? DiscriminatorConfig.Kind.POOLED : DiscriminatorConfig.Kind.VGG, size, channels);
        Layer network = SrganDiscriminator.create(config);
        keys.load(file, network);
        network.eval();
        return new LoadedDiscriminator(network, config, file.name(), keys.name());
    }

    /** Writes a generator as one safetensors file that holds its configuration and, if given, its card. */
    public static void save(Layer generator, GeneratorConfig config, @Nullable Card card, Path path) {
        WeightsFile.save(generator.state(), WeightsFormat.metadata(SYSTEM, Json.writeLine(config), card), path);
    }

    /** Writes a discriminator as one safetensors file that holds its configuration. */
    public static void save(Layer discriminator, DiscriminatorConfig config, Path path) {
        WeightsFile.save(discriminator.state(), WeightsFormat.metadata(SYSTEM, Json.writeLine(config), null), path);
    }

    /** A generator's tensors under the names of the public layout that its network comes from. */
    static Map<String, StoredTensor> publicNames(Layer generator, GeneratorConfig config) {
        return publicNames(generator.state(), config);
    }

    /** As above, of some of its tensors, or of their gradients. */
    static Map<String, StoredTensor> publicNames(Map<String, Tensor> tensors, GeneratorConfig config) {
        String wanted = config.kind() == GeneratorConfig.Kind.MSRRESNET
                ? "BasicSR MSRResNet"
                : "leftthomas Generator x" + config.scale()
                        + (config.trunkEnd() == GeneratorConfig.TrunkEnd.PRELU ? " of January 2018" : "");
        return LAYOUTS.stream()
                .map(Layout::keys)
                .filter(keys -> keys.name().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new FoveaException(
                        "No public layout is known for a x" + config.scale() + " SRResNet; export it in Fovea's own."))
                .export(StoredTensor.of(tensors));
    }

    /** A discriminator's tensors under the names of the public layout that its network comes from. */
    static Map<String, StoredTensor> publicNames(Layer discriminator, DiscriminatorConfig config) {
        return publicNames(discriminator.state(), config);
    }

    static Map<String, StoredTensor> publicNames(Map<String, Tensor> tensors, DiscriminatorConfig config) {
        return (config.kind() == DiscriminatorConfig.Kind.VGG ? VGG_DISCRIMINATOR : POOLED_DISCRIMINATOR)
                .export(StoredTensor.of(tensors));
    }

    /** Writes a generator under a public layout's names, for use outside of Fovea. */
    public static void export(Layer generator, GeneratorConfig config, Path path) {
        export(publicNames(generator, config), path);
    }

    /** Writes a discriminator under a public layout's names, for use outside of Fovea. */
    public static void export(Layer discriminator, DiscriminatorConfig config, Path path) {
        export(publicNames(discriminator, config), path);
    }

    private static void export(Map<String, StoredTensor> named, Path path) {
        Map<String, Tensor> values = new LinkedHashMap<>();
        try (Scope scope = Scope.open()) {
            named.forEach((name, t) -> values.put(name, t.toTensor()));
            WeightsFile.save(values, Map.of("format", "pt"), path);
        }
    }
}
