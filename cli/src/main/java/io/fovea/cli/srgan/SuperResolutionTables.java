package io.fovea.cli.srgan;

import io.fovea.cli.CommonOptions;
import io.fovea.cli.Evaluation;
import io.fovea.cli.Result;
import io.fovea.cli.Table;
import io.fovea.data.PictureSet;
import io.fovea.metrics.Lpips;
import io.fovea.srgan.SrganEvaluation;
import io.fovea.srgan.SuperResolver;
import io.fovea.torch.Precision;
import io.fovea.train.Progress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The tables of super-resolution: PSNR, SSIM and LPIPS of a network and of bicubic enlargement, picture by picture. */
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

    @Option(
            names = "--lpips",
            paramLabel = "BACKBONE,LINEAR",
            description = "Measure LPIPS as well, with these two files; may be repeated for other nets.")
    private List<String> lpips = new ArrayList<>();

    @Override
    public Result run(@Nullable String weights, List<Path> data, CommonOptions options) {
        if (bicubic != null) {
            if (weights != null || !List.of(2, 3, 4, 8).contains(bicubic)) {
                throw options.wrongUsage("--bicubic takes 2, 3, 4 or 8, and no --weights beside it.");
            }
            return tables(null, "bicubic", bicubic, data, options);
        }
        String name = weights == null ? Srgan.DEFAULT_WEIGHTS : weights;
        SuperResolver.Options how = new SuperResolver.Options(options.precision(Precision.F32), options.device(), 0);
        try (SuperResolver resolver = SuperResolver.load(name, how)) {
            return tables(resolver, name, resolver.scale(), data, options);
        }
    }

    private Result tables(
            @Nullable SuperResolver resolver, String name, int scale, List<Path> data, CommonOptions options) {
        List<SrganEvaluation.Table> tables = new ArrayList<>();
        List<Lpips> measures = new ArrayList<>();
        try {
            for (String files : lpips) {
                Lpips next = measure(files, options);
                measures.add(next);
                if (measures.stream().filter(m -> m.net() == next.net()).count() > 1) {
                    throw options.wrongUsage("--lpips names " + net(next) + " twice; give each net once.");
                }
            }
            tables.addAll(tables(resolver, name, scale, data, measures));
        } finally {
            measures.forEach(Lpips::close);
        }
        StringBuilder text = new StringBuilder();
        tables.forEach(t -> text.append(text.isEmpty() ? "" : "\n").append(text(t, measures)));
        List<Map<String, Object>> json =
                tables.stream().map(SrganEvaluation.Table::toMap).toList();
        return new Result(text.toString(), json.size() == 1 ? json.get(0) : json);
    }

    private static Lpips measure(String files, CommonOptions options) {
        int comma = files.indexOf(',');
        if (comma < 1 || comma == files.length() - 1 || comma != files.lastIndexOf(',')) {
            throw options.wrongUsage(
                    "--lpips takes two files with a comma between them, BACKBONE,LINEAR, not " + files + ".");
        }
        Lpips lpips = Lpips.load(Path.of(files.substring(0, comma)), Path.of(files.substring(comma + 1)));
        lpips.to(options.device());
        return lpips;
    }

    private List<SrganEvaluation.Table> tables(
            @Nullable SuperResolver resolver, String name, int scale, List<Path> data, List<Lpips> measures) {
        List<SrganEvaluation.Table> tables = new ArrayList<>();
        for (Path path : data) {
            try (PictureSet set = PictureSet.open(path);
                    Progress progress = Progress.onStderr("evaluate", set.size())) {
                int[] done = {0};
                tables.add(SrganEvaluation.run(
                        resolver, name, set, scale, grey, measures, image -> progress.update(++done[0])));
            }
        }
        return tables;
    }

    private static String text(SrganEvaluation.Table t, List<Lpips> measures) {
        List<String> keys = new ArrayList<>(List.of("psnr_y", "ssim_y"));
        measures.forEach(m -> keys.add(SrganEvaluation.nameOf(m)));
        boolean network = t.images().stream().anyMatch(r -> !r.network().isEmpty());
        Table table = new Table("");
        List<String> groups = new ArrayList<>(List.of(""));
        List<String> heads = new ArrayList<>(List.of("Picture"));
        for (String group : network ? List.of("network", "bicubic") : List.of("bicubic")) {
            groups.add(group);
            groups.addAll(Collections.nCopies(keys.size() - 1, ""));
            keys.forEach(k -> heads.add(head(k)));
        }
        table.groups(groups.toArray(String[]::new)).row(heads.toArray());
        t.images().forEach(r -> table.row(cells(r.image(), keys, network, r.network(), r.bicubic())));
        table.row(cells("mean", keys, network, t.mean(), t.bicubic()));
        return title(t, measures) + table;
    }

    private static String title(SrganEvaluation.Table t, List<Lpips> measures) {
        String lpips = measures.isEmpty()
                ? ""
                : String.format(
                        "LPIPS on whole pictures (%s): lower is more alike%n",
                        measures.stream().map(SuperResolutionTables::net).collect(Collectors.joining(", ")));
        return String.format(
                Locale.ROOT,
                "%s on %s, x%d%n%d pixels of border left out; grey pictures %s%n%s%n",
                t.weights(),
                t.data(),
                t.scale(),
                t.scale(),
                t.grey() == SrganEvaluation.Grey.Y ? "through luma" : "by their own values",
                lpips);
    }

    private static String net(Lpips lpips) {
        return lpips.net().name().toLowerCase(Locale.ROOT);
    }

    /** What a column is called: those of LPIPS by their net. */
    private static String head(String key) {
        return switch (key) {
            case "psnr_y" -> "PSNR-Y";
            case "ssim_y" -> "SSIM-Y";
            default -> key.replace("lpips_", "");
        };
    }

    private static Object[] cells(
            String name, List<String> keys, boolean network, Map<String, Double> ours, Map<String, Double> bicubic) {
        List<Object> cells = new ArrayList<>(List.of(name));
        if (network) {
            keys.forEach(k -> cells.add(figure(k, ours)));
        }
        keys.forEach(k -> cells.add(figure(k, bicubic)));
        return cells.toArray();
    }

    private static String figure(String key, Map<String, Double> figures) {
        double value = figures.getOrDefault(key, Double.NaN);
        return String.format(Locale.ROOT, key.startsWith("psnr") ? "%.3f" : "%.4f", value);
    }
}
