package io.fovea.cli.srgan;

import io.fovea.FoveaException;
import io.fovea.cli.CommonOptions;
import io.fovea.cli.Evaluation;
import io.fovea.cli.Result;
import io.fovea.cli.Table;
import io.fovea.data.PictureSet;
import io.fovea.srgan.SrganEvaluation;
import io.fovea.srgan.SuperResolver;
import io.fovea.torch.Precision;
import io.fovea.train.Progress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The tables of super-resolution: PSNR and SSIM of a network and of bicubic enlargement, picture by picture. */
final class SuperResolutionTables implements Evaluation {
    @Option(
            names = "--grey",
            paramLabel = "HOW",
            description = "One-channel pictures: y, through luma as RGB, or raw, by their own values (default: y).")
    private SrganEvaluation.Grey grey = SrganEvaluation.Grey.Y;

    @Option(
            names = "--bicubic",
            paramLabel = "SCALE",
            description = "Bicubic enlargement by 2, 3, 4 or 8 alone, without weights.")
    private @Nullable Integer bicubic;

    @Override
    public Result run(@Nullable String weights, List<Path> data, CommonOptions options) {
        if (bicubic != null) {
            if (weights != null || !List.of(2, 3, 4, 8).contains(bicubic)) {
                throw options.wrongUsage("--bicubic takes 2, 3, 4 or 8, and no --weights beside it.");
            }
            return tables(null, "bicubic", bicubic, data);
        }
        String name = weights == null ? Srgan.DEFAULT_WEIGHTS : weights;
        SuperResolver.Options how = new SuperResolver.Options(options.precision(Precision.F32), options.device(), 0);
        try (SuperResolver resolver = SuperResolver.load(name, how)) {
            return tables(resolver, name, resolver.scale(), data);
        }
    }

    private Result tables(@Nullable SuperResolver resolver, String name, int scale, List<Path> data) {
        List<SrganEvaluation.Table> tables = new ArrayList<>();
        for (Path path : data) {
            try (PictureSet set = PictureSet.open(path);
                    Progress progress = Progress.onStderr("evaluate", set.size())) {
                int[] done = {0};
                tables.add(SrganEvaluation.run(resolver, name, set, scale, grey, image -> progress.update(++done[0])));
            }
        }
        if (tables.isEmpty()) {
            throw new FoveaException("No data set was named.");
        }
        StringBuilder text = new StringBuilder();
        tables.forEach(t -> text.append(text.isEmpty() ? "" : "\n").append(text(t)));
        List<Map<String, Object>> json =
                tables.stream().map(SrganEvaluation.Table::toMap).toList();
        return new Result(text.toString(), json.size() == 1 ? json.get(0) : json);
    }

    private static String text(SrganEvaluation.Table t) {
        boolean network = t.images().stream().anyMatch(r -> !r.network().isEmpty());
        Table table = new Table("");
        if (network) {
            table.row("Picture", "PSNR-Y", "SSIM-Y", "bicubic PSNR-Y", "SSIM-Y");
        } else {
            table.row("Picture", "bicubic PSNR-Y", "SSIM-Y");
        }
        t.images().forEach(r -> table.row(cells(r.image(), network, r.network(), r.bicubic())));
        table.row(cells("mean", network, t.mean(), t.bicubic()));
        return String.format(
                        Locale.ROOT,
                        "%s on %s, x%d, %d pixels of border left out, grey pictures %s%n%n",
                        t.weights(),
                        t.data(),
                        t.scale(),
                        t.scale(),
                        t.grey() == SrganEvaluation.Grey.Y ? "through luma" : "by their own values")
                + table;
    }

    private static Object[] cells(String name, boolean network, Map<String, Double> ours, Map<String, Double> bicubic) {
        List<Object> cells = new ArrayList<>(List.of(name));
        if (network) {
            cells.addAll(figures(ours));
        }
        cells.addAll(figures(bicubic));
        return cells.toArray();
    }

    private static List<String> figures(Map<String, Double> figures) {
        return List.of(
                String.format(Locale.ROOT, "%.3f", figures.getOrDefault("psnr_y", Double.NaN)),
                String.format(Locale.ROOT, "%.4f", figures.getOrDefault("ssim_y", Double.NaN)));
    }
}
