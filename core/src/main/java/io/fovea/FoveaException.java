package io.fovea;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The one exception that Fovea throws at its users: bad input, a broken file, a full disk, a shape that does not fit. Its message is one
 * clear sentence that names what went wrong, where, what was expected and, where there is something to do, what to do next.
 */
public class FoveaException extends RuntimeException {
    public FoveaException(String message) {
        super(message);
    }

    public FoveaException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** The sentence for a file that could not be written: full disk, no permission, missing folder, or what the system said. */
    public static FoveaException cannotWrite(Path file, IOException cause) {
        return new FoveaException("Cannot write " + file + ": " + reason(file, cause) + ".", cause);
    }

    /** The sentence for a file that could not be read: absent, no permission, or what the system said. */
    public static FoveaException cannotRead(Path file, IOException cause) {
        return new FoveaException("Cannot read " + file + ": " + reason(file, cause) + ".", cause);
    }

    private static String reason(Path file, IOException cause) {
        if (isDiskFull(cause)) {
            return "the disk is full" + freeSpace(file) + "; free some space, then run the command again";
        }
        if (cause instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (cause instanceof ClosedByInterruptException) {
            return "the thread was interrupted meanwhile";
        }
        if (cause instanceof NoSuchFileException) {
            return missingPart(file);
        }
        if (cause instanceof FileSystemException system && system.getReason() != null) {
            return system.getReason();
        }
        String said = cause.getMessage();
        return said == null ? cause.getClass().getSimpleName() : said;
    }

    private static String missingPart(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        return folder == null || Files.isDirectory(folder)
                ? "it does not exist"
                : "the folder " + folder + " does not exist";
    }

    private static boolean isDiskFull(IOException cause) {
        String said = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        return said.contains("no space left on device")
                || said.contains("disk quota exceeded")
                || said.contains("not enough space on the disk");
    }

    private static String freeSpace(Path file) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            long free = Files.getFileStore(folder == null ? file : folder).getUsableSpace();
            return String.format(Locale.ROOT, " (%.1f MB free)", free / 1e6);
        } catch (IOException e) {
            return "";
        }
    }
}
