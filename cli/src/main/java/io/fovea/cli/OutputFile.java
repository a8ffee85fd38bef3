package io.fovea.cli;

import io.fovea.FoveaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Consumer;

/** Files that verbs write: whole or not at all, and never over another one unless asked. */
public final class OutputFile {
    private OutputFile() {}

    /** @throws FoveaException if the file exists and may not be replaced */
    public static void check(Path file, boolean overwrite) {
        if (Files.exists(file) && !overwrite) {
            throw new FoveaException(file + " exists already; choose another name or pass --overwrite.");
        }
    }

    /**
     * Creates the file's folder and lets {@code write} write a new file beside it, which then takes its place.
     *
     * @throws FoveaException if the file exists and may not be replaced, or cannot be written
     */
    public static void write(Path file, boolean overwrite, Consumer<Path> write) {
        check(file, overwrite);
        try {
            Path folder = file.toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            // What AtomicFile writes on the way to it begins with its name, too.
            Path temporary = file.resolveSibling(
                    "." + file.getFileName() + "." + ProcessHandle.current().pid() + ".part");
            try (Unfinished unfinished = new Unfinished(file);
                    Unfinished inner = new Unfinished(temporary)) {
                write.accept(temporary);
                Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (FoveaException e) {
                String message = String.valueOf(e.getMessage());
                throw new FoveaException(message.replace(temporary.toString(), file.toString()), e);
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            throw FoveaException.cannotWrite(file, e);
        }
    }
}
