package io.fovea.cli;

import io.fovea.FoveaException;
import io.fovea.train.Event;
import io.fovea.train.Trainer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A training on the command line: Ctrl-C, the last line and the exit code. */
public final class Training {
    private static final long PATIENCE_SECONDS = 600;

    /** A training that hands out its trainer before it begins. */
    public interface Start {
        Trainer.Result run(Consumer<Trainer> running);
    }

    private Training() {}

    /** The first of {@code runs/SYSTEM-1}, {@code runs/SYSTEM-2} ... that is not there. */
    public static Path freeFolder(VisionSystem<?> system) {
        for (int n = 1; ; n++) {
            Path folder = Path.of("runs", system.name() + "-" + n);
            if (!Files.exists(folder)) {
                return folder;
            }
        }
    }

    /**
     * Trains until the end or Ctrl-C and tells how it went.
     *
     * @param system whose name the command to go on with has
     * @return the exit code
     */
    public static int run(CommonOptions options, VisionSystem<?> system, Path folder, Start start) {
        Stop stop = new Stop(options);
        try {
            Trainer.Result result;
            try {
                result = start.run(stop::on);
            } finally {
                stop.remove();
            }
            return tell(result, options, system, folder);
        } catch (FoveaException e) {
            if (!stop.asked()) {
                throw e;
            }
            options.err().println("fovea: " + e.getMessage()); // the JVM would end before the exception is told
            return Main.FAILED;
        } finally {
            stop.told.countDown();
        }
    }

    private static int tell(Trainer.Result result, CommonOptions options, VisionSystem<?> system, Path folder) {
        String state = switch (result.reason()) {
            case FINISHED -> "finished";
            case INTERRUPTED -> "stopped";
            case FAILED -> "failed";
        };
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("run", folder.toString());
        json.put("state", state);
        json.put("steps", result.steps());
        String text = state + " after " + result.steps() + " steps: " + folder + "\n";
        Result more = result.reason() == Event.Reason.FINISHED ? system.finished(folder, options) : null;
        if (more != null) {
            json.put("result", more.json());
            text += more.text();
        }
        options.print(new Result(text, json));
        if (!result.message().isEmpty()) {
            options.err().println("fovea: " + result.message());
        }
        return switch (result.reason()) {
            case FINISHED -> Main.DONE;
            case INTERRUPTED -> {
                options.err()
                        .println("fovea: stopped with a checkpoint; go on with: fovea " + system.name() + " resume "
                                + quoted(folder));
                yield Main.INTERRUPTED;
            }
            case FAILED -> Main.FAILED;
        };
    }

    /** A path as a shell takes it. */
    private static String quoted(Path path) {
        String text = path.toString();
        return text.matches("[\\w./:\\\\-]+") ? text : "\"" + text + "\"";
    }

    /** Ctrl-C: the JVM ends when its hooks have, so this one waits until the training has ended and all is told. */
    private static final class Stop {
        private final CommonOptions options;
        private final CountDownLatch told = new CountDownLatch(1);
        private @Nullable Trainer trainer;
        private @Nullable Thread hook;
        private volatile boolean asked;

        Stop(CommonOptions options) {
            this.options = options;
        }

        void on(Trainer running) {
            trainer = running;
            hook = new Thread(this::ask, "stop training");
            Runtime.getRuntime().addShutdownHook(hook);
        }

        boolean asked() {
            return asked;
        }

        private void ask() {
            asked = true;
            Objects.requireNonNull(trainer).requestStop();
            options.err().println("\nstopping after this step, with a checkpoint");
            try {
                told.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        void remove() {
            try {
                if (hook != null) {
                    Runtime.getRuntime().removeShutdownHook(hook);
                }
            } catch (IllegalStateException e) {
                // The JVM is shutting down: the hook is what asked for it.
            }
        }
    }
}
