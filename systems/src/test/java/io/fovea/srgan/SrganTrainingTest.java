package io.fovea.srgan;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.fovea.FoveaException;
import io.fovea.Json;
import io.fovea.data.Batch;
import io.fovea.image.Pictures;
import io.fovea.image.WriteOptions;
import io.fovea.parity.Fill;
import io.fovea.torch.Device;
import io.fovea.torch.F;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import io.fovea.train.Event;
import io.fovea.train.RunFolder;
import io.fovea.train.Trainer;
import io.fovea.weights.WeightsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

    @Test
    void aNetworkOfAnotherScaleLendsWhatFits() {
        try (Scope scope = Scope.open();
                SrganStep x4 = new SrganStep(SrganConfig.cpu(4), Device.CPU);
                SrganStep x2 = new SrganStep(SrganConfig.cpu(2), Device.CPU)) {
            Map<String, Tensor> from = x4.generator().state();
            x2.startFrom(x4.generator());
            x2.generator()
                    .state()
                    .forEach((name, t) -> assertThat(t.toFloats())
                            .as(name)
                            .isEqualTo(requireNonNull(from.get(name)).toFloats()));
            assertThat(requireNonNull(x2.ema()).state().get("last.bias").toFloats())
                    .isEqualTo(from.get("last.bias").toFloats());

            float[] ownSecond = requireNonNull(from.get("up.1.conv.weight")).toFloats();
            x4.startFrom(x2.generator());
            assertThat(requireNonNull(x4.generator().state().get("up.1.conv.weight"))
                            .toFloats())
                    .isEqualTo(ownSecond);
            try (SrganStep other =
                    new SrganStep(Json.set(SrganConfig.cpu(2), List.of("generator.channels=32")), Device.CPU)) {
                assertThatThrownBy(() -> other.startFrom(x4.generator()))
                        .isInstanceOf(FoveaException.class)
                        .hasMessageContaining("another shape");
            }
        }
    }

    @Test
    void gradientsInBfloat16PointWhereThoseInFloat32Do() {
        try (Scope scope = Scope.open();
                SrganStep f32 = new SrganStep(config(), Device.CPU);
                SrganStep bf16 = new SrganStep(Json.set(config(), List.of("run.precision=bf16")), Device.CPU)) {
            bf16.generator().load(f32.generator().state());
            Batch batch = new Batch(Map.of("lr", Tensor.rand(4, 3, 16, 16), "hr", Tensor.rand(4, 3, 32, 32)));
            double loss = f32.update(0, batch).get("loss/content");
            assertThat(bf16.update(0, batch).get("loss/content")).isCloseTo(loss, withinPercentage(1));
            f32.generator().parameters().forEach((name, p) -> {
                Tensor a = requireNonNull(p.grad());
                Tensor b = requireNonNull(
                        requireNonNull(bf16.generator().parameters().get(name)).grad());
                double cosine = F.sum(F.mul(a, b)).item()
                        / Math.sqrt(
                                F.sum(F.square(a)).item() * F.sum(F.square(b)).item());
                assertThat(cosine).as(name).isGreaterThan(0.97);
            });
        }
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
