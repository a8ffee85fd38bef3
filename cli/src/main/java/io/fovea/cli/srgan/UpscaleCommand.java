package io.fovea.cli.srgan;

import io.fovea.Figures;
import io.fovea.FoveaException;
import io.fovea.cli.CommonOptions;
import io.fovea.cli.Main;
import io.fovea.cli.Result;
import io.fovea.cli.Unfinished;
import io.fovea.image.Format;
import io.fovea.image.Picture;
import io.fovea.image.Pictures;
import io.fovea.image.WriteOptions;
import io.fovea.srgan.SuperResolver;
import io.fovea.torch.Device;
import io.fovea.torch.Precision;
import io.fovea.train.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.DoubleConsumer;
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

    private static final String EXISTS = " exists already; choose another --output, or pass --overwrite.";

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
        if (output != null && UpscaleJobs.isFile(output)) {
            Format named = writable(Format.ofName(output.toString()), "--output " + output);
            if (as != null && as != named) {
                throw options.wrongUsage("--output " + output + " and --format " + format + " contradict each other.");
            }
        }
        options.startEngine();
        Device device = options.device();
        SuperResolver.Options how =
                new SuperResolver.Options(options.precision(Precision.fastest(device)), device, tile);
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
            throw options.wrongUsage("--scale is " + Figures.number(scale) + "; it must be above 0 and at most 64.");
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
        return writable(Format.ofName("x." + format), "--format " + format);
    }

    private Format writable(@Nullable Format wanted, String where) {
        if (wanted == null || !wanted.writable()) {
            throw options.wrongUsage(where + ": Fovea does not write this format; use png, jpg, tif or bmp.");
        }
        return wanted;
    }

    /** Pictures whose results exist already are left out; of the others each is done or fails on its own. */
    private Summary run(SuperResolver resolver, TargetSize target, List<UpscaleJobs.Job> jobs) {
        List<UpscaleJobs.Job> open =
                jobs.stream().filter(j -> overwrite || !exists(j.output())).toList();
        List<Written> written = Collections.synchronizedList(new ArrayList<>());
        List<Failed> failed = new ArrayList<>();
        jobs.stream()
                .filter(j -> !open.contains(j))
                .forEach(j -> failed.add(new Failed(j.input(), j.output() + EXISTS)));
        Thread farewell = new Thread(() -> options.err()
                .println("\nfovea: stopped; " + written.size() + " of " + open.size() + " pictures are written."));
        Runtime.getRuntime().addShutdownHook(farewell);
        try (Progress progress =
                open.size() == 1 ? Progress.percentOnStderr("upscale") : Progress.onStderr("upscale", open.size())) {
            for (int i = 0; i < open.size(); i++) {
                one(resolver, target, open.get(i), share(progress, open, i), written, failed);
                if (open.size() > 1) {
                    progress.update(i + 1);
                }
            }
        }
        remove(farewell);
        return new Summary(written, failed);
    }

    private static void remove(Thread farewell) {
        try {
            Runtime.getRuntime().removeShutdownHook(farewell);
        } catch (IllegalStateException e) {
            // The process is being stopped: it has spoken.
        }
    }

    private static DoubleConsumer share(Progress progress, List<UpscaleJobs.Job> jobs, int index) {
        return share -> {
            if (jobs.size() == 1) {
                progress.update(Math.round(100 * share));
            } else {
                progress.status(jobs.get(index).input() + " " + Math.round(100 * share) + " %");
            }
        };
    }

    private void one(
            SuperResolver resolver,
            TargetSize target,
            UpscaleJobs.Job job,
            DoubleConsumer progress,
            List<Written> written,
            List<Failed> failed) {
        try {
            written.add(upscale(resolver, target, job, progress));
        } catch (FoveaException e) {
            failed.add(new Failed(job.input(), String.valueOf(e.getMessage())));
            stackTrace(e);
        } catch (OutOfMemoryError e) {
            failed.add(new Failed(
                    job.input(),
                    "The Java heap is too small for " + job.input() + "; give it more with FOVEA_JAVA_OPTS=-Xmx8g."));
            stackTrace(e);
        }
    }

    private void stackTrace(Throwable e) {
        if (options.verbose()) {
            e.printStackTrace(options.err());
        }
    }

    private static boolean exists(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    private Written upscale(SuperResolver resolver, TargetSize target, UpscaleJobs.Job job, DoubleConsumer progress) {
        long start = System.nanoTime();
        prepare(job.output());
        Picture small = job.read();
        int width = target.widthOf(small.width(), small.height());
        int height = target.heightOf(small.width(), small.height());
        Picture large = resolver.upscaleTo(small, width, height, progress);
        try (Unfinished unfinished = new Unfinished(job.output())) {
            Pictures.write(
                    large,
                    job.output(),
                    WriteOptions.DEFAULT.withJpegQuality(quality).withOverwrite(overwrite));
        }
        if (!options.json()) {
            options.out().println(job.output());
            options.out().flush();
        }
        double seconds = Math.round((System.nanoTime() - start) / 1e6) / 1e3;
        return new Written(job.input(), job.output().toString(), large.width(), large.height(), seconds);
    }

    /** Creates the folder of a result before the work begins. */
    private static void prepare(Path file) {
        Path folder = file.toAbsolutePath().normalize().getParent();
        for (Path part = folder; part != null; part = part.getParent()) {
            if (exists(part) && !Files.isDirectory(part)) {
                throw new FoveaException("Cannot write " + file + ": " + part + " is not a folder.");
            }
        }
        try {
            if (folder != null) {
                Files.createDirectories(folder);
            }
        } catch (IOException e) {
            throw new FoveaException("Cannot write " + file + ": the folder " + folder + " cannot be created.", e);
        }
        if (folder != null && !Files.isWritable(folder)) {
            throw new FoveaException("Cannot write " + file + ": the folder " + folder + " is not writable.");
        }
    }

    private int report(Summary summary) {
        if (options.json()) {
            options.print(new Result("", summary));
        }
        if (summary.failed().isEmpty()) {
            return Main.DONE;
        }
        int all = summary.failed().size() + summary.written().size();
        List<String> reasons = reasons(summary.failed());
        if (all > 1) {
            options.err()
                    .println(String.format(
                            Locale.ROOT,
                            "fovea: %d of %d pictures failed:",
                            summary.failed().size(),
                            all));
        }
        reasons.forEach(r -> options.err().println((all > 1 ? "  " : "fovea: ") + r));
        return Main.FAILED;
    }

    /** A sentence for each, but one for all whose results exist. */
    private static List<String> reasons(List<Failed> failed) {
        List<String> reasons = new ArrayList<>();
        List<String> existing = failed.stream()
                .map(Failed::reason)
                .filter(r -> r.endsWith(EXISTS))
                .toList();
        if (existing.size() > 1) {
            String first = existing.get(0).substring(0, existing.get(0).length() - EXISTS.length());
            reasons.add(
                    first + " and " + (existing.size() - 1) + " more exist already; pass --overwrite to replace them.");
        } else {
            reasons.addAll(existing);
        }
        failed.stream().map(Failed::reason).filter(r -> !r.endsWith(EXISTS)).forEach(reasons::add);
        return reasons;
    }
}
