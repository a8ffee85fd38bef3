package io.fovea.cli.srgan;

import io.fovea.FoveaException;
import io.fovea.cli.CommonOptions;
import io.fovea.cli.Main;
import io.fovea.cli.Result;
import io.fovea.image.Format;
import io.fovea.image.Picture;
import io.fovea.image.Pictures;
import io.fovea.image.WriteOptions;
import io.fovea.srgan.SuperResolver;
import io.fovea.train.Progress;
import java.io.IOException;
import java.nio.file.Files;
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

/** {@code fovea srgan upscale}. */
@Command(
        name = "upscale",
        header = "Enlarge photographs: files, folders, zips",
        footer = {
            "",
            "Results lie beside their pictures as photo-x4.jpg, those of a folder in FOLDER-x4 under the same names.",
            "Alpha, 16 bits, orientation and colour profile are kept. Nothing is overwritten unasked.",
            "",
            "Examples",
            "  fovea srgan upscale photo.jpg",
            "  fovea srgan upscale scan.tif --size 3000x --output print.tif",
            "  fovea srgan upscale frames/ --output big/ --weights srresnet-x2",
        })
final class UpscaleCommand implements Callable<Integer> {
    /** What {@code --json} prints of a picture that was written. */
    record Written(String input, String output, int width, int height, double seconds) {}

    /** What it prints of one that was not. */
    record Failed(String input, String reason) {}

    /** What it prints of all. */
    record Summary(List<Written> written, List<Failed> failed) {}

