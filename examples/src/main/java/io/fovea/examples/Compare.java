package io.fovea.examples;

import io.fovea.image.Picture;
import io.fovea.image.Pictures;
import io.fovea.image.Resample;
import io.fovea.metrics.Channels;
import io.fovea.metrics.Psnr;
import io.fovea.metrics.Ssim;
import io.fovea.srgan.SuperResolver;
import java.nio.file.Path;

/** Reduces a picture four times, enlarges it again in two ways and says how near each comes: {@code Compare photo.png}. */
public final class Compare {
    private static final int SCALE = 4;

    private Compare() {}

    public static void main(String[] args) {
        Picture photo = Pictures.read(Path.of(args[0])).toRgb();
        Picture original = photo.crop(0, 0, photo.width() / SCALE * SCALE, photo.height() / SCALE * SCALE);
        Picture small = Resample.matlab(original, 1.0 / SCALE);
        try (var resolver = SuperResolver.load("srresnet-x4")) {
            print("bicubic", Resample.matlab(small, original.width(), original.height()), original);
            print("SRResNet", resolver.upscale(small), original);
        }
    }

    private static void print(String name, Picture result, Picture original) {
        double psnr = Psnr.of(result, original, Channels.Y, SCALE);
        double ssim = Ssim.of(result, original, Channels.Y, SCALE);
        System.out.printf("%-8s  %.2f dB  SSIM %.4f%n", name, psnr, ssim);
    }
}
