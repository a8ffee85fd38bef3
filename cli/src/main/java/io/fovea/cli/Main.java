package io.fovea.cli;

import io.fovea.FoveaException;
import io.fovea.torch.Natives;
import java.io.File;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** {@code fovea}: finds the command, runs it, and turns what goes wrong into one line and an exit code. */
public final class Main {
    /** Exit code: all was done. */
    public static final int DONE = 0;
    /** Exit code: something failed; a line on stderr says what. */
    public static final int FAILED = 1;
    /** Exit code: the command line is wrong. */
    public static final int USAGE = 2;
    /** Exit code: stopped by Ctrl-C. */
    public static final int INTERRUPTED = 130;

    @Command(
            name = "fovea",
            versionProvider = Version.class,
            header = {"Ten published vision systems, trained, evaluated and run on the JVM.", ""},
            customSynopsis = {"fovea <system> <verb> [files] [--options]", "       fovea <command> [--options]"},
            footer = {
                "",
                "Examples",
                "  fovea srgan upscale photo.jpg              four times as large: photo-x4.jpg",
                "  fovea srgan upscale frames/ --output big/  every picture of a folder",
                "  fovea srgan train photos/ --run runs/mine  train on your own pictures",
                "",
                "fovea <system> --help shows a system's verbs, fovea <system> <verb> --help the options of one.",
                "Every verb has --device, --precision, --threads, --seed, --cache-dir, --json and --verbose.",
            })
    private static final class Fovea {
        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                description = "Show this help.")
        @SuppressWarnings("unused")
        private boolean help;

