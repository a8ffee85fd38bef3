package io.fovea.examples;

import io.fovea.data.PictureSet;
import io.fovea.srgan.SrganConfig;
import io.fovea.srgan.SrganEvaluation;
import io.fovea.srgan.SrganTraining;
import io.fovea.srgan.SuperResolver;
import io.fovea.torch.Device;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Trains a small network on a folder of photographs and measures it on another: {@code Train photos/ test-photos/ runs/mine}.
 * Started again with the same folder for the run it goes on where it stopped.
 */
public final class Train {
    private Train() {}

    public static void main(String[] args) {
        Path photos = Path.of(args[0]);
        Path test = Path.of(args[1]);
        Path run = Path.of(args[2]);
        if (Files.isDirectory(run)) {
            SrganTraining.resume(run, List.of(), Device.CPU, trainer -> {});
        } else {
            SrganTraining.start(SrganConfig.tiny(4), List.of(photos), null, run, Device.CPU, trainer -> {});
        }
        try (var resolver = SuperResolver.load(run.toString());
                var set = PictureSet.open(List.of(test))) {
            var table = SrganEvaluation.run(
                    resolver, run.toString(), set, resolver.scale(), SrganEvaluation.Grey.Y, List.of(), name -> {});
            System.out.println("network " + table.mean() + "\nbicubic " + table.bicubic());
        }
    }
}
