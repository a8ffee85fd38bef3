package io.fovea.cli.autoencoder;

import io.fovea.FoveaException;
import io.fovea.autoencoder.Autoencoder;
import io.fovea.autoencoder.AutoencoderConfig;
import io.fovea.autoencoder.AutoencoderEvaluation;
import io.fovea.autoencoder.AutoencoderEvaluation.Report;
import io.fovea.autoencoder.RowSource;
import io.fovea.autoencoder.Rows;
import io.fovea.cli.CommonOptions;
import io.fovea.cli.Evaluation;
import io.fovea.cli.Result;
import io.fovea.cli.Table;
import io.fovea.metrics.MapSamples;
import io.fovea.train.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The tables of maps, PCA beside: of a model and rows, or of a kind that is fitted to four fifths of a table and measured on the rest.
 * Figures of new rows and of fitted rows stand in tables of their own.
 */
final class MapTables implements Evaluation {
    @Option(
            names = "--fitted",
            paramLabel = "FILE",
            description = "The rows that --weights was fitted to (default: the file that the model names).")
    private @Nullable Path fitted;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description = "Without --weights: fit with the seeds 0 to N-1 and take the mean (default: 1).")
    private int seeds = 1;

    @Mixin
    private final KindOptions kind = new KindOptions();

    @Mixin
    private final ColumnOptions columns = new ColumnOptions();

    @Mixin
    private final ReadingOptions reading = new ReadingOptions();

    /** One or two reports of one file. */
    private record Tables(
            String data,
            String map,
            int seeds,
            @Nullable Report newRows,
            @Nullable Report fittedRows) {
        Map<String, Object> toMap() {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("data", data);
            json.put("map", map);
            json.put("seeds", seeds);
            if (newRows != null) {
                json.put("new_rows", newRows.toMap());
            }
            if (fittedRows != null) {
                json.put("fitted_rows", fittedRows.toMap());
            }
            return json;
        }

        String text() {
            StringBuilder text =
                    new StringBuilder(data + ", " + map + (seeds > 1 ? ", mean of " + seeds + " seeds" : "") + "\n");
            for (Report report : new Report[] {newRows, fittedRows}) {
                if (report != null) {
                    text.append('\n').append(MapTables.text(report));
                }
            }
            return text.toString();
        }
    }

    @Override
    public Result run(@Nullable String weights, List<Path> data, CommonOptions options) {
        kind.check(options);
        if (seeds < 1) {
            throw options.wrongUsage("--seeds is " + seeds + "; it must be at least 1.");
        }
        List<Tables> all = new ArrayList<>();
        if (weights == null) {
            for (Path path : data) {
                all.add(split(columns.source(path, reading, options), options));
            }
        } else {
            try (Autoencoder model = Autoencoder.load(weights)) {
                for (Path path : data) {
                    all.add(measured(model, weights, path, options));
                }
            }
        }
        StringBuilder text = new StringBuilder();
        all.forEach(t -> text.append(text.isEmpty() ? "" : "\n").append(t.text()));
        List<Map<String, Object>> json = all.stream().map(Tables::toMap).toList();
        return new Result(text.toString(), json.size() == 1 ? json.get(0) : json);
    }

    // ---- a model ----

    private Tables measured(Autoencoder model, String weights, Path path, CommonOptions options) {
        RowSource.Loaded rows = reading.source(path, options).load(model);
        Path trained =
                fitted != null ? fitted : Path.of(model.model().provenance().data());
        if (trained.toString().isEmpty() || !Files.exists(trained)) {
            throw new FoveaException("PCA is fitted to the rows that " + weights + " was fitted to"
                    + (trained.toString().isEmpty() ? "" : ", but " + trained + " is not there")
                    + "; name their file with --fitted.");
        }
        String name = weights + " (" + model.config().kind() + ")";
        if (same(trained, path)) {
            return new Tables(
                    path.toString(),
                    name,
                    1,
                    null,
                    AutoencoderEvaluation.fittedRows(model, rows.rows(), rows.classes()));
        }
        Rows training = reading.source(trained, options).load(model).rows();
        return new Tables(
                path.toString(),
                name,
                1,
                AutoencoderEvaluation.newRows(model, training, rows.rows(), rows.classes()),
                null);
    }

    private static boolean same(Path a, Path b) {
        try {
            return Files.isSameFile(a, b);
        } catch (java.io.IOException e) {
            return false;
        }
    }

    // ---- the protocol ----

    private Tables split(RowSource source, CommonOptions options) {
        AutoencoderEvaluation.Split split = AutoencoderEvaluation.split(source.count());
        RowSource.Loaded all = source.load(split.training());
        Rows training = all.rows().pick(split.training());
        Rows test = all.rows().pick(split.test());
        List<String> labels = all.classes();
        List<String> testLabels = labels == null ? null : picked(labels, split.test());
        List<String> trainingLabels = labels == null ? null : picked(labels, split.training());
        AutoencoderConfig config = kind.config(training, null, options);
        List<Report> newRows = new ArrayList<>();
        List<Report> fittedRows = new ArrayList<>();
        long first = config.run().seed();
        int trainings = seeds * config.training().restarts();
        try (Progress progress =
                Progress.onStderr("fit", (long) trainings * config.training().epochs())) {
            for (int s = 0; s < seeds; s++) {
                int before =
                        s * config.training().restarts() * config.training().epochs();
                Autoencoder.Watcher watcher =
                        (restart, epoch, epochs, loss) -> progress.update(before + (long) restart * epochs + epoch);
                try (Autoencoder model = Autoencoder.fit(training, config.withSeed(first + s), watcher)) {
                    newRows.add(AutoencoderEvaluation.newRows(model, training, test, testLabels));
                    fittedRows.add(AutoencoderEvaluation.fittedRows(model, training, trainingLabels));
                }
            }
        }
        return new Tables(
                source.file(),
                config.kind(),
                seeds,
                AutoencoderEvaluation.mean(newRows),
                AutoencoderEvaluation.mean(fittedRows));
    }

    private static List<String> picked(List<String> from, int[] which) {
        return java.util.Arrays.stream(which).mapToObj(from::get).toList();
    }

    // ---- text ----

    /** A report as people read it. */
    static String text(Report report) {
        boolean spread = report.map().figures().values().stream().anyMatch(f -> f.most() > f.least());
        Table table = new Table("  ");
        List<Object> head = new ArrayList<>(List.of("", report.map().name()));
        if (spread) {
            head.add("least to most");
        }
        head.add("PCA");
        table.row(head.toArray());
        report.map().figures().forEach((name, figure) -> {
            List<Object> cells = new ArrayList<>(List.of(name, number(figure.mean())));
            if (spread) {
                cells.add(number(figure.least()) + " to " + number(figure.most()));
            }
            MapSamples.Figure theirs = report.pca().figures().get(name);
            cells.add(theirs == null ? "" : number(theirs.mean()));
            table.row(cells.toArray());
        });
        String rows = String.format(
                Locale.ROOT,
                "%,d %s%s",
                report.rows(),
                report.newRows() ? "new rows" : "rows it was fitted to",
                report.sampled() < report.rows()
                        ? String.format(Locale.ROOT, ", by 3 samples of %,d", report.sampled())
                        : "");
        return rows + "\n" + table + report.sentence() + "\n";
    }

    private static String number(double value) {
        return Double.isNaN(value)
                ? "-"
                : value == Math.rint(value) && Math.abs(value) >= 10
                        ? String.format(Locale.ROOT, "%.0f", value)
                        : String.format(Locale.ROOT, "%.3f", value);
    }
}
