package io.fovea.examples;

import io.fovea.srgan.SuperResolver;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import javax.imageio.ImageIO;

/** Enlarges one picture four times: {@code Upscale photo.jpg large.png}. */
public final class Upscale {
    private Upscale() {}

    public static void main(String[] args) throws IOException {
        try (var resolver = SuperResolver.load("srresnet-x4")) {
            BufferedImage small = ImageIO.read(new File(args[0]));
            BufferedImage large = resolver.upscale(small);
            ImageIO.write(large, "png", new File(args[1]));
            System.out.printf(
                    "%d x %d -> %d x %d%n", small.getWidth(), small.getHeight(), large.getWidth(), large.getHeight());
        }
    }
}
