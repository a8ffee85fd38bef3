package io.fovea.train;

import io.fovea.FoveaException;
import io.fovea.data.Batch;
import io.fovea.data.BatchSource;
import io.fovea.data.Loader;
import io.fovea.torch.DType;
import io.fovea.torch.Device;
import io.fovea.torch.Engine;
import io.fovea.torch.F;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import io.fovea.weights.WeightsFile;
import io.fovea.weights.WeightsFormat;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Runs a recipe in a run folder: loads ahead, steps, journals, samples, evaluates, keeps checkpoints, resumes, stops cleanly.
 *
 * <p>Everything that a step depends on is in a checkpoint or a function of the step's number, so a run that was killed and resumed ends
 * with the same bits as one that was not, on the same machine and number of threads.
 */
public final class Trainer {
    /**
     * What a run consists of besides its recipe.
     *
     * @param system name of the system, written into checkpoints and the journal
     * @param config the system's whole configuration as JSON, written into checkpoints
     * @param steps updates in all
     * @param facts what the journal's first line says about machine and data
     */
    public record Plan(
            String system, String config, long steps, RunConfig run, Device device, Map<String, String> facts) {}

    private static final String STEP = "fovea.step";
    private static final String GENERATOR_STATE = "trainer.generator_state";

    private final Plan plan;
    private final Recipe recipe;
    private final BatchSource batches;
    private final RunFolder folder;
    private final Progress progress;
    private final Consumer<RunFolder> report;
    private volatile boolean stopRequested;

    /** @param report writes the run's page; called after each checkpoint and at the end */
    public Trainer(
            Plan plan,
            Recipe recipe,
            BatchSource batches,
            RunFolder folder,
            Progress progress,
            Consumer<RunFolder> report) {
        this.plan = plan;
        this.recipe = recipe;
        this.batches = batches;
        this.folder = folder;
        this.progress = progress;
        this.report = report;
    }

    /** How a run ended. */
    public record Result(Event.Reason reason, long steps, String message) {}

    /** Asks the run to stop after the present step, with a checkpoint; returns at once. For signal handlers. */
    public void requestStop() {
        stopRequested = true;
    }

    /** Starts a new run in a fresh folder. */
    public Result start() {
        return train(
                0, Journal.create(folder.journalFile(), new Event.Start(plan.system(), plan.steps(), plan.facts())));
    }

    /** Goes on from the newest whole checkpoint of the folder, or from the beginning if there is none. */
    public Result resume() {
        if (!Files.exists(folder.journalFile())) {
            return start(); // it was cut off before it began
        }
        Optional<RunFolder.Checkpoint> latest = folder.latest();
        long step = 0;
        if (latest.isPresent()) {
            load(latest.get().file());
            step = latest.get().step();
        }
        return train(step, Journal.resume(folder.journalFile(), step, plan.steps(), plan.facts()));
    }

    private Result train(long from, Journal journal) {
        lastStep = from;
        lastDone = from;
        try (journal;
                EventFile events = EventFile.create(folder.tensorboard(), from);
                Loader loader = new Loader(batches, from, plan.device(), 1, 4)) {
            Result result = loop(from, journal, events, loader);
            journal.append(new Event.End(result.steps(), result.reason(), result.message()));
            report.accept(folder);
            return result;
        } catch (FoveaException e) {
            throw failed(e);
        } finally {
            progress.close();
        }
    }

    private long lastStep;
    private long lastDone;

    /** Notes in journal and report how the run failed, as far as they can still be written, and tells what is left. */
    private FoveaException failed(FoveaException reason) {
        FoveaException told = new FoveaException(
                reason.getMessage() + " The run stopped after step " + lastStep + "; "
                        + folder.latest()
                                .map(c -> "resume goes on from " + folder.relative(c.file()) + ".")
                                .orElse("it has no checkpoint yet."),
                reason);
        try (Journal journal = Journal.open(folder.journalFile())) {
            journal.append(new Event.End(lastStep, Event.Reason.FAILED, String.valueOf(reason.getMessage())));
            report.accept(folder);
        } catch (FoveaException e) {
            told.addSuppressed(e);
        }
        return told;
    }

