package io.fovea.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fovea.FoveaException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** First starts, in processes of their own, with a home in which no folder can be made. */
class NativesTest {
    @TempDir
    Path folder;

    /** JavaCPP links to CUDA's libraries, there or not; links out of a temporary folder would be warned of. */
    @AfterEach
    void removeLinks() throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path link : files.filter(Files::isSymbolicLink).toList()) {
                Files.delete(link);
            }
        }
    }

    private List<String> command(Path cache) throws IOException {
        Path home = Files.writeString(folder.resolve("home"), "a file where the home should be");
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--enable-native-access=ALL-UNNAMED",
                "-Duser.home=" + home,
                "-Dorg.bytedeco.javacpp.cachedir=" + cache,
                "-cp",
                System.getProperty("java.class.path"),
                NativesTest.class.getName());
    }

    private static Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static String output(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Loads the libraries and says what 1, 2 and 3 make, or why it cannot. */
    public static void main(String[] args) {
        try {
            Natives.boot();
            try (Scope scope = Scope.open()) {
                System.out.println(F.sum(Tensor.of(new float[] {1, 2, 3}, 3)).item());
            }
        } catch (FoveaException e) {
            System.out.println(e.getMessage());
            System.exit(1);
        }
    }

    @Test
    void twoProcessesThatStartAtOnceOnAnEmptyCacheBothWork() throws Exception {
        List<String> command = command(folder.resolve("new cache"));
        Process one = start(command);
        Process two = start(command);
        assertThat(output(one)).isEqualTo("6.0" + System.lineSeparator());
        assertThat(output(two)).isEqualTo("6.0" + System.lineSeparator());
        assertThat(one.waitFor()).isZero();
        assertThat(two.waitFor()).isZero();
        try (var files = Files.list(folder.resolve("new cache"))) {
            assertThat(files).anyMatch(f -> f.toString().endsWith(".ready"));
        }
    }

    @Test
    void aFolderThatCannotBeMadeIsOneSentence() throws Exception {
        Process none = start(command(folder.resolve("home").resolve("cache")));
        assertThat(output(none))
                .matches("No folder for the native libraries can be created \\(.*\\)\\. Pass --cache-dir .*\n");
        assertThat(none.waitFor()).isEqualTo(1);
    }

    @Test
    void aDiskThatIsTooSmallIsOneSentence() throws Exception {
        assumeTrue(mayMount(), "needs unshare -rm");
        Path disk = Files.createDirectory(folder.resolve("disk"));
        for (String size : List.of("60m", "370m")) {
            List<String> command = new ArrayList<>(List.of(
                    "unshare",
                    "-rm",
                    "sh",
                    "-c",
                    "mount -t tmpfs -o size=" + size + " none \"$0\" && exec \"$@\"",
                    disk.toString()));
            command.addAll(command(disk.resolve("cache")));
            Process small = start(command);
            assertThat(output(small))
                    .as(size)
                    .matches("The native libraries could not be extracted to .*/disk/cache \\(.*\\d+ MB free\\)\\."
                            + " Pass --cache-dir DIR with a folder that can be written and has 500 MB free\\.\n");
            assertThat(small.waitFor()).isEqualTo(1);
        }
    }

    private static boolean mayMount() {
        try {
            return new ProcessBuilder("unshare", "-rm", "true").start().waitFor() == 0;
        } catch (IOException | InterruptedException e) {
            return false;
        }
    }
}
