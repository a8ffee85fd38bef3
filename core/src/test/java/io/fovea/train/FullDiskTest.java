package io.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fovea.AtomicFile;
import io.fovea.FoveaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fills a real file system of 256 kB, mounted in a namespace of its own; Linux where user namespaces are allowed. */
class FullDiskTest {
    @Test
    void everyWriterSaysSoAndLeavesWhatWasThere(@TempDir Path folder) throws Exception {
        assumeTrue(succeeds("unshare", "-rm", "true"), "needs unshare -rm");
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        String command = "mount -t tmpfs -o size=256k none \"$0\" && exec \"$@\"";
        Process child = new ProcessBuilder(
                        "unshare",
                        "-rm",
                        "sh",
                        "-c",
                        command,
                        folder.toString(),
                        java.toString(),
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        FullDiskTest.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(child.getInputStream().readAllBytes(), "UTF-8");
        assertThat(child.waitFor()).as(output).isZero();
        assertThat(output).endsWith("all held\n");
    }

    private static boolean succeeds(String... command) {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
        } catch (IOException | InterruptedException e) {
            return false;
        }
    }

    /** Runs on the small disk. */
    public static void main(String[] args) throws IOException {
        try (RunFolder run = RunFolder.create(Path.of(args[0], "run"), "{}");
                Journal journal = Journal.create(run.journalFile(), new Event.Start("srgan", 100, Map.of()));
                EventFile events = EventFile.create(run.tensorboard(), 0)) {
            AtomicFile.write(run.checkpointFile(10), checkpoint(100_000));
            journal.append(new Event.Checkpoint(10, "checkpoints/step-00000010.safetensors"));
            expectFull(() -> AtomicFile.write(run.checkpointFile(20), checkpoint(200_000)));
            assertThat(run.latest().orElseThrow().step()).isEqualTo(10);
            run.prune(OptionalLong.empty());
            AtomicFile.deleteTemporaryFiles(run.path());

            fill(run.path().resolve("ballast"));
            expectFull(() -> {
                for (int step = 11; step < 1000; step++) {
                    journal.append(new Event.Warning(step, "x".repeat(100)));
                }
            });
            expectFull(() -> {
                for (int step = 11; step < 1000; step++) {
                    events.scalars(step, Scalars.of("loss", 1));
                }
            });
            expectFull(() -> AtomicFile.write(run.configFile(), "x".repeat(10_000)));
            assertThat(run.configFile()).hasContent("{}");

            List<Event> before = Journal.read(run.journalFile());
            Files.delete(run.path().resolve("ballast"));
            journal.append(new Event.End(20, Event.Reason.FAILED, "The disk was full."));
            List<Event> after = Journal.read(run.journalFile());
            assertThat(after).startsWith(before.toArray(new Event[0])).hasSize(before.size() + 1);
            events.scalars(2000, Scalars.of("loss", 2));
            assertThat(EventFileReader.read(run.tensorboard()).get(0)).last().matches(e -> e.step() == 2000);
        }
        System.out.println("all held");
    }

    private static void fill(Path ballast) throws IOException {
        try (var out = Files.newOutputStream(ballast)) {
            for (int i = 0; i < 1_000_000; i++) {
                out.write(0);
            }
            throw new AssertionError("the disk is not full");
        } catch (IOException full) {
            // wanted
        }
    }

    private static void expectFull(Runnable write) {
        try {
            write.run();
        } catch (FoveaException e) {
            assertThat(e).hasMessageContaining("the disk is full (0.");
            return;
        }
        throw new AssertionError("the disk is not full");
    }

    private static byte[] checkpoint(int bytes) {
        return RunFolderTest.checkpoint(bytes);
    }
}
