package io.fovea.cli.srgan;

import io.fovea.FoveaException;
import io.fovea.data.PictureSet;
import io.fovea.image.Format;
import io.fovea.image.Picture;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Which picture goes to which file. */
final class UpscaleJobs implements AutoCloseable {
    /** One picture. */
    record Job(PictureSet set, int index, String input, Path output) {
        Picture read() {
            return set.read(index);
        }
    }

    /**
     * How results are named.
     *
     * @param output file or folder, or null for beside the input
     * @param format of the results, or null for the input's own
     * @param suffix put before the extension, or null for {@code size} where a result lands in the folder of its input and none elsewhere
     * @param size tells results from inputs
     */
    record Naming(
            @Nullable Path output,
            @Nullable Format format,
            @Nullable String suffix,
            String size) {}

    private final List<PictureSet> sets = new ArrayList<>();
    private final List<Job> jobs = new ArrayList<>();

    private UpscaleJobs() {}

    /**
     * @param inputs files, folders, zips, and patterns of file names that no shell has expanded
     * @throws FoveaException if an input does not exist, or two results would be one file
     */
    static UpscaleJobs of(List<String> inputs, Naming naming) {
        UpscaleJobs all = new UpscaleJobs();
        try {
            List<Path> paths = new ArrayList<>();
            inputs.stream().distinct().forEach(i -> paths.addAll(expand(i)));
            for (Path path : paths) {
                all.add(path, naming, paths.size() == 1);
            }
            all.checkDistinct();
            return all;
        } catch (RuntimeException e) {
            all.close();
            throw e;
        }
    }

    List<Job> jobs() {
        return jobs;
    }

    private void add(Path input, Naming naming, boolean alone) {
        PictureSet set = PictureSet.open(input);
        sets.add(set);
        Path file = set.file(0);
        boolean single = file != null && file.equals(input);
        Path beside = single ? folderOf(input) : sibling(input, bare(nameOf(input)) + naming.size());
        for (int i = 0; i < set.size(); i++) {
            String name = set.name(i);
            Path asked = naming.output();
            if (asked != null && isFile(asked)) {
                if (!alone || set.size() > 1) {
                    throw new FoveaException(
                            "--output " + asked + " is one file, and there are several pictures; name a folder.");
                }
                jobs.add(new Job(set, i, input.toString(), asked));
                continue;
            }
            Path folder = asked == null ? beside : asked;
            Path from = set.file(i);
            boolean home = from != null && same(folder.resolve(name).toAbsolutePath(), from.toAbsolutePath());
            String suffix = naming.suffix() != null ? naming.suffix() : home ? naming.size() : "";
            String shown = single ? input.toString() : input + "/" + name;
            jobs.add(new Job(
                    set, i, shown, folder.resolve(bare(name) + suffix + "." + extension(name, naming.format()))));
        }
    }

    private static boolean same(Path a, Path b) {
        return a.normalize().equals(b.normalize());
    }

    /** A name with a picture's ending that is no folder. */
    static boolean isFile(Path output) {
        return Format.ofName(nameOf(output)) != null && !Files.isDirectory(output);
    }

    private static String extension(String name, @Nullable Format wanted) {
        Format own = Format.ofName(name);
        if (own != null && own.writable() && (wanted == null || wanted == own)) {
            return name.substring(name.lastIndexOf('.') + 1);
        }
        return (wanted == null ? Format.PNG : wanted).extensions().get(0);
    }

    private static String bare(String name) {
        int dot = name.lastIndexOf('.');
        return dot > name.lastIndexOf('/') + 1 ? name.substring(0, dot) : name;
    }

    private static String nameOf(Path path) {
        Path name = path.toAbsolutePath().normalize().getFileName();
        return name == null ? "pictures" : name.toString();
    }

    /** A path beside the input; that of "." and ".." is found by their real names. */
    private static Path sibling(Path input, String name) {
        boolean named = !input.normalize().toString().isEmpty() && !input.endsWith("..");
        return (named ? input : input.toAbsolutePath().normalize()).resolveSibling(name);
    }

    private static Path folderOf(Path file) {
        Path parent = file.getParent();
        return parent == null ? Path.of("") : parent;
    }

    private void checkDistinct() {
        Map<Path, String> taken = new LinkedHashMap<>();
        for (Job job : jobs) {
            String other = taken.put(job.output().toAbsolutePath().normalize(), job.input());
            if (other != null) {
                throw new FoveaException(other + " and " + job.input() + " would both be written to " + job.output()
                        + "; upscale them one after the other with different --output or --suffix.");
            }
        }
    }

    /** Shells on Windows leave patterns to the program. */
    private static List<Path> expand(String input) {
        try {
            Path path = Path.of(input);
            if (Files.exists(path)) {
                return List.of(path);
            }
        } catch (InvalidPathException e) {
            // Windows refuses * and ? in a path: it can only be a pattern.
        }
        if (!input.matches(".*[*?\\[{].*")) {
            throw new FoveaException("There is no file or folder " + input + ".");
        }
        int slash = Math.max(input.lastIndexOf('/'), input.lastIndexOf('\\'));
        String folder = slash < 0 ? "" : input.substring(0, slash + 1);
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of(folder), input.substring(slash + 1))) {
            files.forEach(f -> {
                if (PictureSet.isPicture(f.toString())) {
                    found.add(f);
                }
            });
        } catch (IOException | InvalidPathException | PatternSyntaxException e) {
            throw new FoveaException("No picture matches " + input + ".", e);
        }
        if (found.isEmpty()) {
            throw new FoveaException("No picture matches " + input + ".");
        }
        found.sort(null);
        return found;
    }

    @Override
    public void close() {
        sets.forEach(PictureSet::close);
    }
}
