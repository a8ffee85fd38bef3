package io.fovea.cli;

import io.fovea.FoveaException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * While it is open, Ctrl-C takes away what {@link io.fovea.AtomicFile} has begun to write for a file, so that no part of it stays behind.
 */
public final class Unfinished implements AutoCloseable {
    private final Path file;
    private final Thread hook = new Thread(this::delete, "delete unfinished file");

    /** @throws FoveaException if the process is being stopped already, so that nothing new is begun */
    public Unfinished(Path file) {
        this.file = file.toAbsolutePath();
        try {
            Runtime.getRuntime().addShutdownHook(hook);
        } catch (IllegalStateException e) {
            throw new FoveaException("Stopped before " + file + " was written.", e);
        }
    }

    private void delete() {
        Path folder = file.getParent();
        if (folder == null) {
            return;
        }
        String begin = "." + file.getFileName() + ".";
        DirectoryStream.Filter<Path> unfinished = f -> {
            String name = String.valueOf(f.getFileName());
            return name.startsWith(begin) && name.endsWith(".part");
        };
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, unfinished)) {
            for (Path part : parts) {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            // The process ends; a hidden file that cannot be deleted now is all that is left.
        }
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is being stopped: the hook runs.
        }
    }
}
