package io.fovea.translation;

import com.fasterxml.jackson.databind.JsonNode;
import io.fovea.FoveaException;
import io.fovea.Json;
import io.fovea.gan.Norm;
import io.fovea.gan.PatchGan;
import io.fovea.gan.PatchGanConfig;
import io.fovea.gan.WeightInit;
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
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which files hold generators and discriminators: Fovea's own, checkpoints of a run, and those of junyanz/pytorch-CycleGAN-and-pix2pix, whose architecture, depth, width, norm
 * and dropout follow from keys and shapes.
 */
public final class TranslationWeights {
    /** Systems in whose files generators of these kinds are. */
    public static final Set<String> SYSTEMS = Set.of("pix2pix", "cyclegan");

    /** Where public files keep the tensors, best first. */
    private static final String[] ROOTS = {"state_dict", "params", "model"};

    private static final int SHOWN = 4;

    private TranslationWeights() {}

    /**
     * A generator with its weights, in evaluation mode.
     *
     * @param layout what the file was taken for, with what it was recognised by
     * @param card of shipped weights
     */
    public record Loaded(
            Layer network,
            GeneratorConfig config,
            String name,
            String layout,
            @Nullable Card card) {}

    /** Which generator of a file with two is meant. */
    public enum Direction {
        A_TO_B,
        B_TO_A;

        /** Its name in checkpoints of a run with both directions. */
        public String part() {
            return this == A_TO_B ? "generatorAB" : "generatorBA";
        }
    }

    // ---- generators ----

    /**
     * Loads a generator by zoo name, file (Fovea's, a checkpoint of a run, or a public one) or run folder.
     *
     * @throws FoveaException saying what the file is, if it is none of these
     */
    public static Loaded load(String nameOrPath, Direction direction) {
        return load(open(nameOrPath), direction);
    }

    private static WeightsFile open(String nameOrPath) {
        return Zoo.ofClassPath().find(RunFolder.weightsIn(nameOrPath), ROOTS);
    }

    /** As above, from an open file. */
    public static Loaded load(WeightsFile file, Direction direction) {
        return file.config().isPresent() ? own(file, direction) : foreign(file);
    }

    private static Loaded own(WeightsFile file, Direction direction) {
        JsonNode tree = ownConfig(file);
        if (isDiscriminator(tree)) {
            throw judges(file);
        }
        Map<String, StoredTensor> tensors = file.tensors();
        GeneratorConfig config;
        if (tree.has("generator")) {
            config = Json.read(tree.get("generator"), GeneratorConfig.class, file.name());
            boolean two = tensors.keySet().stream().anyMatch(k -> k.startsWith(direction.part() + "."));
            config = two && direction == Direction.B_TO_A ? config.reversed() : config;
            tensors = Saved.part(tensors, two ? direction.part() : "generator");
        } else {
            config = Json.read(tree, GeneratorConfig.class, file.name());
        }
        Layer network = config.create();
        StoredTensor.load(tensors, network);
        network.eval();
        return new Loaded(network, config, file.name(), "Fovea", file.card().orElse(null));
    }

    private static JsonNode ownConfig(WeightsFile file) {
        String system = file.system().orElse("");
        if (!SYSTEMS.contains(system)) {
            throw new FoveaException(
                    file.name() + " holds weights of " + system + "; weights of pix2pix or cyclegan were expected.");
        }
        return Json.tree(file.config().orElseThrow(), file.name());
    }

    private static Loaded foreign(WeightsFile file) {
        Map<String, StoredTensor> tensors = file.tensors();
        boolean unet = dimensions(tensors, "model.model.0.weight") == 4;
        boolean resnet = kernel(tensors, "model.1.weight") == 7;
        if (!unet && !resnet) {
            if (PatchGan.isPublic(tensors)) {
                throw judges(file);
            }
            throw unknown(file);
        }
        GeneratorConfig config = unet ? unet(tensors, file) : resnet(tensors, file);
        Layer network = config.create();
        KeyMap keys = layout(config);
        keys.load(file, network);
        network.eval();
        return new Loaded(network, config, file.name(), keys.name() + found(file, config.norm()), null);
    }

    private static String found(WeightsFile file, Norm norm) {
        boolean dropped =
                norm != Norm.BATCH && file.tensors().keySet().stream().anyMatch(k -> k.endsWith("running_mean"));
        String wrapper =
                file.wrapper().isEmpty() ? "" : "; the prefix " + file.wrapper() + " of its names was left out";
        return (dropped ? "; the statistics that old files keep of instance norms were left out" : "") + wrapper;
    }

