package io.fovea.srgan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.FoveaException;
import io.fovea.Json;
import io.fovea.nn.Layer;
import io.fovea.torch.Autograd;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SrganNetworksTest {
    @ParameterizedTest
    @CsvSource({"2,1401749", "3,1586389", "4,1549462", "8,1697175"})
    void thePapersGeneratorHasItsParameters(int scale, long parameters) {
        try (Layer net = GeneratorInit.create(GeneratorConfig.paper(scale))) {
            assertThat(net.parameterCount()).isEqualTo(parameters);
        }
    }

    @ParameterizedTest
    @CsvSource({"2,1369859", "3,1554499", "4,1517571"})
    void msrResNetHasBasicSrsParameters(int scale, long parameters) {
        try (Layer net = GeneratorInit.create(GeneratorConfig.msrresnet(scale, 16, 64))) {
            assertThat(net.parameterCount()).isEqualTo(parameters);
        }
    }

    @Test
    void thePapersDiscriminatorHasItsParameters() {
        try (Layer net = SrganDiscriminator.create(new DiscriminatorConfig(DiscriminatorConfig.Kind.PAPER, 96, 64))) {
            assertThat(net.parameterCount()).isEqualTo(23_565_505);
        }
    }

    @ParameterizedTest
    @CsvSource({"SRRESNET,2", "SRRESNET,3", "SRRESNET,4", "SRRESNET,8", "MSRRESNET,2", "MSRRESNET,3", "MSRRESNET,4"})
    void everyScaleEnlargesByIt(GeneratorConfig.Kind kind, int scale) {
        GeneratorConfig config = Json.set(
                kind == GeneratorConfig.Kind.SRRESNET
                        ? GeneratorConfig.paper(scale)
                        : GeneratorConfig.msrresnet(scale, 1, 8),
                List.of("blocks=1", "channels=8", "shuffleChannels=8"));
        try (Scope scope = Scope.open();
                Autograd.Guard off = Autograd.noGrad();
                Layer net = GeneratorInit.create(config)) {
            assertThat(net.apply(Tensor.rand(2, 3, 7, 5)).shape()).containsExactly(2, 3, 7L * scale, 5L * scale);
        }
    }

    @Test
    void icnrStartsWithoutACheckerboard() {
        GeneratorConfig config =
                Json.set(GeneratorConfig.paper(2), List.of("blocks=1", "channels=8", "shuffleChannels=8", "icnr=true"));
        try (Layer net = GeneratorInit.create(config)) {
            Tensor weight = net.state().get("up.0.conv.weight");
            assertThat(weight).isNotNull();
            float[] w = weight.toFloats();
            int filter = 8 * 9;
            for (int i = 0; i < filter; i++) {
                assertThat(w[filter + i]).isEqualTo(w[i]);
                assertThat(w[3 * filter + i]).isEqualTo(w[i]);
            }
        }
    }

    @Test
    void aWrongConfigurationNamesFieldValueAndWhatIsAllowed() {
        assertThatThrownBy(() -> GeneratorConfig.paper(5))
                .isInstanceOf(FoveaException.class)
                .hasMessage("generator.scale is 5; it must be 2, 3, 4 or 8.");
        assertThatThrownBy(() -> Json.set(SrganConfig.tiny(4), List.of("generator.blokcs=3")))
                .hasMessageContaining("did you mean \"blocks\"");
        assertThatThrownBy(() -> Json.set(SrganConfig.tiny(4), List.of("adversarial.form=foo")))
                .hasMessageContaining("log, linear, hinge, relativistic");
        SrganConfig paper = SrganConfig.paper("vgg19.pth");
        assertThat(Json.read(Json.write(paper), SrganConfig.class, "test")).isEqualTo(paper);
    }

    @Test
    void weightsTravelThroughOurFileAndThePublicLayout(@TempDir Path folder) {
        GeneratorConfig config = GeneratorConfig.msrresnet(3, 2, 16);
        try (Layer net = GeneratorInit.create(config)) {
            SrganWeights.save(net, config, null, folder.resolve("ours.safetensors"));
            SrganWeights.export(net, config, folder.resolve("theirs.safetensors"));
            for (String file : List.of("ours.safetensors", "theirs.safetensors")) {
                SrganWeights.Loaded loaded =
                        SrganWeights.load(folder.resolve(file).toString());
                assertThat(loaded.config()).isEqualTo(config);
                net.state().forEach((name, t) -> {
                    Tensor other = loaded.generator().state().get(name);
                    assertThat(other).isNotNull();
                    assertThat(other.toFloats()).containsExactly(t.toFloats());
                });
                loaded.generator().close();
            }
        }
    }
}