    private Result loop(long from, Journal journal, EventFile events, Loader loader) {
        RunConfig run = plan.run();
        List<Scalars> window = new ArrayList<>();
        long windowStart = System.nanoTime();
        loader.takeWaitedSeconds();
        if (from == 0) {
            look(0, journal, events);
        }
        for (long step = from; step < plan.steps() && !recipe.finished(); step++) {
            lastStep = step;
            Scalars scalars = one(step, loader);
            for (Map.Entry<String, Double> s : scalars.values().entrySet()) {
                if (!Double.isFinite(s.getValue())) {
                    return diverged(step, s.getKey() + " became " + s.getValue(), journal);
                }
            }
            window.add(scalars);
            long done = step + 1;
            lastDone = done;
            progress.update(done, scalars);
            boolean last = done == plan.steps() || recipe.finished();
            if (done % run.logEvery() == 0 || last) {
                double seconds = (System.nanoTime() - windowStart) / 1e9;
                double waited = Math.min(1, loader.takeWaitedSeconds() / seconds);
                Scalars mean = Scalars.mean(window).and("steps_per_second", window.size() / seconds);
                journal.append(new Event.Step(done, mean, waited));
                events.scalars(done, mean);
                progress.waited(waited);
                window.clear();
                windowStart = System.nanoTime();
            }
            if (done % run.sampleEvery() == 0 || last) {
                long before = System.nanoTime();
                sample(done, journal, events);
                windowStart += System.nanoTime() - before;
            }
            if (done % run.evaluateEvery() == 0 || last) {
                long before = System.nanoTime();
                evaluate(done, journal, events);
                windowStart += System.nanoTime() - before;
            }
            boolean stop = stopRequested && !last;
            if (done % run.checkpointEvery() == 0 || last || stop) {
                Optional<String> broken = notFinite();
                if (broken.isPresent()) {
                    return diverged(step, broken.get() + " holds values that are not finite", journal);
                }
                checkpoint(done, journal);
                report.accept(folder);
            }
            if (stop) {
                return new Result(Event.Reason.INTERRUPTED, done, "");
            }
        }
        lastStep = recipe.finished() ? lastDone : plan.steps();
        return new Result(Event.Reason.FINISHED, lastStep, "");
    }

    private Scalars one(long step, Loader loader) {
        try (Scope scope = Scope.open();
                Batch batch = loader.next()) {
            return recipe.step(step, batch);
        }
    }

    /** The first saved tensor with a NaN or an infinity in it: a loss shows a broken update only one step later. */
    private Optional<String> notFinite() {
        for (Map.Entry<String, Tensor> t : recipe.saved().tensors().entrySet()) {
            try (Scope scope = Scope.open()) {
                boolean real = t.getValue().dtype().isFloatingPoint();
                if (real && F.sum(F.mul(t.getValue().detach(), 0)).item() != 0) { // infinity * 0 is NaN
                    return Optional.of(t.getKey());
                }
            }
        }
        return Optional.empty();
    }

    private Result diverged(long step, String what, Journal journal) {
        String kept = folder.latest()
                .map(c -> "; the last good checkpoint is " + folder.relative(c.file()) + ".")
                .orElse(" before its first checkpoint.");
        String message = what + " at step " + (step + 1) + ", so the run was stopped" + kept
                + " Resume with a lower rate (--set ...rate=...), or in f32 if it ran in bf16.";
        journal.append(new Event.Warning(step, message));
        return new Result(Event.Reason.FAILED, step, message);
    }

    private void look(long step, Journal journal, EventFile events) {
        sample(step, journal, events);
        evaluate(step, journal, events);
    }

    private void sample(long step, Journal journal, EventFile events) {
        try (Scope scope = Scope.open()) {
            SampleSheet sheet = new SampleSheet();
            recipe.sample(step, sheet);
            if (!sheet.isEmpty()) {
                Path file = folder.sampleFile(step);
                sheet.write(file);
                journal.append(new Event.Sample(step, folder.relative(file)));
                events.image(step, "samples", file);
            }
        }
    }

    private void evaluate(long step, Journal journal, EventFile events) {
        try (Scope scope = Scope.open()) {
            Scores scores = recipe.evaluate(step);
            journal.append(new Event.Evaluate(step, scores));
            Scalars scalars = Scalars.NONE;
            for (Score s : scores.list()) {
                scalars = scalars.and("evaluation/" + s.name(), s.value());
            }
            events.scalars(step, scalars);
            progress.scores(scores);
        }
    }

    private void checkpoint(long step, Journal journal) {
        Path file = folder.checkpointFile(step);
        try (Scope scope = Scope.open()) {
            Map<String, Tensor> tensors = new LinkedHashMap<>(recipe.saved().tensors());
            byte[] state = Engine.generatorState();
            tensors.put(GENERATOR_STATE, Tensor.of(ByteBuffer.wrap(state), DType.U8, state.length));
            Map<String, String> metadata =
                    new LinkedHashMap<>(WeightsFormat.metadata(plan.system(), plan.config(), null));
            metadata.put(STEP, Long.toString(step));
            WeightsFile.replace(tensors, metadata, file);
        }
        journal.append(new Event.Checkpoint(step, folder.relative(file)));
        Optional<Event.Evaluate> best = Journal.best(Journal.read(folder.journalFile()));
        folder.prune(best.isPresent() ? OptionalLong.of(best.get().step()) : OptionalLong.empty());
    }

    private void load(Path file) {
        try (Scope scope = Scope.open()) {
            Map<String, Tensor> tensors = WeightsFile.open(file).loadExact();
            recipe.saved().load(tensors, file.toString());
            Tensor state = tensors.get(GENERATOR_STATE);
            if (state == null) {
                throw new FoveaException(file + " has no " + GENERATOR_STATE + "; it is no checkpoint of a run.");
            }
            Engine.generatorState(state.toBytes());
        }
    }
}
