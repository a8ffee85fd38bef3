package io.fovea.parity;

import io.fovea.FoveaException;
import io.fovea.torch.Scope;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Runs every fixture of a folder that one of the given cases knows. */
public final class ParityRunner {
    private static final int SHOWN = 3;

    private ParityRunner() {}

    /** What became of a file. */
    public enum Verdict {
        PASS,
        FAIL,
        /** No case knows it. */
        UNKNOWN,
        /** What could be compared passed, but pictures or weights were missing for the rest. */
        NO_DATA;

        @Override
        public String toString() {
            return name().replace('_', ' ');
        }
    }

    /**
     * The result of one file.
     *
     * @param file path below the folder, with slashes
     * @param comparisons how many were made
     * @param worst the one nearest to failing, or null if there was none
     * @param reason why it did not pass; empty if it did
     */
    public record Result(
            String file,
            Verdict verdict,
            int comparisons,
            @Nullable Outcome worst,
            String reason) {
        /** One line for a person. */
        public String line() {
            String numbers =
                    worst == null ? "" : String.format(Locale.ROOT, "%8.1e of %.0e", worst.error(), worst.tolerance());
            String why = reason.isEmpty() ? "" : ": " + reason;
            return String.format(Locale.ROOT, "%-58s %-17s %s%s", file, numbers, verdict, why);
        }
    }

    /**
     * Runs all files named {@code *.json} in a folder and its subfolders, in the order of their paths. Prints a line each (name, largest error of its tolerance,
     * verdict and reason) and at the end {@code N passed, N failed, N unknown, N without data}.
     *
     * @param data folder of pictures and weights, or null
     * @param strict whether unknown files and missing data count as failures
     * @return exit code: 1 if a file failed, with {@code strict} also if one is unknown or without data; else 0
     * @throws FoveaException if the folder cannot be read or holds no such file, or the data folder does not exist
     */
    public static int run(Path dir, @Nullable Path data, List<ParityCase> cases, PrintStream out, boolean strict) {
        List<Result> results = run(dir, data, cases, r -> out.println(r.line()));
        long failed = count(results, Verdict.FAIL);
        long unknown = count(results, Verdict.UNKNOWN);
        long without = count(results, Verdict.NO_DATA);
        out.println(count(results, Verdict.PASS) + " passed, " + failed + " failed, " + unknown + " unknown, " + without
                + " without data");
        return failed > 0 || (strict && unknown + without > 0) ? 1 : 0;
    }

    /** As {@link #run(Path, Path, List, PrintStream, boolean)}, handing each result to {@code each} as soon as it is there. */
    public static List<Result> run(Path dir, @Nullable Path data, List<ParityCase> cases, Consumer<Result> each) {
        if (data != null && !Files.isDirectory(data)) {
            throw new FoveaException("There is no data folder " + data + ".");
        }
        List<Result> results = new ArrayList<>();
        for (Path file : fixtures(dir)) {
            String below = file.equals(dir) ? String.valueOf(file.getFileName()) : slashed(dir, file);
            Result result = check(file, below, data, cases);
            results.add(result);
            each.accept(result);
        }
        return results;
    }

    private static List<Path> fixtures(Path dir) {
        if (Files.isRegularFile(dir)) {
            return List.of(dir);
        }
        if (!Files.isDirectory(dir)) {
            throw new FoveaException("There is no folder " + dir + " with fixtures.");
        }
        try (Stream<Path> walk = Files.walk(dir)) {
            List<Path> files = walk.filter(f -> f.toString().endsWith(".json") && Files.isRegularFile(f))
                    .sorted(Comparator.comparing(f -> slashed(dir, f)))
                    .toList();
            if (files.isEmpty()) {
                throw new FoveaException("The folder " + dir + " holds no fixture (*.json).");
            }
            return files;
        } catch (IOException e) {
            throw FoveaException.cannotRead(dir, e);
        }
    }

    private static String slashed(Path dir, Path file) {
        return dir.relativize(file).toString().replace('\\', '/');
    }

    private static long count(List<Result> results, Verdict verdict) {
        return results.stream().filter(r -> r.verdict() == verdict).count();
    }

    // ---- one file ----

    /** Runs one file with the first case that knows it. Whatever goes wrong inside is the file's failure. */
    public static Result check(Path file, @Nullable Path data, List<ParityCase> cases) {
        return check(file, String.valueOf(file.getFileName()), data, cases);
    }

    private static Result check(Path file, String name, @Nullable Path data, List<ParityCase> cases) {
        try {
            Fixture fixture = Fixture.read(file);
            Optional<ParityCase> known =
                    cases.stream().filter(c -> c.knows().test(fixture)).findFirst();
            if (known.isEmpty()) {
                String subject = fixture.subject();
                return new Result(
                        name, Verdict.UNKNOWN, 0, null, subject.isEmpty() ? "it names no case" : "case " + subject);
            }
            return compare(name, fixture, new Check(fixture, data), known.get());
        } catch (RuntimeException e) {
            return new Result(name, Verdict.FAIL, 0, null, sentence(e));
        }
    }

    private static Result compare(String name, Fixture fixture, Check check, ParityCase known) {
        String thrown = "";
        try (Scope scope = Scope.open()) {
            known.comparison().run(fixture, check);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            thrown = sentence(e);
        }
        List<Outcome> outcomes = check.outcomes();
        Outcome worst = outcomes.stream()
                .max(Comparator.comparingDouble(Outcome::share))
                .orElse(null);
        List<String> failed = outcomes.stream()
                .filter(o -> !o.passed())
                .map(o -> String.format(Locale.ROOT, "%s is off by %.2e", o.what(), o.error()))
                .toList();
        List<String> needs = check.needs();
        if (!thrown.isEmpty()) {
            return new Result(name, Verdict.FAIL, outcomes.size(), worst, thrown);
        }
        if (!failed.isEmpty()) {
            return new Result(name, Verdict.FAIL, outcomes.size(), worst, list(failed));
        }
        if (!needs.isEmpty()) {
            return new Result(name, Verdict.NO_DATA, outcomes.size(), worst, "needs " + list(needs));
        }
        List<String> forgotten = check.forgotten();
        if (!forgotten.isEmpty() || outcomes.isEmpty()) {
            String left = forgotten.isEmpty() ? "anything" : list(forgotten);
            return new Result(name, Verdict.FAIL, outcomes.size(), worst, "nothing was compared with " + left);
        }
        return new Result(name, Verdict.PASS, outcomes.size(), worst, "");
    }

    private static String list(List<String> items) {
        String more = items.size() > SHOWN ? " and " + (items.size() - SHOWN) + " more" : "";
        return String.join(", ", items.subList(0, Math.min(SHOWN, items.size()))) + more;
    }

    private static String sentence(Throwable e) {
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return e instanceof FoveaException ? message : e.getClass().getSimpleName() + ": " + message;
    }
}
