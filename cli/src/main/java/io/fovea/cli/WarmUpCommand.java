package io.fovea.cli;

import io.fovea.FoveaException;
import io.fovea.image.Picture;
import io.fovea.image.Pictures;
import io.fovea.image.WriteOptions;
import io.fovea.weights.Card;
import io.fovea.weights.Zoo;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What the launcher runs once after a build: does what a first user does, so that the JVM can archive the classes for later starts. */
@Command(name = "warm-up", hidden = true)
final class WarmUpCommand implements Runnable {
    private static final int SIDE = 24;

    @Mixin
    private final CommonOptions options = new CommonOptions();

    @Override
    public void run() {
        options.startEngine();
        try {
            Path folder = Files.createTempDirectory("fovea");
            Path small = folder.resolve("small.png");
            Path photo = folder.resolve("photo.jpg");
            Path large = folder.resolve("large.png");
            Picture grey = Picture.of8(SIDE, SIDE, 3, new byte[SIDE * SIDE * 3]);
            Pictures.write(grey, small, WriteOptions.DEFAULT);
            Pictures.write(grey, photo, WriteOptions.DEFAULT);
            Path result = folder.resolve("result.jpg");
            Zoo.ofClassPath().cards().values().stream()
                    .filter(card -> card.system().equals("srgan"))
                    .findFirst()
                    .ifPresent(card -> {
                        upscale(small, large, card);
                        upscale(photo, result, card);
                    });
            quietly("list");
            quietly("--help");
            for (Path file : new Path[] {small, photo, large, result, folder}) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new FoveaException("The temporary folder cannot be used: " + e.getMessage(), e);
        }
    }

    private static void upscale(Path from, Path to, Card card) {
        quietly("srgan", "upscale", from.toString(), "--output", to.toString(), "--weights", card.name());
    }

    private static void quietly(String... args) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        Main.run(nowhere, nowhere, args);
    }
}
