package io.fovea.cli.autoencoder;

import io.fovea.FoveaException;
import io.fovea.autoencoder.Autoencoder;
import io.fovea.autoencoder.AutoencoderConfig;
import io.fovea.autoencoder.AutoencoderEvaluation;
import io.fovea.autoencoder.AutoencoderMap;
import io.fovea.autoencoder.AutoencoderNetwork;
import io.fovea.autoencoder.AutoencoderParity;
import io.fovea.autoencoder.AutoencoderTraining;
import io.fovea.autoencoder.MapPage;
import io.fovea.autoencoder.MapPictures;
import io.fovea.autoencoder.NetworkConfig;
import io.fovea.autoencoder.RowSource;
import io.fovea.cli.CommonOptions;
import io.fovea.cli.Evaluation;
import io.fovea.cli.Network;
import io.fovea.cli.OutputFile;
import io.fovea.cli.Preset;
import io.fovea.cli.Result;
import io.fovea.cli.VisionSystem;
import io.fovea.cli.Weights;
import io.fovea.parity.ParityCase;
import io.fovea.torch.Device;
import io.fovea.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The autoencoder maps' part of the command line. */
public final class AutoencoderMaps implements VisionSystem<AutoencoderConfig> {
    static final String NAME = "autoencoder";

    /** Columns of a table where a network is described without one. */
    private static final int SOME_COLUMNS = 64;

    private static final int FEWEST_MEASURED = 8;

    /** What can be fitted to any rows, by name. */
    static Map<String, AutoencoderConfig> kinds() {
        Map<String, AutoencoderConfig> kinds = new LinkedHashMap<>();
        presetsByName().forEach((name, preset) -> kinds.put(name, preset.config()));
        kinds.remove("convolutional");
        return kinds;
    }

