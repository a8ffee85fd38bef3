package io.fovea.cli;

import io.fovea.train.Trainer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A training on the command line: Ctrl-C, the last line and the exit code. */
final class Training {
    private static final long PATIENCE_SECONDS = 600;

    /** A training that hands out its trainer before it begins. */
    interface Start {
        Trainer.Result run(Consumer<Trainer> running);
    }

    private Training() {}

    static int run(CommonOptions options, Path folder, Start start) {
        List<Thread> hooks = new ArrayList<>();
        Trainer.Result result;
        try {
            result = start.run(trainer -> {
                Thread hook = new Thread(() -> stop(trainer, options), "stop training");
                hooks.add(hook);
                Runtime.getRuntime().addShutdownHook(hook);
            });
        } finally {
            hooks.forEach(Training::remove);
        }
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
            case INTERRUPTED -> Main.INTERRUPTED;
            case FAILED -> Main.FAILED;
        };
    }

    private static void stop(Trainer trainer, CommonOptions options) {
        trainer.requestStop();
        options.err().println("\nstopping after this step, with a checkpoint");
        try {
            trainer.awaitEnd(PATIENCE_SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The JVM is shutting down: the hook is what asked for it.
        }
    }
}
