package io.fovea.cli;

import io.fovea.parity.ParityCase;
import io.fovea.torch.Device;
import io.fovea.train.Trainer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a system brings to the command line. The verbs that all systems have (train, resume, evaluate, describe, export, import, config)
 * are implemented once, over this; only what is the system's own is written per system.
 *
 * @param <C> the record that configures a training of it; it has a component {@code run}, a {@link io.fovea.train.RunConfig}
 */
public interface VisionSystem<C extends Record> {
    /** Its name on the command line, in run folders and in weights files, as {@code srgan}. */
    String name();

    /** What it does, in one line. */
    String summary();

    Class<C> configuration();

    /** Configurations by name, the one that trains by default first; {@code paper} is among them. */
    Map<String, Preset<C>> presets();

    /** New networks of a configuration by name, the one that users run first. */
    Map<String, Network> networks(C config);

    /** Opens weights by zoo name, file or folder, in Fovea's format or a public layout. */
    Weights open(String nameOrPath);

    /** Writes weights in Fovea's own format. Nothing is overwritten. */
    void save(Weights weights, Path file);

    /** Writes weights under the names that the public implementation uses. Nothing is overwritten. */
    void savePublic(Weights weights, Path file);

    /** The verb that trains in a new run folder: a {@link TrainCommand}, or one of the system's own; a new one at each call. */
    Object trainingVerb();

    /** Goes on with a run, with changes to its configuration, as {@code content.steps=80000}. */
    Trainer.Result resume(Path run, List<String> changes, Device device, Consumer<Trainer> running);

    /** What is told, and done, when a run has finished, beyond its folder; null for nothing. */
    default @Nullable Result finished(Path run, CommonOptions options) {
        return null;
    }

    /** A new evaluation. */
    Evaluation evaluation();

    /** Comparisons with the numbers of public implementations. */
    List<ParityCase> parityCases();

    /** Commands of its own, annotated for picocli; one with the name of a general verb takes its place. New ones at each call. */
    List<Object> ownVerbs();
}
