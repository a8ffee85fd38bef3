package io.fovea;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.UUID;

/**
 * Writes files that are whole or absent. The content goes to a hidden temporary file in the target's folder, is forced to the disk and then
 * moved over the target, so a reader, a crash, a power cut or a full disk sees the old file or the new one and never a part of either.
 */
public final class AtomicFile {
    private static final String TEMPORARY_SUFFIX = ".part";

    private AtomicFile() {}

    /** What goes into the file. Who needs a stream takes {@link java.nio.channels.Channels#newOutputStream}. */
    @FunctionalInterface
    public interface Content {
        void writeTo(FileChannel file) throws IOException;
    }

    /**
     * Replaces {@code target}, or creates it; whether replacing is wanted is the caller's question to ask.
     *
     * @throws FoveaException if it cannot be written, for instance because the disk is full; the old file is then as it was. Whatever else
     *     {@code content} throws comes through, with the old file as it was, too
     */
    public static void write(Path target, Content content) {
        try {
            Path place = Files.isSymbolicLink(target) ? target.toRealPath() : target.toAbsolutePath();
            if (Files.exists(place) && !Files.isRegularFile(place)) {
                throw new FoveaException("Cannot write " + target + ": it is a "
                        + (Files.isDirectory(place) ? "folder" : "device") + ", a file was expected.");
            }
            Path temporary =
                    place.resolveSibling("." + place.getFileName() + "." + UUID.randomUUID() + TEMPORARY_SUFFIX);
            try {
                writeAndForce(temporary, content);
                Files.move(temporary, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(temporary);
            }
            forceFolder(Objects.requireNonNull(place.getParent()));
        } catch (IOException e) {
            throw FoveaException.cannotWrite(target, e);
        }
    }

    /** {@link #write(Path, Content)}, refusing a target that exists. */
    public static void writeNew(Path target, Content content) {
        if (Files.exists(target)) {
            throw new FoveaException(target + " exists already and is not overwritten unasked.");
        }
        write(target, content);
    }

    /** {@link #write(Path, Content)} with bytes. */
    public static void write(Path target, byte[] content) {
        write(target, file -> {
            ByteBuffer rest = ByteBuffer.wrap(content);
            while (rest.hasRemaining()) {
                file.write(rest);
            }
        });
    }

    /** {@link #write(Path, Content)} with text, in UTF-8. */
    public static void write(Path target, String content) {
        write(target, content.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether a file is one that a write begins with, and a killed process leaves behind. */
    public static boolean isTemporary(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.startsWith(".") && name.endsWith(TEMPORARY_SUFFIX);
    }

    /** Deletes the temporary files that a killed process has left in a folder. Only for folders in which nobody writes at the moment. */
    public static void deleteTemporaryFiles(Path folder) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ".*" + TEMPORARY_SUFFIX)) {
            for (Path file : files) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw FoveaException.cannotWrite(folder, e);
        }
    }

    private static void writeAndForce(Path temporary, Content content) throws IOException {
        try (FileChannel file = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            content.writeTo(file);
            file.force(true);
        }
    }

    /** Makes the move itself survive a power cut. Windows has no such call and does not need it. */
    private static void forceFolder(Path folder) throws IOException {
        if (System.getProperty("os.name").startsWith("Windows")) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
