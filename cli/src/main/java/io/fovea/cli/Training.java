package io.fovea.cli;

import io.fovea.FoveaException;
import io.fovea.train.Trainer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A training on the command line: Ctrl-C, the last line and the exit code. */
final class Training {
    private static final long PATIENCE_SECONDS = 600;

    /** A training that hands out its trainer before it begins. */
    interface Start {
        Trainer.Result run(Consumer<Trainer> running);
    }

    private Training() {}

    /** @param system whose name the command to go on with has */
    static int run(CommonOptions options, VisionSystem<?> system, Path folder, Start start) {
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
        options.print(new Result(
                state + " after " + result.steps() + " steps: " + folder + "\n",
                Map.of("run", folder.toString(), "state", state, "steps", result.steps())));
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
