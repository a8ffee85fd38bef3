package io.fovea.weights;

import io.fovea.FoveaException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Writes a file whole or not at all: into a temporary file beside it, to the disk, then under its name. */
final class AtomicFile {
    private AtomicFile() {}

    /** What is written. */
    interface Content {
        void writeTo(FileChannel file) throws IOException;
    }

    static void write(Path target, boolean replace, Content content) {
        Path path = target.toAbsolutePath();
        if (!replace && Files.exists(path)) {
            throw new FoveaException(target + " exists already and is not overwritten unasked.");
        }
        Path folder = path.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new FoveaException(target + " cannot be written: there is no folder " + folder + ".");
        }
        Path part = path.resolveSibling("." + path.getFileName() + "." + UUID.randomUUID() + ".part");
        try {
            try (FileChannel file = FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                content.writeTo(file);
                file.force(true);
            }
            Files.move(part, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new FoveaException(target + " cannot be written: " + e.getMessage() + ".", e);
        } finally {
            delete(part);
        }
    }

    private static void delete(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            part.toFile().deleteOnExit();
        }
    }
}
