package io.fovea.cli.srgan;

import io.fovea.cli.Evaluation;
import io.fovea.cli.Network;
import io.fovea.cli.Preset;
import io.fovea.cli.TrainCommand;
import io.fovea.cli.VisionSystem;
import io.fovea.cli.Weights;
import io.fovea.nn.Layer;
import io.fovea.parity.ParityCase;
import io.fovea.srgan.DiscriminatorConfig;
import io.fovea.srgan.GeneratorConfig;
import io.fovea.srgan.PublicRecipes;
import io.fovea.srgan.SrganConfig;
import io.fovea.srgan.SrganParity;
import io.fovea.srgan.SrganTraining;
import io.fovea.srgan.SrganWeights;
import io.fovea.torch.Device;
import io.fovea.train.Trainer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** SRGAN's part of the command line. */
public final class Srgan implements VisionSystem<SrganConfig> {
    /** Weights that enlarge unless others are named. */
    static final String DEFAULT_WEIGHTS = "srgan-x4";

    @Override
    public String name() {
        return SrganWeights.SYSTEM;
    }

    @Override
    public String summary() {
        return "enlarges photographs 2, 3, 4 or 8 times (Ledig et al. 2017)";
    }

    @Override
    public Class<SrganConfig> configuration() {
        return SrganConfig.class;
    }

    @Override
    public Map<String, Preset<SrganConfig>> presets() {
        Map<String, Preset<SrganConfig>> presets = new LinkedHashMap<>();
        presets.put("cpu", new Preset<>("x4 in hours on a CPU, for pixel error; the default", SrganConfig.cpu(4)));
        presets.put("cpu-x2", new Preset<>("the same, x2", SrganConfig.cpu(2)));
        presets.put("cpu-x3", new Preset<>("the same, x3", SrganConfig.cpu(3)));
        presets.put("tiny", new Preset<>("a first try in a minute: 2 blocks of 16 channels", SrganConfig.tiny(4)));
        presets.put("paper", new Preset<>("Ledig et al. 2017, both stages", SrganConfig.paper("vgg19.pth")));
        PublicRecipes.names()
                .forEach((name, summary) -> presets.put(name, new Preset<>(summary, PublicRecipes.read(name))));
        return presets;
    }

    @Override
    public Map<String, Network> networks(SrganConfig config) {
        Map<String, Network> networks = new LinkedHashMap<>();
        networks.put("generator", network(config.generator().create(), config.generator()));
        if (config.adversarial().steps() > 0) {
            DiscriminatorConfig judge = config.discriminator();
            networks.put(
                    "discriminator",
                    network(judge.create(), judge, range(config.generator().hrRange())));
        }
        return networks;
    }

    private static Network network(Layer discriminator, DiscriminatorConfig config, String range) {
        int other = config.kind() == DiscriminatorConfig.Kind.POOLED ? config.size() + 16 : config.size();
        return new Network(
                discriminator,
                new long[] {1, 3, config.size(), config.size()},
                new long[] {2, 3, other, other},
                "Input: RGB crops, N,3,H,W in " + range + ". Output: a logit each, N,1.");
    }

    private static Network network(Layer generator, GeneratorConfig config) {
        return new Network(
                generator,
                new long[] {1, 3, 24, 24},
                new long[] {2, 3, 20, 28},
                String.format(
                        Locale.ROOT,
                        "Input: RGB pictures, N,3,H,W in %s. Output: the same pictures %d times as wide and high, in %s.",
                        range(config.lrRange()),
                        config.scale(),
                        range(config.hrRange())));
    }

    private static String range(GeneratorConfig.Range range) {
        return range == GeneratorConfig.Range.UNIT ? "[0,1]" : "[-1,1]";
    }

    @Override
    public Weights open(String nameOrPath) {
        Optional<SrganWeights.LoadedDiscriminator> judge = SrganWeights.discriminator(nameOrPath);
        if (judge.isPresent()) {
            SrganWeights.LoadedDiscriminator d = judge.get();
            return Weights.of(d.name(), d.layout(), d.config(), network(d.network(), d.config(), "[0,1]"), null);
        }
        SrganWeights.Loaded loaded = SrganWeights.load(nameOrPath);
        return Weights.of(
                loaded.name(),
                loaded.layout(),
                loaded.config(),
                network(loaded.generator(), loaded.config()),
                loaded.card());
    }

    @Override
    public void save(Weights weights, Path file) {
        Layer network = network(weights);
        if (weights.config() instanceof DiscriminatorConfig judge) {
            SrganWeights.save(network, judge, file);
        } else {
            SrganWeights.save(network, (GeneratorConfig) weights.config(), weights.card(), file);
        }
    }

    private static Layer network(Weights weights) {
        return (Layer) weights.whole();
    }

    @Override
    public void savePublic(Weights weights, Path file) {
        Layer network = network(weights);
        if (weights.config() instanceof DiscriminatorConfig judge) {
            SrganWeights.export(network, judge, file);
        } else {
            SrganWeights.export(network, (GeneratorConfig) weights.config(), file);
        }
    }

    @Override
    public Object trainingVerb() {
        return new TrainCommand<>(this, SrganTraining::start);
    }

    @Override
    public Trainer.Result resume(Path run, List<String> changes, Device device, Consumer<Trainer> running) {
        return SrganTraining.resume(run, changes, device, running);
    }

    @Override
    public Evaluation evaluation() {
        return new SuperResolutionTables();
    }

    @Override
    public List<ParityCase> parityCases() {
        return SrganParity.cases();
    }

    @Override
    public List<Object> ownVerbs() {
        return List.of(new UpscaleCommand());
    }
}
