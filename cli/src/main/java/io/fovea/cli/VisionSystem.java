package io.fovea.cli;

import java.util.List;

/**
 * What a system brings to the command line. The verbs that all systems have (train, resume, evaluate, describe, export, import, config)
 * are implemented once, over this; only what is the system's own is written per system.
 *
 * @param <C> the record that configures a training of it
 */
public interface VisionSystem<C extends Record> {
    /** Its name on the command line, in run folders and in weights files, as {@code srgan}. */
    String name();

    /** What it does, in one line. */
    String summary();

    /** Commands of its own, annotated for picocli; new ones at each call. */
    List<Object> ownVerbs();
}