    private static Map<String, Preset<AutoencoderConfig>> presetsByName() {
        Map<String, Preset<AutoencoderConfig>> presets = new LinkedHashMap<>();
        presets.put("deep", new Preset<>("d-128-64-2 and back, ReLU, squared error", AutoencoderConfig.deep()));
        presets.put("linear", new Preset<>("the principal subspace, found by L-BFGS", AutoencoderConfig.linear()));
        presets.put(
                "deep-pca", new Preset<>("deep, beginning at the principal components", AutoencoderConfig.fromPca()));
        presets.put("denoising", new Preset<>("deep, with noise on the input", AutoencoderConfig.denoising()));
        presets.put("sparse", new Preset<>("8 coordinates, few of them on at a time", AutoencoderConfig.sparse()));
        presets.put(
                "contractive",
                new Preset<>("deep, tanh, a flat encoder around the rows", AutoencoderConfig.contractive()));
        presets.put(
                "variational", new Preset<>("deep, codes near a normal distribution", AutoencoderConfig.variational()));
        presets.put(
                "neighbours", new Preset<>("denoising, with t-SNE's neighbour term", AutoencoderConfig.neighbours()));
        presets.put(
                "convolutional",
                new Preset<>(
                        "for pictures; here of 28 x 28 grey pixels",
                        AutoencoderConfig.convolutional(new NetworkConfig.Image(1, 28, 28))));
        presets.put("example", new Preset<>("the smallest there is: 3-2-3, linear, Adam", AutoencoderConfig.example()));
        presets.put(
                "paper", new Preset<>("Hinton and Salakhutdinov 2006: d-1000-500-250-2", AutoencoderConfig.paper()));
        return presets;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String summary() {
        return "maps of tables and pictures, and the way back (Hinton and Salakhutdinov 2006)";
    }

    @Override
    public Class<AutoencoderConfig> configuration() {
        return AutoencoderConfig.class;
    }

    @Override
    public Map<String, Preset<AutoencoderConfig>> presets() {
        return presetsByName();
    }

    @Override
    public Map<String, Network> networks(AutoencoderConfig config) {
        NetworkConfig.Image image = config.network().image();
        int width = image == null ? SOME_COLUMNS : image.channels() * image.height() * image.width();
        return networks(new AutoencoderNetwork(config.network(), width));
    }

    private static Map<String, Network> networks(AutoencoderNetwork network) {
        int d = network.width();
        int k = network.config().code();
        Map<String, Network> networks = new LinkedHashMap<>();
        networks.put(
                "encoder",
                new Network(
                        network.encoder(),
                        new long[] {1, d},
                        new long[] {3, d},
                        "Input: rows of " + d + " scaled values, N," + d + ". Output: their places, N," + k + "."));
        networks.put(
                "decoder",
                new Network(
                        network.decoder(),
                        new long[] {1, k},
                        new long[] {3, k},
                        "Input: places, N," + k + ". Output: rows of " + d + " scaled values, N," + d + "."));
        return networks;
    }

    @Override
    public Weights open(String nameOrPath) {
        return weights(nameOrPath, Autoencoder.load(nameOrPath), "Fovea");
    }

    static Weights weights(String name, Autoencoder model, String layout) {
        return new Weights(name, layout, model.model(), model.network(), networks(model.network()), null);
    }

    @Override
    public void save(Weights weights, Path file) {
        model(weights).save(file, weights.card());
    }

    private static Autoencoder model(Weights weights) {
        return Autoencoder.of((AutoencoderNetwork) weights.whole(), (Autoencoder.Model) weights.config());
    }

    @Override
    public void savePublic(Weights weights, Path file) {
        model(weights).savePublic(file);
    }

    @Override
    public Object trainingVerb() {
        return new FitCommand(this);
    }

    @Override
    public Trainer.Result resume(Path run, List<String> changes, Device device, Consumer<Trainer> running) {
        return AutoencoderTraining.resume(run, changes, null, running);
    }

    /** The report beside PCA, and what fit was asked to write. */
    @Override
    public Result finished(Path run, CommonOptions options) {
        AutoencoderTraining.RunSetup setup = AutoencoderTraining.setup(run);
        AutoencoderTraining.Outputs outputs = setup.outputs();
        Map<String, Object> json = new LinkedHashMap<>();
        StringBuilder text = new StringBuilder();
        try (Autoencoder model = Autoencoder.load(run.toString())) {
            if (setup.data() == null) {
                return new Result("", json);
            }
            RowSource.Loaded data = setup.data().load(model);
            AutoencoderEvaluation.Report report = data.rows().n() < FEWEST_MEASURED
                    ? null
                    : AutoencoderEvaluation.fittedRows(model, data.rows(), data.classes());
            if (report != null) {
                text.append('\n').append(MapTables.text(report)).append('\n');
                json.put("fitted_rows", report.toMap());
            }
            if (outputs.model() != null) {
                copy(AutoencoderTraining.modelFile(run), Path.of(outputs.model()), outputs.overwrite());
                told(text, json, "model", outputs.model());
            }
            String title = title(setup.data().path());
            if (outputs.map() != null) {
                MapPage.Written page =
                        page(model, data, title, report, Path.of(outputs.map()), outputs.rows(), outputs.overwrite());
                told(text, json, "map", outputs.map());
                if (page.remark() != null) {
                    options.err().println(page.remark());
                }
            }
            Path pictures = run.resolve("pictures");
            new MapPictures(model, data, title).write(pictures, run);
            told(text, json, "pictures", pictures.toString());
        }
        return new Result(text.toString(), json);
    }

    private static void told(StringBuilder text, Map<String, Object> json, String what, String path) {
        text.append(String.format(java.util.Locale.ROOT, "%-9s %s%n", what, path));
        json.put(what, path);
    }

    private static void copy(Path from, Path to, boolean overwrite) {
        OutputFile.write(to, overwrite, file -> {
            try {
                Files.copy(from, file);
            } catch (IOException e) {
                throw FoveaException.cannotWrite(to, e);
            }
        });
    }

    /** A page whose remarks name the file that it became. */
    static MapPage.Written page(
            Autoencoder model,
            RowSource.Loaded data,
            String title,
            AutoencoderEvaluation.@Nullable Report report,
            Path html,
            boolean rows,
            boolean overwrite) {
        OutputFile.check(html, overwrite);
        MapPage.Written[] written = new MapPage.Written[1];
        OutputFile.write(html, overwrite, file -> {
            written[0] = MapPage.write(AutoencoderMap.of(model, data, title, report), file, rows);
            if (written[0].remark() != null) {
                String remark = written[0].remark().replace(file.toString(), html.toString());
                written[0] = new MapPage.Written(written[0].bytes(), remark);
            }
        });
        return Objects.requireNonNull(written[0]);
    }

    /** A file's name without its endings. */
    static String title(Path file) {
        Path name = file.toAbsolutePath().normalize().getFileName();
        return String.valueOf(name).replaceFirst("(?i)\\.(csv|tsv|txt|zip)?(\\.gz)?$", "");
    }

    @Override
    public Evaluation evaluation() {
        return new MapTables();
    }

    @Override
    public List<ParityCase> parityCases() {
        return AutoencoderParity.cases();
    }

    @Override
    public List<Object> ownVerbs() {
        return List.of(
                new TransformCommand(),
                new InverseCommand(),
                new ScoreCommand(),
                new MapCommand(),
                new MapExportCommand(),
                new MapImportCommand());
    }
}
