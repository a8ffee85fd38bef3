package io.fovea.srgan;

import io.fovea.FoveaException;
import io.fovea.Json;
import io.fovea.image.Pictures;
import io.fovea.image.WriteOptions;
import io.fovea.parity.Fill;
import io.fovea.torch.Device;
import io.fovea.torch.Engine;
import io.fovea.train.Trainer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A training in a process of its own, which tests kill, starve and measure. Goes on where there is a run, else begins one. */
final class TrainingProcess {
    private TrainingProcess() {}

    /** Pictures made by a formula. */
    static Path photos(Path folder) throws IOException {
        Path photos = Files.createDirectories(folder.resolve("photos"));
        for (int i = 0; i < 3; i++) {
            Pictures.write(Fill.picture("photo" + i, 48, 40), photos.resolve(i + ".png"), WriteOptions.DEFAULT);
        }
        return photos;
    }

    /** The command that trains the tiny configuration with changes, in a small JVM of one thread whose heap is resident from the start. */
    static List<String> command(Path photos, Path run, String... changes) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xms96m",
                "-Xmx96m",
                "-XX:+AlwaysPreTouch",
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.awt.headless=true",
                "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                "-cp",
                System.getProperty("java.class.path"),
                TrainingProcess.class.getName(),
                photos.toString(),
                run.toString()));
        command.addAll(List.of(changes));
        return command;
    }

    static Process start(List<String> command, Path log) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    static String text(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
    }

    public static void main(String[] args) {
        Engine.threads(1);
        List<Path> data = List.of(Path.of(args[0]));
        Path run = Path.of(args[1]);
        SrganConfig config = Json.set(SrganConfig.tiny(2), Arrays.asList(args).subList(2, args.length));
        try {
            Trainer.Result result = Files.exists(run.resolve("config.json"))
                    ? SrganTraining.resume(run, List.of(), Device.CPU, t -> {})
                    : SrganTraining.start(config, data, null, run, Device.CPU, t -> {});
            System.out.println(result.reason() + " after " + result.steps() + ". " + result.message());
        } catch (FoveaException e) {
            System.out.println(e.getMessage());
            System.exit(1);
        }
    }
}
