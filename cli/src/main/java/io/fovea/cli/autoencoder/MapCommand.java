package io.fovea.cli.autoencoder;

import io.fovea.autoencoder.Autoencoder;
import io.fovea.autoencoder.AutoencoderEvaluation;
import io.fovea.autoencoder.MapPage;
import io.fovea.autoencoder.MapPictures;
import io.fovea.autoencoder.RowSource;
import io.fovea.cli.CommonOptions;
import io.fovea.cli.OutputFile;
import io.fovea.cli.Result;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fovea autoencoder map}. */
@Command(
        name = "map",
        header = "Draw a map: the interactive page, and pictures",
        footer = {
            "",
            "The page is one file that works offline. It holds the rows, so whoever has it has them; --no-rows leaves them out.",
            "--pictures writes PNG files: scatter, shepard, worst, and where they apply rotations, lattice and training."
        })
final class MapCommand implements Runnable {
    @Parameters(index = "0", paramLabel = "MODEL", description = "Zoo name, file or run folder.")
    @SuppressWarnings("NullAway.Init")
    private String weights;

    @Parameters(index = "1", paramLabel = "DATA", description = "Table, IDX file, or folder or zip of pictures.")
    @SuppressWarnings("NullAway.Init")
    private Path data;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "New page, ending in .html.")
    private @Nullable Path output;

    @Option(names = "--pictures", paramLabel = "DIR", description = "Folder for PNG pictures.")
    private @Nullable Path pictures;

    @Option(names = "--title", paramLabel = "TEXT", description = "Title of the page (default: the file's name).")
    private @Nullable String title;

    @Option(names = "--no-rows", description = "The page does not hold the rows.")
    private boolean noRows;

    @Option(names = "--overwrite", description = "Replace files that exist.")
    private boolean overwrite;

    @Mixin
    private final ReadingOptions reading = new ReadingOptions();

    @Mixin
    private final CommonOptions options = new CommonOptions();

    @Override
    public void run() {
        check();
        options.startEngine();
        try (Autoencoder model = Autoencoder.load(weights)) {
            RowSource.Loaded rows = reading.source(data, options).load(model);
            rows.remarks().forEach(options.err()::println);
            String heading = title == null ? AutoencoderMaps.title(data) : title;
            Map<String, Object> json = new LinkedHashMap<>();
            StringBuilder text = new StringBuilder();
            if (output != null) {
                AutoencoderEvaluation.Report report = report(model, rows);
                MapPage.Written page = AutoencoderMaps.page(model, rows, heading, report, output, !noRows, overwrite);
                text.append(String.format(Locale.ROOT, "%s  %.1f MB%n", output, page.bytes() / 1e6));
                json.put("map", output.toString());
                json.put("bytes", page.bytes());
                if (page.remark() != null) {
                    options.err().println(page.remark());
                }
            }
            if (pictures != null) {
                List<Path> files = new MapPictures(model, rows, heading).write(pictures, Path.of(weights));
                files.forEach(f -> text.append(f).append('\n'));
                json.put("pictures", files.stream().map(Path::toString).toList());
            }
            options.print(new Result(text.toString(), json));
        }
    }

    private void check() {
        if (output == null && pictures == null) {
            throw options.wrongUsage("Name a page with --output, or a folder with --pictures, or both.");
        }
        if (output != null) {
            if (!output.toString().endsWith(".html")) {
                throw options.wrongUsage("--output " + output + ": end its name in .html.");
            }
            OutputFile.check(output, overwrite);
        }
    }

    /** Only of rows that the model was fitted to: PCA of other rows would know them while the model does not. */
    private static AutoencoderEvaluation.@Nullable Report report(Autoencoder model, RowSource.Loaded rows) {
        String fitted = model.model().provenance().data();
        boolean same = fitted.equals(rows.rows().name())
                && rows.rows().n() == model.model().provenance().rows();
        return same && rows.rows().n() >= 8
                ? AutoencoderEvaluation.fittedRows(model, rows.rows(), rows.classes())
                : null;
    }
}