        @Option(
                names = {"-V", "--version"},
                versionHelp = true,
                description = "Print the version.")
        @SuppressWarnings("unused")
        private boolean version;
    }

    private static final Pattern WRONG_VALUE = Pattern.compile("Invalid value for option '([^']+)'[^:]*: (.*)");
    private static final Pattern WRONG_CHOICE =
            Pattern.compile("expected one of \\[(.*)] \\(case-insensitive\\) but was '(.*)'");

    private Main() {}

    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, false, charset("stdout"));
        PrintWriter err = new PrintWriter(System.err, true, charset("stderr"));
        Thread boot = bootEarly(Arrays.asList(args));
        int code = run(out, err, args);
        out.flush();
        err.flush();
        if (boot != null) {
            joinQuietly(boot); // a process must not end while a library is being loaded
        }
        System.exit(code);
    }

    /**
     * Loads the native libraries while the command line is read, where a verb is given a file that is there. Whoever needs them first waits
     * for them, and reports it if they cannot be had.
     */
    private static @Nullable Thread bootEarly(List<String> words) {
        boolean computes = words.size() > 2
                && Systems.ready().stream().anyMatch(system -> system.name().equals(words.get(0)))
                && words.stream().skip(2).anyMatch(word -> new File(word).exists())
                && words.stream().noneMatch(word -> word.startsWith("--cache-dir"));
        if (!computes) {
            return null;
        }
        Thread boot = new Thread(
                () -> {
                    try {
                        Natives.boot();
                    } catch (FoveaException e) {
                        // Said by the command that needs them.
                    }
                },
                "natives");
        boot.setDaemon(true);
        boot.start();
        return boot;
    }

    private static void joinQuietly(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // JDK 17 and later name it differently.
    private static Charset charset(String stream) {
        String fallback = System.getProperty("native.encoding", "UTF-8");
        return Charset.forName(
                System.getProperty(stream + ".encoding", System.getProperty("sun." + stream + ".encoding", fallback)));
    }

    /** Runs a command line in this process and returns its exit code. */
    public static int run(PrintWriter out, PrintWriter err, String... args) {
        CommandLine fovea = commandLine(Arrays.asList(args));
        fovea.setOut(out);
        fovea.setErr(err);
        return fovea.execute(args);
    }

    /** The commands; the verbs of those systems only that {@code words} name, because describing them all takes a while. */
    static CommandLine commandLine(List<String> words) {
        CommandLine fovea = new CommandLine(new Fovea());
        Help.orderSections(fovea);
        for (VisionSystem<?> system : Systems.ready()) {
            boolean whole = words.contains(system.name()) || words.contains("completion");
            fovea.addSubcommand(system.name(), SystemCommands.of(system, whole));
        }
        fovea.addSubcommand("list", new ListCommand());
        fovea.addSubcommand("demo", new DemoCommand());
        fovea.addSubcommand("doctor", new DoctorCommand());
        fovea.addSubcommand("parity", new ParityCommand());
        fovea.addSubcommand("completion", new CompletionCommand());
        fovea.addSubcommand("warm-up", new WarmUpCommand());
        Help.arrange(fovea);
        fovea.setCaseInsensitiveEnumValuesAllowed(true);
        fovea.setOverwrittenOptionsAllowed(false);
        fovea.setExecutionStrategy(Main::execute);
        fovea.setParameterExceptionHandler(Main::wrongUsage);
        fovea.setExecutionExceptionHandler(Main::failed);
        return fovea;
    }

    private static int execute(ParseResult parsed) {
        for (CommandLine command : parsed.asCommandLineList()) {
            if (command.getMixins().get("options") instanceof CommonOptions options) {
                options.applyCacheDir();
            }
        }
        IExecutionStrategy last = new CommandLine.RunLast();
        CommandLine command =
                parsed.asCommandLineList().get(parsed.asCommandLineList().size() - 1);
        boolean runs = command.getCommand() instanceof Runnable
                || command.getCommand() instanceof java.util.concurrent.Callable;
        if (!runs && !parsed.isUsageHelpRequested() && !parsed.isVersionHelpRequested()) {
            command.usage(command.getErr());
            return USAGE;
        }
        return last.execute(parsed);
    }

    private static int wrongUsage(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        String message = e instanceof UnmatchedArgumentException unmatched ? unknown(unmatched) : plain(e);
        err.println("fovea: " + message + (message.endsWith(".") || message.endsWith("?") ? "" : "."));
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return USAGE;
    }

    private static String unknown(UnmatchedArgumentException e) {
        List<String> near = e.getSuggestions();
        if (e.isUnknownOption()) {
            return e.getUnmatched().get(0) + " is not known" + didYouMean(near);
        }
        return near.isEmpty()
                ? "\"" + String.join(" ", e.getUnmatched()) + "\" is not expected here"
                : "\"" + e.getUnmatched().get(0) + "\" is not known" + didYouMean(near);
    }

    private static String didYouMean(List<String> near) {
        return near.isEmpty()
                ? ""
                : ", did you mean " + near.get(0).substring(near.get(0).lastIndexOf(' ') + 1) + "?";
    }

    /** Picocli's words without the names of Java's types. */
    private static String plain(ParameterException e) {
        String message = e.getMessage() == null ? "wrong usage" : e.getMessage();
        Matcher value = WRONG_VALUE.matcher(message);
        if (!value.matches()) {
            return message.replaceFirst(
                    "^option '(\\S+)'.* should be specified only once$", "$1 may be given only once");
        }
        Matcher choice = WRONG_CHOICE.matcher(value.group(2));
        String reason = choice.matches()
                ? "'" + choice.group(2) + "' is not one of " + choice.group(1).toLowerCase(Locale.ROOT)
                : value.group(2)
                        .replace("is not a double", "is not a number")
                        .replaceAll("is not an? (int|long)\\b", "is not a whole number");
        return value.group(1) + ": " + reason;
    }

    private static int failed(Exception e, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        boolean verbose = parsed != null && parsed.expandedArgs().contains("--verbose");
        if (e instanceof FoveaException) {
            err.println("fovea: " + e.getMessage());
        } else {
            err.println("fovea: an error in Fovea itself: " + e
                    + (verbose ? "" : " (--verbose shows the stack trace; please report it)"));
        }
        if (verbose) {
            e.printStackTrace(err);
        }
        return FAILED;
    }
}
