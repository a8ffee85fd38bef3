package io.fovea.cli;

import io.fovea.cyclegan.CycleGanParity;
import io.fovea.gan.GanParity;
import io.fovea.metrics.MetricsParity;
import io.fovea.parity.ParityCase;
import io.fovea.parity.ParityRunner;
import io.fovea.pix2pix.Pix2PixParity;
import io.fovea.translation.TranslationParity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code fovea parity}. */
@Command(
        name = "parity",
        header = "Compare with the numbers of public implementations",
        footer = {"", "Exits with 1 if a file failed; with --strict also if one is unknown or lacks its data."})
final class ParityCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR", description = "Folder of fixture files, searched with its subfolders.")
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Option(names = "--data", paramLabel = "DIR", description = "Folder of the pictures and weights that some need.")
    private @Nullable Path data;

    @Option(names = "--strict", description = "Unknown files and missing data are failures.")
    private boolean strict;

    @Mixin
    private final CommonOptions options = new CommonOptions();

    @Override
    public Integer call() {
        options.startEngine();
        List<ParityCase> cases = new ArrayList<>(MetricsParity.cases());
        cases.addAll(GanParity.cases());
        cases.addAll(TranslationParity.cases());
        cases.addAll(Pix2PixParity.cases());
        cases.addAll(CycleGanParity.cases());
        Systems.ready().forEach(s -> cases.addAll(s.parityCases()));
        List<ParityRunner.Result> results = ParityRunner.run(folder, data, cases, r -> {
            if (!options.json()) {
                options.out().println(r.line());
                options.out().flush();
            }
        });
        long failed = count(results, ParityRunner.Verdict.FAIL);
        long unknown = count(results, ParityRunner.Verdict.UNKNOWN);
        long without = count(results, ParityRunner.Verdict.NO_DATA);
        options.print(new Result(
                String.format(
                        Locale.ROOT,
                        "%d passed, %d failed, %d unknown, %d without data%n",
                        count(results, ParityRunner.Verdict.PASS),
                        failed,
                        unknown,
                        without),
                results));
        return failed > 0 || (strict && unknown + without > 0) ? Main.FAILED : Main.DONE;
    }

    private static long count(List<ParityRunner.Result> results, ParityRunner.Verdict verdict) {
        return results.stream().filter(r -> r.verdict() == verdict).count();
    }
}
