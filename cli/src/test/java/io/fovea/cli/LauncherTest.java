package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher's decisions, with a Java and a Maven that only say what they were asked. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    private static final String FAKE_JAVA = """
            #!/bin/sh
            case "$*" in *ArchiveClassesAtExit*) exit 0 ;; esac
            echo "java OMP=$OMP_WAIT_POLICY $*"
            exit ${FAKE_EXIT:-0}
            """;
    private static final String FAKE_MAVEN = """
            #!/bin/sh
            echo "$*" >>builds
            [ -z "${FAKE_FAILURE:-}" ] || { echo "[ERROR] Main.java is wrong"; exit 1; }
            sleep 1
            mkdir -p cli/target/app/lib
            echo jar >cli/target/app/fovea-cli.jar
            echo jar >cli/target/app/lib/other.jar
            """;

    @TempDir
    Path folder;

    private Path root = Path.of("");
    private Path jdk = Path.of("");

    private record Run(int code, String out, String err) {}

    @BeforeEach
    void checkout() throws IOException {
        root = Files.createDirectories(folder.resolve("a fovea checkout"));
        for (String module : List.of("core", "systems", "zoo", "cli")) {
            Files.createDirectories(root.resolve(module).resolve("src/main"));
            Files.writeString(root.resolve(module).resolve("pom.xml"), "<project/>");
            Files.writeString(root.resolve(module).resolve("src/main/Source.java"), "class Source {}");
        }
        Files.createDirectories(root.resolve(".mvn"));
        Files.writeString(root.resolve("pom.xml"), "<project/>");
        Files.copy(
                Path.of("..", "fovea"),
                root.resolve("fovea"),
                StandardCopyOption.COPY_ATTRIBUTES,
                StandardCopyOption.REPLACE_EXISTING);
        script(root.resolve("mvnw"), FAKE_MAVEN);
        jdk = folder.resolve("jdk");
        script(Files.createDirectories(jdk.resolve("bin")).resolve("java"), FAKE_JAVA);
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"17.0.1\"\n");
        long past = System.currentTimeMillis() - 60_000;
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.toList()) {
                Files.setLastModifiedTime(file, FileTime.fromMillis(past));
            }
        }
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private ProcessBuilder launcher(Map<String, String> environment, String... args) {
        List<String> command = new ArrayList<>(List.of(root.resolve("fovea").toString()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().remove("OMP_WAIT_POLICY");
        builder.environment().put("JAVA_HOME", jdk.toString());
        builder.environment().put("HOME", folder.resolve("home").toString());
        builder.environment().putAll(environment);
        return builder;
    }

    private static Run finish(Process process) throws Exception {
        String out = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        return new Run(process.waitFor(), out, err);
    }

    private Run run(Map<String, String> environment, String... args) throws Exception {
        return finish(launcher(environment, args).start());
    }

    private int builds() throws IOException {
        Path builds = root.resolve("builds");
        return Files.exists(builds) ? Files.readAllLines(builds).size() : 0;
    }

    @Test
    void theFirstStartSaysWhatItDownloadsAndBuilds() throws Exception {
        Run first = run(Map.of(), "srgan", "upscale", "a b.jpg");
        assertThat(first.code()).as(first.err()).isZero();
        assertThat(first.err()).contains("first start", "MB");
        assertThat(first.out()).contains("fovea-cli.jar srgan upscale a b.jpg").contains("OMP=PASSIVE");
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void onlyShortWorkGoesWithoutTheOptimisingCompilerAndOwnJvmOptionsWin() throws Exception {
        assertThat(run(Map.of(), "srgan", "upscale", "a.jpg").out()).contains("TieredStopAtLevel=1");
        String train = run(Map.of("FOVEA_JAVA_OPTS", "-Xmx8g -Xlog:gc"), "srgan", "train", "photos")
                .out();
        assertThat(train).doesNotContain("TieredStopAtLevel").containsPattern("-Xlog:disable .*-Xmx8g -Xlog:gc -jar ");
    }

    @Test
    void laterStartsBuildOnlyWhatChanged() throws Exception {
        run(Map.of(), "list");
        Run second = run(Map.of(), "list");
        assertThat(second.err()).isEmpty();
        assertThat(builds()).isEqualTo(1);
        Files.writeString(root.resolve("systems/src/main/Source.java"), "class Source { int changed; }");
        Files.setLastModifiedTime(
                root.resolve("systems/src/main/Source.java"),
                FileTime.from(Instant.now().plusSeconds(5)));
        assertThat(run(Map.of("FOVEA_NO_BUILD", "1"), "list").code()).isZero();
        assertThat(builds()).isEqualTo(1);
        assertThat(run(Map.of(), "list").code()).isZero();
        assertThat(builds()).isEqualTo(2);
    }

    @Test
    void aFailedBuildShowsItsErrorsAndIsTriedAgain() throws Exception {
        Run failed = run(Map.of("FAKE_FAILURE", "yes"), "list");
        assertThat(failed.code()).isEqualTo(1);
        assertThat(failed.err()).contains("[ERROR] Main.java is wrong", "build.log");
        assertThat(failed.out()).isEmpty();
        assertThat(run(Map.of(), "list").code()).isZero();
        assertThat(builds()).isEqualTo(2);
    }

    @Test
    void twoStartsAtOnceBuildOnce() throws Exception {
        Process one = launcher(Map.of(), "list").start();
        Process two = launcher(Map.of(), "list").start();
        assertThat(finish(one).code()).isZero();
        assertThat(finish(two).code()).isZero();
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void aLockOfADeadProcessHoldsNobodyUp() throws Exception {
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Files.createDirectories(root.resolve(".fovea/lock"));
        Files.writeString(root.resolve(".fovea/lock/pid"), dead.pid() + "\n");
        assertThat(run(Map.of(), "list").code()).isZero();
        assertThat(root.resolve(".fovea/lock")).doesNotExist();
    }

    @Test
    void exitCodesComeThrough() throws Exception {
        for (String code : List.of("0", "1", "2", "130")) {
            assertThat(run(Map.of("FAKE_EXIT", code), "list").code()).isEqualTo(Integer.parseInt(code));
        }
    }

    @Test
    void anOldJavaIsNamed() throws Exception {
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"1.8.0_402\"\n");
        Run old = run(Map.of(), "list");
        assertThat(old.code()).isEqualTo(1);
        assertThat(old.err())
                .contains("Java 17 or newer is needed", "1.8.0_402")
                .hasLineCount(1);
    }

    @Test
    void noJavaIsOneSentence() throws Exception {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        for (String tool : List.of("dirname", "readlink", "sed", "uname")) {
            Files.createSymbolicLink(bin.resolve(tool), Path.of("/usr/bin", tool));
        }
        ProcessBuilder builder = launcher(Map.of("PATH", bin.toString()), "list");
        builder.environment().remove("JAVA_HOME");
        builder.command().add(0, "/bin/sh");
        Run none = finish(builder.start());
        for (String tool : List.of("dirname", "readlink", "sed", "uname")) {
            Files.delete(bin.resolve(tool)); // links out of a temporary folder would be warned of
        }
        assertThat(none.code()).isEqualTo(1);
        assertThat(none.err()).contains("there is no Java").hasLineCount(1);
    }

    @Test
    void aLinkToTheLauncherWorksFromAnywhere() throws Exception {
        Path link = folder.resolve("fv");
        Files.createSymbolicLink(link, Path.of("a fovea checkout", "fovea"));
        ProcessBuilder builder =
                launcher(Map.of(), "--version").directory(Path.of("/").toFile());
        builder.command().set(0, link.toString());
        Run run = finish(builder.start());
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("TieredStopAtLevel=1").contains("--version");
    }

    @Test
    void theCacheFolderReachesTheJvmAndTakesMavenInWhereTheHomeCannot() throws Exception {
        Files.writeString(folder.resolve("home"), "a file where the home should be");
        Run run = run(Map.of(), "list", "--cache-dir", "cache dir");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).contains("-Dorg.bytedeco.javacpp.cachedir=" + folder.toRealPath() + "/cache dir");
        assertThat(Files.readString(root.resolve("builds")))
                .contains("-Dmaven.repo.local=")
                .contains("cache dir/maven");
    }

    /** Runs in the build's integration-test phase, where the application is packed. */
    @Test
    void thePackedApplicationStarts() throws Exception {
        Path app = Path.of("target", "app").toAbsolutePath();
        org.junit.jupiter.api.Assumptions.assumeTrue(
                Files.exists(app.resolve("fovea-cli.jar")), "the application is not packed yet");
        Run version =
                run(Map.of("FOVEA_APP", app.toString(), "JAVA_HOME", System.getProperty("java.home")), "--version");
        assertThat(version.code()).as(version.err()).isZero();
        assertThat(version.out()).matches("fovea \\d+\\.\\d+\\.\\d+\\S*\\n");
        assertThat(version.err()).isEmpty();
    }
}
