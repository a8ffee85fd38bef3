package io.fovea.translation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.FoveaException;
import io.fovea.Json;
import io.fovea.gan.Norm;
import io.fovea.gan.PatchGan;
import io.fovea.gan.PatchGanConfig;
import io.fovea.gan.WeightInit;
import io.fovea.nn.BatchNorm2d;
import io.fovea.nn.Dropout;
import io.fovea.nn.Layer;
import io.fovea.torch.Autograd;
import io.fovea.torch.Engine;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import io.fovea.translation.TranslationWeights.Direction;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TranslationNetworksTest {
    @ParameterizedTest
    @CsvSource({"8,BATCH,54413955", "8,INSTANCE,54409603", "7,BATCH,41828995", "7,INSTANCE,41825667"})
    void uNetsHaveTheParametersOfThePublicOnes(int depth, Norm norm, long parameters) {
        GeneratorConfig config = Json.set(GeneratorConfig.unet(depth, 64), List.of("norm=" + norm));
        try (Layer net = new UNet(config)) {
            assertThat(net.parameterCount()).isEqualTo(parameters);
        }
    }

    @ParameterizedTest
    @CsvSource({"6,BATCH,7841411", "6,INSTANCE,7837699", "9,BATCH,11383427", "9,INSTANCE,11378179"})
    void resNetsHaveTheParametersOfThePublicOnes(int blocks, Norm norm, long parameters) {
        GeneratorConfig config = Json.set(GeneratorConfig.resnet(blocks, 64), List.of("norm=" + norm));
        try (Layer net = new ResNetGenerator(config)) {
            assertThat(net.parameterCount()).isEqualTo(parameters);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0,1,256,9024",
        "1,16,126,139585",
        "2,34,62,666433",
        "3,70,30,2768705",
        "4,142,14,6964033",
        "5,286,6,11159361",
        "6,574,2,15354689"
    })
    void discriminatorsHaveTheirPatchMapAndParameters(int layers, int patch, int map, long parameters) {
        PatchGanConfig config = new PatchGanConfig(layers, 64, Norm.BATCH);
        assertThat(config.patch()).isEqualTo(patch);
        assertThat(config.map(256)).isEqualTo(map);
        try (Layer net = PatchGan.create(config, 6)) {
            assertThat(net.parameterCount()).isEqualTo(parameters);
        }
    }

    @Test
    void theMapOfLogitsHasTheSizeThatTheConfigurationSays() {
        for (int layers = 0; layers <= 3; layers++) {
            PatchGanConfig config = new PatchGanConfig(layers, 2, Norm.INSTANCE);
            try (Scope scope = Scope.open();
                    Layer net = PatchGan.create(config, 3)) {
                int map = config.map(50);
                assertThat(net.apply(Tensor.rand(1, 3, 50, 50)).shape()).containsExactly(1, 1, map, map);
            }
        }
    }

    @Test
    void aPatchLargerThanThePictureIsRefusedWithTheLargestThatFits() {
        assertThatThrownBy(() -> new PatchGanConfig(5, 8, Norm.BATCH).check(64))
                .isInstanceOf(FoveaException.class)
                .hasMessage(
                        "discriminator.layers is 5: its patch of 286 pixels is too large for pictures of 64 pixels; at"
                                + " most 4 can be used, a patch of 142.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kind=unet",
                "kind=encoder_decoder",
                "upsampling=resize",
                "dropout=paper",
                "norm=none",
                "norm=affine_instance",
                "inputs=1",
                "outputs=4",
                "depth=6"
            })
    void everyKindOfUNetKeepsTheSize(String change) {
        keepsTheSize(Json.set(GeneratorConfig.unet(5, 2), List.of(change)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"depth=1", "upsampling=resize", "dropout=code", "norm=none", "norm=affine_instance", "inputs=1"})
    void everyKindOfResNetKeepsTheSize(String change) {
        keepsTheSize(Json.set(GeneratorConfig.resnet(2, 2), List.of(change)));
    }

    private static void keepsTheSize(GeneratorConfig config) {
        int height = config.multiple() * (config.kind() == GeneratorConfig.Kind.RESNET ? 3 : 1);
        int width = 2 * height;
        try (Scope scope = Scope.open();
                Autograd.Guard off = Autograd.noGrad();
                Layer net = config.create()) {
            Tensor y = net.apply(Tensor.rand(2, config.inputs(), height, width));
            assertThat(y.shape()).containsExactly(2, config.outputs(), height, width);
        }
    }

    @ParameterizedTest
    @CsvSource({"8,CODE,up2 up3 up4", "7,CODE,up2 up3", "6,CODE,up2", "5,CODE,''", "8,PAPER,up1 up2 up3", "7,NONE,''"})
    void dropoutStandsWhereCodeOrPaperHaveIt(int depth, GeneratorConfig.DropoutPlace place, String layers) {
        try (Layer net = new UNet(GeneratorConfig.unet(depth, 2).withDropout(place))) {
            List<String> found = net.modules().entrySet().stream()
                    .filter(m -> m.getValue() instanceof Dropout)
                    .map(m -> m.getKey().replace(".dropout", ""))
                    .toList();
            assertThat(String.join(" ", found)).isEqualTo(layers);
        }
    }

    @Test
    void ownStatisticsAreThoseOfATrainingBatchOfOneAndMoveNothing() {
        try (Scope scope = Scope.open();
                Autograd.Guard off = Autograd.noGrad();
                Layer net = new UNet(GeneratorConfig.unet(5, 4).withDropout(GeneratorConfig.DropoutPlace.NONE))) {
            Tensor x = Tensor.rand(1, 3, 32, 32);
            net.eval();
            net.modules().values().forEach(m -> {
                if (m instanceof BatchNorm2d norm) {
                    norm.ownStatistics(true);
                }
            });
            float[] before = running(net);
            float[] own = net.apply(x).toFloats();
            assertThat(running(net)).containsExactly(before);
            net.train(true);
            float[] trained = net.apply(x).toFloats();
            assertThat(running(net)).isNotEqualTo(before);
            for (int i = 0; i < own.length; i++) {
                assertThat(own[i]).isCloseTo(trained[i], within(1e-5f));
            }
        }
    }

    private static float[] running(Layer net) {
        return Objects.requireNonNull(net.buffers().get("down2.norm.running_mean"))
                .toFloats();
    }

    @ParameterizedTest
    @CsvSource({"NORMAL,0.02,0.02", "XAVIER,1,0.0361", "KAIMING,1,0.0625", "ORTHOGONAL,1,0.0442"})
    void weightsStartAsTheConfigurationSays(WeightInit.Kind kind, double gain, double deviation) {
        Engine.seed(3);
        try (Layer net = PatchGan.create(new PatchGanConfig(2, 32, Norm.BATCH), 6)) {
            new WeightInit(kind, gain).apply(net);
            Map<String, Tensor> state = net.state();
            double[] w = Objects.requireNonNull(state.get("conv2.weight")).toDoubles(); // 64 x 32 x 4 x 4
            double sd = Math.sqrt(DoubleStream.of(w).map(v -> v * v).average().orElseThrow());
            assertThat(sd).isCloseTo(deviation, within(deviation * 0.02));
            assertThat(Objects.requireNonNull(state.get("conv1.bias")).toFloats())
                    .containsOnly(0);
            double[] scale = Objects.requireNonNull(state.get("norm2.weight")).toDoubles();
            assertThat(DoubleStream.of(scale).average().orElseThrow()).isCloseTo(1, within(0.02));
            assertThat(scale).doesNotContain(1);
        }
    }

    @Test
    void aWrongConfigurationNamesFieldValueAndWhatIsAllowed() {
        assertThatThrownBy(() -> GeneratorConfig.unet(4, 8)).hasMessageContaining("generator.depth is 4");
        assertThatThrownBy(() -> GeneratorConfig.resnet(6, 8).withDropout(GeneratorConfig.DropoutPlace.PAPER))
                .hasMessageContaining("dropout none or code");
        assertThatThrownBy(() -> new Preparation(Preparation.Kind.RESIZE_AND_CROP, 64, 128, true))
                .hasMessageContaining("preparation.load is 64");
    }

    @Test
    void weightsTravelThroughOurFileAndThePublicLayout(@TempDir Path folder) {
        for (GeneratorConfig config : List.of(
                GeneratorConfig.unet(6, 4),
                GeneratorConfig.resnet(3, 4).withDropout(GeneratorConfig.DropoutPlace.CODE),
                Json.set(GeneratorConfig.resnet(2, 4), List.of("norm=affine_instance", "inputs=1")),
                Json.set(
                        GeneratorConfig.unet(5, 4).withDropout(GeneratorConfig.DropoutPlace.NONE),
                        List.of("norm=none")))) {
            String name = config.kind() + "-" + config.norm();
            try (Layer net = config.create()) {
                Path ours = folder.resolve(name + ".safetensors");
                Path theirs = folder.resolve(name + "-public.safetensors");
                TranslationWeights.save(net, config, "pix2pix", null, ours);
                TranslationWeights.export(net, config, theirs);
                for (Path file : List.of(ours, theirs)) {
                    same(net, config, TranslationWeights.load(file.toString(), Direction.A_TO_B));
                }
            }
        }
    }

    private static void same(Layer net, GeneratorConfig config, TranslationWeights.Loaded loaded) {
        assertThat(loaded.config()).isEqualTo(config);
        try (Layer other = loaded.network()) {
            net.state()
                    .forEach((key, t) -> assertThat(
                                    Objects.requireNonNull(other.state().get(key))
                                            .toFloats())
                            .containsExactly(t.toFloats()));
        }
    }

    @Test
    void discriminatorsTravelTooAndAreRefusedAsGenerators(@TempDir Path folder) {
        for (int layers : new int[] {0, 2}) {
            PatchGanConfig config = new PatchGanConfig(layers, 4, Norm.INSTANCE);
            Path ours = folder.resolve(layers + ".safetensors");
            Path theirs = folder.resolve(layers + "-public.safetensors");
            try (Layer net = PatchGan.create(config, 6)) {
                TranslationWeights.save(net, config, "cyclegan", null, ours);
                TranslationWeights.export(net, config, theirs);
            }
            for (Path file : List.of(ours, theirs)) {
                PatchGan.Loaded loaded = TranslationWeights.discriminator(io.fovea.weights.WeightsFile.open(file));
                assertThat(loaded.config()).isEqualTo(config);
                assertThat(loaded.inputs()).isEqualTo(6);
                loaded.network().close();
                assertThatThrownBy(() -> TranslationWeights.load(file.toString(), Direction.A_TO_B))
                        .isInstanceOf(FoveaException.class)
                        .hasMessageContaining("holds a discriminator");
            }
        }
    }
}
