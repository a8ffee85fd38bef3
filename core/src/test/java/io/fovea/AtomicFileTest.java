package io.fovea;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    Path folder;

    @Test
    void createsAndReplaces() throws IOException {
        Path file = folder.resolve("a.txt");
        AtomicFile.write(file, "old");
        AtomicFile.write(file, "new");
        assertThat(file).hasContent("new");
        assertThat(folder).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void theOldFileStandsUntilTheNewOneIsWhole() throws IOException {
        Path file = folder.resolve("a.txt");
        AtomicFile.write(file, "old");
        AtomicFile.write(file, channel -> {
            channel.write(ByteBuffer.wrap("new".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
            assertThat(file).hasContent("old");
        });
        assertThat(file).hasContent("new");
    }

    @Test
    void aFullDiskIsSaidAndLeavesTheOldFile() throws IOException {
        Path file = folder.resolve("a.txt");
        AtomicFile.write(file, "old");
        assertThatThrownBy(() -> AtomicFile.write(file, channel -> {
                    channel.write(ByteBuffer.wrap(new byte[100]));
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(FoveaException.class)
                .hasMessageMatching("Cannot write .*a.txt: the disk is full \\([0-9.]+ MB free\\); free some space, "
                        + "then run the command again\\.");
        assertThat(file).hasContent("old");
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void whatTheContentThrowsComesThrough() throws IOException {
        Path file = folder.resolve("a.txt");
        assertThatThrownBy(() -> AtomicFile.write(file, channel -> {
                    throw new IllegalStateException("boom");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void refusesAFolder() {
        assertThatThrownBy(() -> AtomicFile.write(folder, "x"))
                .isInstanceOf(FoveaException.class)
                .hasMessage("Cannot write " + folder + ": it is a folder, a file was expected.");
    }

    @Test
    void namesTheFolderThatIsMissing() {
        assertThatThrownBy(() -> AtomicFile.write(folder.resolve("no/a.txt"), "x"))
                .isInstanceOf(FoveaException.class)
                .hasMessageMatching("Cannot write .*a.txt: the folder .*no does not exist\\.");
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void refusesADevice() {
        Path device = Path.of("/dev/null");
        assertThatThrownBy(() -> AtomicFile.write(device, "x")).hasMessageContaining("it is a device");
        assertThat(Files.isRegularFile(device)).isFalse();
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void followsALink() throws IOException {
        Path real = Files.writeString(folder.resolve("real.txt"), "old");
        Path link = Files.createSymbolicLink(folder.resolve("link.txt"), real);
        AtomicFile.write(link, "new");
        assertThat(link).isSymbolicLink().hasContent("new");
        assertThat(real).hasContent("new");
    }

    @Test
    void clearsOnlyTemporaryFiles() throws IOException {
        Path kept = Files.writeString(folder.resolve("a.part"), "mine");
        Files.writeString(folder.resolve(".b.png.0b3c.part"), "half");
        AtomicFile.deleteTemporaryFiles(folder);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(kept);
        }
    }
}