    private static FoveaException judges(WeightsFile file) {
        return new FoveaException(
                file.name() + " holds a discriminator. It judges pictures, it does not translate them.");
    }

    private static FoveaException unknown(WeightsFile file) {
        List<String> held = new ArrayList<>();
        file.tensors().forEach((name, t) -> held.add(name + " " + java.util.Arrays.toString(t.shape())));
        return new FoveaException(file.name() + " holds no generator of pix2pix or CycleGAN (a U-Net begins with"
                + " model.model.0.weight, a ResNet with model.1.weight of 7 x 7). It holds ("
                + held.size() + "): " + String.join(", ", held.subList(0, Math.min(SHOWN, held.size())))
                + (held.size() > SHOWN ? ", ..." : "") + ".");
    }

    private static int dimensions(Map<String, StoredTensor> tensors, String key) {
        StoredTensor t = tensors.get(key);
        return t == null ? 0 : t.shape().length;
    }

    private static long kernel(Map<String, StoredTensor> tensors, String key) {
        return dimensions(tensors, key) == 4
                ? Objects.requireNonNull(tensors.get(key)).shape()[3]
                : 0;
    }

    private static long[] shape(WeightsFile file, String key) {
        StoredTensor t = file.tensors().get(key);
        if (t == null || t.shape().length != 4) {
            throw new FoveaException(file.name() + " looks like a generator, but has no convolution " + key + ".");
        }
        return t.shape();
    }

    private static GeneratorConfig unet(Map<String, StoredTensor> tensors, WeightsFile file) {
        long convolutions =
                tensors.values().stream().filter(t -> t.shape().length == 4).count();
        long[] first = shape(file, "model.model.0.weight");
        long[] last = shape(file, "model.model.3.weight");
        Norm norm = Norm.of(tensors, tensors.containsKey("model.model.0.bias"));
        return new GeneratorConfig(
                GeneratorConfig.Kind.UNET,
                (int) convolutions / 2,
                (int) first[0],
                (int) first[1],
                (int) last[1],
                norm,
                norm == Norm.BATCH ? GeneratorConfig.DropoutPlace.CODE : GeneratorConfig.DropoutPlace.NONE,
                GeneratorConfig.Upsampling.TRANSPOSED,
                GeneratorConfig.Statistics.PICTURE,
                WeightInit.PUBLISHED);
    }

    private static GeneratorConfig resnet(Map<String, StoredTensor> tensors, WeightsFile file) {
        int blocks = (int) tensors.keySet().stream()
                .filter(k -> k.matches("model\\.\\d+\\.conv_block\\.1\\.weight"))
                .count();
        boolean dropout = dimensions(tensors, "model.10.conv_block.6.weight") == 4;
        long[] first = shape(file, "model.1.weight");
        long[] last = shape(file, "model." + (17 + blocks) + ".weight");
        return new GeneratorConfig(
                GeneratorConfig.Kind.RESNET,
                blocks,
                (int) first[0],
                (int) first[1],
                (int) last[0],
                Norm.of(tensors, tensors.containsKey("model.1.bias")),
                dropout ? GeneratorConfig.DropoutPlace.CODE : GeneratorConfig.DropoutPlace.NONE,
                GeneratorConfig.Upsampling.TRANSPOSED,
                GeneratorConfig.Statistics.PICTURE,
                WeightInit.PUBLISHED);
    }

    // ---- public names ----

    /**
     * A generator's names in junyanz/pytorch-CycleGAN-and-pix2pix.
     *
     * @throws FoveaException if it has no network of that kind
     */
    public static KeyMap layout(GeneratorConfig config) {
        boolean resized = config.upsampling() == GeneratorConfig.Upsampling.RESIZE;
        if (config.kind() == GeneratorConfig.Kind.ENCODER_DECODER || resized) {
            throw new FoveaException("No public layout is known for a generator "
                    + (resized ? "with resize-convolutions" : "without skips") + "; export it in Fovea's own.");
        }
        boolean unet = config.kind() == GeneratorConfig.Kind.UNET;
        String drops = config.dropout() == GeneratorConfig.DropoutPlace.NONE || unet ? "" : ", dropout";
        String name = "junyanz "
                + (unet
                        ? "UnetGenerator, " + config.depth() + " halvings, "
                        : "ResnetGenerator, " + config.depth() + " blocks, ")
                + config.norm().words() + drops;
        return KeyMap.of(
                name,
                List.of(unet ? "model.model.0.weight" : "model.1.weight"),
                config.norm().leftOut() + (unet ? unetRules(config.depth()) : resnetRules(config)));
    }

