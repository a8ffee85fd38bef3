package io.fovea.cli.autoencoder;

import io.fovea.FoveaException;
import io.fovea.Json;
import io.fovea.autoencoder.AutoencoderConfig;
import io.fovea.autoencoder.KindChoice;
import io.fovea.autoencoder.LossConfig;
import io.fovea.autoencoder.NetworkConfig;
import io.fovea.autoencoder.Rows;
import io.fovea.autoencoder.TrainingConfig;
import io.fovea.cli.CommonOptions;
import io.fovea.cli.Table;
import io.fovea.train.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that choose how a map is fitted. */
final class KindOptions {
    private static final String AUTO = "auto";
    /** Up to so many rows a training takes seconds, so the best of three is kept. */
    private static final int AFFORDABLE_ROWS = 5000;

    private static final int RESTARTS = 3;

    @Option(
            names = {"--kind", "--preset"},
            paramLabel = "KIND",
            description =
                    "auto, linear, deep, deep-pca, denoising, sparse, contractive, variational, convolutional or neighbours"
                            + " (default: auto, chosen by cross-validation among the rows).")
    private @Nullable String kind;

    @Option(names = "--config", paramLabel = "FILE", description = "A configuration as JSON, as config prints it.")
    private @Nullable Path file;

    @Option(
            names = "--set",
            paramLabel = "PATH=VALUE",
            description = "Change a value of it, as training.batch=256; may be repeated.")
    private List<String> changes = new ArrayList<>();

    @Option(names = "--code", paramLabel = "K", description = "Coordinates of the map, from 1 (default: 2).")
    private @Nullable Integer code;

    @Option(names = "--hidden", paramLabel = "N,N", split = ",", description = "Units of the hidden layers, as 128,64.")
    private List<Integer> hidden = new ArrayList<>();

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the rows at most.")
    private @Nullable Integer epochs;

    @Option(names = "--noise", paramLabel = "S", description = "Gaussian noise on the input, in overall deviations.")
    private @Nullable Double noise;

    @Option(names = "--neighbours", paramLabel = "W", description = "Weight of the neighbour term.")
    private @Nullable Double neighbours;

    @Option(
            names = "--restarts",
            paramLabel = "N",
            description =
                    "Trainings of which the best is kept (default: 3 up to 5,000 rows where early stopping can judge them).")
    private @Nullable Integer restarts;

    /** Refuses what does not go together; before anything is read. */
    void check(CommonOptions options) {
        if (kind != null && file != null) {
            throw options.wrongUsage("--kind and --config exclude each other.");
        }
        if (kind != null
                && !kind.equals(AUTO)
                && !AutoencoderMaps.kinds().containsKey(kind)
                && !kind.equals("convolutional")) {
            List<String> known = new ArrayList<>(AutoencoderMaps.kinds().keySet());
            known.add(0, AUTO);
            known.add("convolutional");
            throw options.wrongUsage("--kind " + kind + " is not known" + Json.didYouMean(kind, known));
        }
    }

    /**
     * The configuration for some rows.
     *
     * @param otherwise the old map's configuration, where nothing was chosen; null to choose by cross-validation
     */
    AutoencoderConfig config(Rows rows, @Nullable AutoencoderConfig otherwise, CommonOptions options) {
        long seed = options.seed() == null ? 0 : options.seed();
        if (file != null) {
            AutoencoderConfig read = changed(read(file));
            return Json.set(options.seed() == null ? read : read.withSeed(seed), changes);
        }
        AutoencoderConfig base;
        if (kind == null && otherwise != null) {
            base = otherwise.with(otherwise.training().withRestarts(1)).withSeed(seed);
            return Json.set(changed(base), changes);
        } else if (kind == null || kind.equals(AUTO)) {
            base = chosen(rows, code == null ? 2 : code, seed, options);
        } else if (kind.equals("convolutional")) {
            NetworkConfig.Image picture = rows.picture();
            if (picture == null) {
                throw options.wrongUsage("--kind convolutional is for pictures; --picture 28x28 says that the rows of a"
                        + " table are pictures.");
            }
            base = AutoencoderConfig.convolutional(picture);
        } else {
            base = AutoencoderMaps.kinds().get(kind);
        }
        if (base == null) {
            throw new IllegalStateException(kind);
        }
        AutoencoderConfig sized = base.withSeed(seed).forRows(rows.n());
        return Json.set(changed(repeated(sized, rows.n())), changes);
    }

    /** With three trainings where they are affordable and judged by rows that are held back. */
    private AutoencoderConfig repeated(AutoencoderConfig config, int rows) {
        TrainingConfig t = config.training();
        boolean affordable = rows <= AFFORDABLE_ROWS && t.validation() > 0 && t.patience() > 0;
        return affordable ? config.with(t.withRestarts(RESTARTS)) : config;
    }

    private AutoencoderConfig changed(AutoencoderConfig config) {
        AutoencoderConfig c = code == null ? config : config.withCode(code);
        if (!hidden.isEmpty()) {
            List<String> set = List.of("network.hidden=" + hidden);
            c = Json.set(c, set);
        }
        if (epochs != null) {
            c = c.with(
                    c.training().with(c.training().batch(), epochs, c.training().schedule()));
        }
        if (noise != null) {
            c = c.with(c.loss()
                    .with(
                            noise == 0
                                    ? LossConfig.Corruption.NONE
                                    : new LossConfig.Corruption(
                                            LossConfig.Corruption.Noise.GAUSSIAN,
                                            noise,
                                            LossConfig.Corruption.Scale.OVERALL)));
        }
        if (neighbours != null) {
            double perplexity = Math.max(2, c.loss().neighbours().perplexity());
            c = c.with(c.loss().with(new LossConfig.Neighbours(neighbours, perplexity)));
        }
        return restarts == null ? c : c.with(c.training().withRestarts(restarts));
    }

    private static AutoencoderConfig read(Path file) {
        try {
            return Json.read(Files.readString(file), AutoencoderConfig.class, file.toString());
        } catch (IOException e) {
            throw FoveaException.cannotRead(file, e);
        }
    }

    private static AutoencoderConfig chosen(Rows rows, int code, long seed, CommonOptions options) {
        KindChoice.Choice choice;
        try (Progress progress = Progress.onStderr("compare kinds", 30)) {
            choice = KindChoice.choose(rows, code, seed, (done, of) -> progress.update(done));
        }
        if (choice.neighbours() == 0) {
            options.err().println("kind linear: " + rows.n() + " rows are too few to compare kinds.");
            return choice.best().config();
        }
        Table table = new Table("  ").row("kind", "T@" + choice.neighbours(), "+-");
        choice.candidates()
                .forEach(c -> table.row(
                        c.kind(),
                        String.format(Locale.ROOT, "%.3f", c.trust()),
                        String.format(Locale.ROOT, "%.3f", c.spread())));
        options.err()
                .print("kind " + choice.best().kind()
                        + ", by the trustworthiness of rows kept from the fit (5 folds):\n" + table);
        options.err().flush();
        return choice.best().config();
    }
}