    @Parameters(paramLabel = "PICTURE", arity = "1..*", description = "Files, folders, zips or patterns.")
    private List<String> inputs = List.of();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "PATH",
            description = "File for the result, or folder for the results.")
    private @Nullable Path output;

    @Option(
            names = "--weights",
            paramLabel = "WEIGHTS",
            description = "Zoo name, file or run folder (default: " + Srgan.DEFAULT_WEIGHTS + ").")
    private String weights = Srgan.DEFAULT_WEIGHTS;

    @Option(
            names = "--scale",
            paramLabel = "FACTOR",
            description = "How many times as wide and high, as 3 or 1.5 (default: what the weights do).")
    private @Nullable Double scale;

    @Option(
            names = "--size",
            paramLabel = "WxH",
            description = "Exact size of the result; 1920x and x1080 keep the shape.")
    private @Nullable String size;

    @Option(names = "--format", paramLabel = "TYPE", description = "png, jpg, tif or bmp (default: as the picture).")
    private @Nullable String format;

    @Option(names = "--quality", paramLabel = "N", description = "Quality of JPEG files, 1 to 100 (default: 95).")
    private int quality = WriteOptions.DEFAULT.jpegQuality();

    @Option(
            names = "--suffix",
            paramLabel = "TEXT",
            description = "Added to names (default: -x4 or alike beside the pictures, nothing elsewhere).")
    private @Nullable String suffix;

    @Option(names = "--overwrite", description = "Replace files that exist.")
    private boolean overwrite;

    @Option(
            names = "--tile",
            paramLabel = "N",
            description = "Compute large pictures in tiles of N pixels (default: 256 where needed).")
    private int tile;

    @Mixin
    private final CommonOptions options = new CommonOptions();

    @Override
    public Integer call() {
        TargetSize wanted = wanted();
        Format as = format();
        if (quality < 1 || quality > 100) {
            throw options.wrongUsage("--quality is " + quality + "; it is 1 to 100.");
        }
        if (tile < 0) {
            throw options.wrongUsage("--tile is " + tile + "; it must not be negative.");
        }
        options.startEngine();
        SuperResolver.Options how = new SuperResolver.Options(
                options.precision(SuperResolver.Options.DEFAULT.precision()), options.device(), tile);
        try (SuperResolver resolver = SuperResolver.load(weights, how)) {
            TargetSize target = wanted == null ? TargetSize.factor(resolver.scale()) : wanted;
            if (target.factor() > resolver.scale()) {
                options.err()
                        .println(weights + " enlarges " + resolver.scale()
                                + " times; the rest is done by bicubic interpolation.");
            }
            UpscaleJobs.Naming naming = new UpscaleJobs.Naming(output, as, suffix, target.suffix());
            try (UpscaleJobs jobs = UpscaleJobs.of(inputs, naming)) {
                return report(run(resolver, target, jobs.jobs()));
            }
        }
    }

    private @Nullable TargetSize wanted() {
        if (scale != null && size != null) {
            throw options.wrongUsage("--scale and --size exclude each other.");
        }
        if (scale != null && !(scale > 0 && scale <= 64)) {
            throw options.wrongUsage("--scale is " + scale + "; it must be above 0 and at most 64.");
        }
        if (size != null) {
            TargetSize target = TargetSize.parse(size);
            if (target == null) {
                throw options.wrongUsage(
                        "--size " + size + " is not a size; write 1920x1080, or 1920x or x1080 to keep the shape.");
            }
            return target;
        }
        return scale == null ? null : TargetSize.factor(scale);
    }

    private @Nullable Format format() {
        if (format == null) {
            return null;
        }
        Format known = Format.ofName("x." + format);
        if (known == null || !known.writable()) {
            throw options.wrongUsage("--format " + format + " is not written; use png, jpg, tif or bmp.");
        }
        return known;
    }

    private Summary run(SuperResolver resolver, TargetSize target, List<UpscaleJobs.Job> jobs) {
        List<Written> written = new ArrayList<>();
        List<Failed> failed = new ArrayList<>();
        boolean one = jobs.size() == 1;
        try (Progress progress = Progress.onStderr("upscale", one ? 100 : jobs.size())) {
            for (int i = 0; i < jobs.size(); i++) {
                UpscaleJobs.Job job = jobs.get(i);
                int before = i;
                try {
                    written.add(upscale(resolver, target, job, share -> {
                        if (one) {
                            progress.update(Math.round(100 * share));
                        } else {
                            progress.status(job.input() + " " + Math.round(100 * share) + " %");
                        }
                    }));
                } catch (FoveaException e) {
                    failed.add(new Failed(job.input(), String.valueOf(e.getMessage())));
                    stackTrace(e);
                } catch (OutOfMemoryError e) {
                    failed.add(new Failed(
                            job.input(),
                            "The Java heap is too small for " + job.input()
                                    + "; give it more with FOVEA_JAVA_OPTS=-Xmx8g."));
                    stackTrace(e);
                }
                if (!one) {
                    progress.update(before + 1);
                }
            }
        }
        return new Summary(written, failed);
    }

    private void stackTrace(Throwable e) {
        if (options.verbose()) {
            e.printStackTrace(options.err());
        }
    }

    private Written upscale(
            SuperResolver resolver,
            TargetSize target,
            UpscaleJobs.Job job,
            java.util.function.DoubleConsumer progress) {
        if (Files.exists(job.output()) && !overwrite) {
            throw new FoveaException(job.output() + " exists already; choose another --output, or pass --overwrite.");
        }
        long start = System.nanoTime();
        Picture small = job.read();
        int width = target.widthOf(small.width(), small.height());
        int height = target.heightOf(small.width(), small.height());
        Picture large = resolver.upscaleTo(small, width, height, progress);
        try {
            Path folder = job.output().toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
        } catch (IOException e) {
            throw FoveaException.cannotWrite(job.output(), e);
        }
        Pictures.write(
                large,
                job.output(),
                WriteOptions.DEFAULT.withJpegQuality(quality).withOverwrite(overwrite));
        if (!options.json()) {
            options.out().println(job.output());
            options.out().flush();
        }
        double seconds = Math.round((System.nanoTime() - start) / 1e6) / 1e3;
        return new Written(job.input(), job.output().toString(), large.width(), large.height(), seconds);
    }

    private int report(Summary summary) {
        if (options.json()) {
            options.print(new Result("", summary));
        }
        if (summary.failed().isEmpty()) {
            return Main.DONE;
        }
        int all = summary.failed().size() + summary.written().size();
        if (all > 1) {
            options.err()
                    .println(String.format(
                            Locale.ROOT,
                            "fovea: %d of %d pictures failed:",
                            summary.failed().size(),
                            all));
        }
        summary.failed().forEach(f -> options.err().println((all > 1 ? "  " : "fovea: ") + f.reason()));
        return Main.FAILED;
    }
}