    /** U-Nets are nested there: each level holds its layer down, the next level, and its layer up. */
    private static String unetRules(int n) {
        StringBuilder rules = new StringBuilder();
        String level = "model.model.";
        rule(rules, level + 0, "down1.conv");
        rule(rules, level + 3, "up" + n + ".conv");
        level += "1.model.";
        for (int i = 2; i < n; i++, level += "3.model.") {
            rule(rules, level + 1, "down" + i + ".conv");
            rule(rules, level + 2, "down" + i + ".norm");
            rule(rules, level + 5, "up" + (n - i + 1) + ".conv");
            rule(rules, level + 6, "up" + (n - i + 1) + ".norm");
        }
        rule(rules, level + 1, "down" + n + ".conv");
        rule(rules, level + 3, "up1.conv");
        rule(rules, level + 4, "up1.norm");
        return rules.toString();
    }

    private static void rule(StringBuilder rules, String theirs, String ours) {
        rules.append(theirs).append(".{p} -> ").append(ours).append(".{p}\n");
    }

    private static String resnetRules(GeneratorConfig config) {
        int shift = config.dropout() == GeneratorConfig.DropoutPlace.NONE ? 0 : 1; // the dropout layer takes a number
        int after = 10 + config.depth();
        return """
                model.1.{p} -> first.conv.{p}
                model.2.{p} -> first.norm.{p}
                model.4.{p} -> down1.conv.{p}
                model.5.{p} -> down1.norm.{p}
                model.7.{p} -> down2.conv.{p}
                model.8.{p} -> down2.norm.{p}
                model.{n+10}.conv_block.1.{p}  -> blocks.{n}.conv1.{p}
                model.{n+10}.conv_block.2.{p}  -> blocks.{n}.norm1.{p}
                model.{n+10}.conv_block.%d.{p} -> blocks.{n}.conv2.{p}
                model.{n+10}.conv_block.%d.{p} -> blocks.{n}.norm2.{p}
                model.%d.{p} -> up1.conv.{p}
                model.%d.{p} -> up1.norm.{p}
                model.%d.{p} -> up2.conv.{p}
                model.%d.{p} -> up2.norm.{p}
                model.%d.{p} -> last.conv.{p}
                """.formatted(5 + shift, 6 + shift, after, after + 1, after + 3, after + 4, after + 7);
    }

    // ---- discriminators ----

    /** Whether a file holds a discriminator. */
    public static boolean holdsDiscriminator(WeightsFile file) {
        return file.config().isPresent() ? isDiscriminator(ownConfig(file)) : PatchGan.isPublic(file.tensors());
    }

    private static boolean isDiscriminator(JsonNode config) {
        return config.has("layers");
    }

    /**
     * Loads a discriminator from Fovea's own file or a public one.
     *
     * @throws FoveaException if the file holds none
     */
    public static PatchGan.Loaded discriminator(WeightsFile file) {
        if (!holdsDiscriminator(file)) {
            throw new FoveaException(file.name() + " holds no discriminator of pix2pix or CycleGAN.");
        }
        if (file.config().isEmpty()) {
            return PatchGan.load(file);
        }
        PatchGanConfig config = Json.read(ownConfig(file), PatchGanConfig.class, file.name());
        int inputs = (int) shape(file, "conv1.weight")[1];
        var network = PatchGan.create(config, inputs);
        StoredTensor.load(file.tensors(), network);
        network.eval();
        return new PatchGan.Loaded(network, config, inputs, "Fovea");
    }

    // ---- writing ----

    /** Writes a network of either kind as one safetensors file that holds its configuration and, if given, its card. Nothing is overwritten. */
    public static void save(Layer network, Record config, String system, @Nullable Card card, Path path) {
        WeightsFile.save(network.state(), WeightsFormat.metadata(system, Json.writeLine(config), card), path);
    }

    /** Writes a generator under the names of the public implementation. Nothing is overwritten. */
    public static void export(Layer generator, GeneratorConfig config, Path path) {
        export(generator, layout(config), path);
    }

    /** Writes a discriminator under the names of the public implementation. Nothing is overwritten. */
    public static void export(Layer discriminator, PatchGanConfig config, Path path) {
        export(discriminator, PatchGan.layout(config), path);
    }

    private static void export(Layer network, KeyMap layout, Path path) {
        Map<String, Tensor> values = new LinkedHashMap<>();
        try (Scope scope = Scope.open()) {
            layout.export(StoredTensor.of(network.state())).forEach((name, t) -> values.put(name, t.toTensor()));
            WeightsFile.save(values, Map.of("format", "pt"), path);
        }
    }
}
