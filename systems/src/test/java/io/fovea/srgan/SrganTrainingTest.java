package io.fovea.srgan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.FoveaException;
import io.fovea.Json;
import io.fovea.image.Pictures;
import io.fovea.image.WriteOptions;
import io.fovea.parity.Fill;
import io.fovea.torch.Device;
import io.fovea.train.Event;
import io.fovea.train.RunFolder;
import io.fovea.train.Trainer;
import io.fovea.weights.WeightsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SrganTrainingTest {
    private static SrganConfig config() {
        return Json.set(
                SrganConfig.tiny(2),
                List.of(
                        "content.steps=12",
                        "adversarial.steps=6",
                        "run.logEvery=5",
                        "run.checkpointEvery=4",
                        "run.evaluateEvery=9",
                        "run.sampleEvery=9",
                        "data.batch=2"));
    }

    private static Path photos(Path folder) throws IOException {
        Path photos = Files.createDirectories(folder.resolve("photos"));
        for (int i = 0; i < 3; i++) {
            Pictures.write(Fill.picture("photo" + i, 48, 40), photos.resolve(i + ".png"), WriteOptions.DEFAULT);
        }
        return photos;
    }

    @Test
    void aRunThatWasStoppedAndResumedEndsWithTheSameBits(@TempDir Path folder) throws IOException {
        List<Path> data = List.of(photos(folder));
        Path unbroken = folder.resolve("unbroken");
        Path broken = folder.resolve("broken");
        Trainer.Result whole = SrganTraining.start(config(), data, null, unbroken, Device.CPU, t -> {});
        assertThat(whole.reason()).isEqualTo(Event.Reason.FINISHED);
        Trainer.Result stopped = SrganTraining.start(config(), data, null, broken, Device.CPU, Trainer::requestStop);
        assertThat(stopped.reason()).isEqualTo(Event.Reason.INTERRUPTED);
        assertThat(stopped.steps()).isEqualTo(1);
        assertThat(SrganTraining.resume(broken, List.of(), Device.CPU, Trainer::requestStop)
                        .steps())
                .isEqualTo(2);
        assertThat(SrganTraining.resume(broken, List.of(), Device.CPU, t -> {}).reason())
                .isEqualTo(Event.Reason.FINISHED);
        assertThat(last(broken)).isEqualTo(last(unbroken));
    }

    private static byte[] last(Path run) throws IOException {
        Path file = RunFolder.read(run).latest().orElseThrow().file();
        assertThat(WeightsFile.open(file).tensors()).containsKey("discriminator.conv1.weight");
        return Files.readAllBytes(file);
    }

    @Test
    void aCheckpointIsEnoughToEnlarge(@TempDir Path folder) throws IOException {
        Path run = folder.resolve("run");
        SrganTraining.start(config(), List.of(photos(folder)), null, run, Device.CPU, t -> {});
        Path checkpoint = RunFolder.read(run).latest().orElseThrow().file();
        try (SuperResolver resolver = SuperResolver.load(checkpoint.toString())) {
            assertThat(resolver.upscale(Fill.picture("x", 10, 8)).width()).isEqualTo(20);
        }
    }

    @Test
    void picturesSmallerThanTheCropAreNamedAndEmptyFoldersRefused(@TempDir Path folder) throws IOException {
        Path photos = photos(folder);
        Pictures.write(Fill.picture("small", 20, 20), photos.resolve("small.png"), WriteOptions.DEFAULT);
        try (var set = io.fovea.data.PictureSet.open(photos)) {
            assertThat(new SrganData(set, config()).tooSmall()).containsExactly("small.png");
        }
        Path empty = Files.createDirectories(folder.resolve("empty"));
        assertThatThrownBy(() ->
                        SrganTraining.start(config(), List.of(empty), null, folder.resolve("r"), Device.CPU, t -> {}))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining("No pictures in " + empty);
        assertThat(folder.resolve("r")).doesNotExist();
    }
}
