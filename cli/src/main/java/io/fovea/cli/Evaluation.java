package io.fovea.cli;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A system's evaluation protocol. The object may have options of its own, annotated for picocli. */
public interface Evaluation {
    /**
     * Runs the protocol on each data set.
     *
     * @param weights zoo name or path, or null if none were named
     * @param data folders, zips or files, a set each
     */
    Result run(@Nullable String weights, List<Path> data, CommonOptions options);
}
