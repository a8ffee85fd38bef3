package io.fovea.cli;

import io.fovea.Json;
import io.fovea.torch.Device;
import io.fovea.torch.Engine;
import io.fovea.torch.Natives;
import io.fovea.torch.Precision;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that every verb has, as a picocli mixin of the name {@code options}. */
public final class CommonOptions {
    private static final class Group {
        @Option(
                names = "--device",
                paramLabel = "DEVICE",
                description = "Where to compute: auto, cpu, cuda or cuda:N (default: auto).")
        private String device = "auto";

        @Option(
                names = "--precision",
                paramLabel = "TYPE",
                description = "Arithmetic: f32, bf16 or f64 (default: what suits the verb).")
        private @Nullable Precision precision;

        @Option(
                names = "--threads",
                paramLabel = "N",
                description = "CPU threads of one operation (default: all cores).")
        private @Nullable Integer threads;

        @Option(
                names = "--seed",
                paramLabel = "N",
                description = "Seed, where chance enters (default: the configuration's, or 1).")
        private @Nullable Long seed;

        @Option(
                names = "--cache-dir",
                paramLabel = "DIR",
                description = "Folder for the native libraries, 450 MB (default: ~/.javacpp/cache).")
        private @Nullable Path cacheDir;

        @Option(names = "--json", description = "Print the result as JSON.")
        private boolean json;

        @Option(names = "--verbose", description = "Say more; with an error, its stack trace.")
        private boolean verbose;

        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                description = "Show this help.")
        @SuppressWarnings("unused")
        private boolean help;
    }

    @ArgGroup(validate = false, order = 900, heading = "%nCommon options%n")
    private final Group given = new Group();

    @Spec(Spec.Target.MIXEE)
    private @Nullable CommandSpec mixee;

    /** Where to compute. */
    public Device device() {
        if (!given.device.matches("auto|cpu|cuda|cuda:\\d{1,3}")) {
            throw wrongUsage("--device " + given.device + " is not known; use auto, cpu, cuda or cuda:N.");
        }
        return Device.parse(given.device);
    }

    /** The arithmetic that was asked for, or {@code otherwise}. */
    public Precision precision(Precision otherwise) {
        return given.precision == null ? otherwise : given.precision;
    }

    /** The arithmetic that was asked for, or null. */
    public @Nullable Precision precision() {
        return given.precision;
    }

    /** The seed that was given, or null. */
    public @Nullable Long seed() {
        return given.seed;
    }

    public boolean json() {
        return given.json;
    }

    public boolean verbose() {
        return given.verbose;
    }

    /** Takes effect before anything else happens; does not load the native libraries. */
    void applyCacheDir() {
        if (given.cacheDir != null) {
            System.setProperty(
                    "org.bytedeco.javacpp.cachedir",
                    given.cacheDir.toAbsolutePath().normalize().toString());
        }
    }

    /** For verbs that compute, before they do: loads the native libraries, sets threads and seed. */
    public void startEngine() {
        Natives.boot();
        if (given.threads == null) {
            Engine.threads();
        } else if (given.threads < 1) {
            throw new ParameterException(
                    spec().commandLine(), "--threads is " + given.threads + "; it must be at least 1.");
        } else {
            Engine.threads(given.threads);
        }
        Engine.seed(given.seed == null ? 1 : given.seed);
    }

    /** Prints a result on stdout, as text or JSON. */
    public void print(Result result) {
        if (given.json) {
            out().println(Json.write(result.json()));
        } else {
            out().print(result.text());
        }
        out().flush();
    }

    public PrintWriter out() {
        return spec().commandLine().getOut();
    }

    public PrintWriter err() {
        return spec().commandLine().getErr();
    }

    /** The exception for options that do not fit each other: one line on stderr and exit code 2. */
    public ParameterException wrongUsage(String message) {
        return new ParameterException(spec().commandLine(), message);
    }

    private CommandSpec spec() {
        if (mixee == null) {
            throw new IllegalStateException("The options are no part of a command.");
        }
        return mixee;
    }
}
