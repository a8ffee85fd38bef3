package io.fovea.weights;

import static io.fovea.weights.SafetensorsTest.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.FoveaException;
import io.fovea.torch.DType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Key maps on the layouts of public super-resolution checkpoints; their keys and shapes are those of the reference implementations. */
class KeyMapTest {
    private static final String GENERATOR_ENDS = """
            block1.0.{p}              -> head.conv.{p}
            block1.1.weight           -> head.act.weight
            block{n}.conv{i}.{p}      -> body.{n-2}.conv{i}.{p}
            block{n}.bn{i}.{p}        -> body.{n-2}.norm{i}.{p}
            block{n}.prelu.weight     -> body.{n-2}.act.weight
            block7.0.{p}              -> tail.conv.{p}
            block8.{n}.conv.{p}       -> up.{n}.conv.{p}
            block8.{n}.prelu.weight   -> up.{n}.act.weight
            """;
    private static final String NO_COUNTERS = "{*}.num_batches_tracked -> nothing\n";

    private static KeyMap leftthomas(int stages) {
        return KeyMap.of(
                "leftthomas Generator x" + (1 << stages),
                List.of(
                        "block1.0.weight [64,3,9,9]",
                        "block7.1.weight [64]",
                        "block8." + stages + ".weight [3,64,9,9]"),
                NO_COUNTERS + GENERATOR_ENDS + "block7.1.{p} -> tail.norm.{p}\nblock8." + stages + ".{p} -> last.{p}");
    }

    private static KeyMap leftthomas2018(int stages) {
        return KeyMap.of(
                "leftthomas Generator x" + (1 << stages) + " of January 2018",
                List.of(
                        "block1.0.weight [64,3,9,9]",
                        "block7.1.weight [1]",
                        "!block7.1.bias",
                        "block8." + stages + ".weight [3,64,9,9]"),
                NO_COUNTERS + GENERATOR_ENDS + "block7.1.weight -> tail.act.weight\nblock8." + stages
                        + ".{p} -> last.{p}");
    }

    private static final KeyMap LEFTTHOMAS_DISCRIMINATOR = KeyMap.of(
            "leftthomas Discriminator",
            List.of("net.0.weight [64,3,3,3]", "net.24.weight [1024,512,1,1]", "net.26.weight [1,1024,1,1]"),
            NO_COUNTERS + """
            net.0.{p}       -> conv.0.{p}
            net.24.{p}      -> dense.0.{p}
            net.26.{p}      -> dense.1.{p}
            net.{3*n+2}.{p} -> conv.{n+1}.{p}
            net.{3*n+3}.{p} -> norm.{n+1}.{p}
            """);

    private static final KeyMap MSRRESNET = KeyMap.of(
            "BasicSR MSRResNet",
            List.of(
                    "conv_first.weight [*,3,3,3]",
                    "body.0.conv1.weight",
                    "upconv1.weight",
                    "conv_hr.weight",
                    "conv_last.weight [3,*,3,3]"),
            """
            body.{n}.{*}  -> body.{n}.{*}
            upconv{n}.{p} -> up.{n-1}.{p}
            conv_{*}      -> {*}
            """);

    private static final KeyMap VGG_STYLE = KeyMap.of(
            "BasicSR VGGStyleDiscriminator",
            List.of("conv0_0.weight [*,3,3,3]", "bn0_1.weight", "linear1.weight [100,*]"),
            NO_COUNTERS + """
            conv{i}_{j}.{p} -> stage.{i}.conv{j}.{p}
            bn{i}_{j}.{p}   -> stage.{i}.norm{j}.{p}
            linear{n}.{p}   -> dense.{n-1}.{p}
            """);

    private static final KeyMap RRDB = KeyMap.refused(
            "RRDBNet (ESRGAN)",
            List.of("conv_first.weight", "body.0.rdb1.conv1.weight"),
            "Fovea does not have this network.");

    private static final List<KeyMap> ALL = List.of(
            leftthomas(1),
            leftthomas(2),
            leftthomas(3),
            leftthomas2018(1),
            leftthomas2018(2),
            leftthomas2018(3),
            LEFTTHOMAS_DISCRIMINATOR,
            RRDB,
            MSRRESNET,
            VGG_STYLE);

    private static WeightsFile file(Map<String, StoredTensor> tensors) {
        return new WeightsFile("f.pth", WeightsFile.Format.TORCH_LEGACY, Map.of(), tensors);
    }

    private static StoredTensor tensor(long... shape) {
        return StoredTensor.of(DType.F32, shape, FileBytes.of("m", new byte[0]), 0);
    }

    /** Names and shapes of a public layout. */
    private static Map<String, StoredTensor> keys(String name) {
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        new String(TorchFileTest.resource("keys/" + name + ".txt"), StandardCharsets.UTF_8)
                .lines()
                .forEach(line -> {
                    String[] parts = line.split(" ", -1);
                    tensors.put(
                            parts[0],
                            tensor(Arrays.stream(parts)
                                    .skip(1)
                                    .mapToLong(Long::parseLong)
                                    .toArray()));
                });
        return tensors;
    }

    private static Map<String, long[]> shapes(Map<String, StoredTensor> tensors) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        tensors.forEach((name, t) -> shapes.put(name, t.shape()));
        return shapes;
    }

    /** What an import gives, without knowing the network: the layout applied, whatever comes out. */
    private static Map<String, StoredTensor> translated(KeyMap map, Map<String, StoredTensor> theirs) {
        Map<String, StoredTensor> ours = new LinkedHashMap<>();
        theirs.forEach(
                (key, t) -> map.ours(key).filter(k -> !k.equals("nothing")).ifPresent(k -> ours.put(k, t)));
        return ours;
    }

    @ParameterizedTest
    @CsvSource({
        "generator_head_x2, leftthomas Generator x2, 0",
        "generator_head_x4, leftthomas Generator x4, 11",
        "generator_jan2018_x4, leftthomas Generator x4 of January 2018, 10",
        "discriminator, leftthomas Discriminator, 7",
        "msrresnet_x2, BasicSR MSRResNet, 0",
        "msrresnet_x4, BasicSR MSRResNet, 0",
        "vggstyle_discriminator_128, BasicSR VGGStyleDiscriminator, 9",
    })
    void publicLayoutsAreRecognisedReadAndWrittenBack(String keys, String layout, int counters) {
        Map<String, StoredTensor> theirs = keys(keys);
        KeyMap map = KeyMap.recognise(ALL, file(theirs));
        assertThat(map.name()).isEqualTo(layout);
        Map<String, StoredTensor> ours = map.apply(file(theirs), shapes(translated(map, theirs)));
        Map<String, StoredTensor> counted = new LinkedHashMap<>(theirs);
        counted.keySet().removeIf(k -> k.endsWith("num_batches_tracked"));
        if (counters > 0) {
            assertThat(theirs).hasSize(counted.size() + counters);
        }
        assertThat(ours).hasSameSizeAs(counted);
        assertThat(map.export(ours)).isEqualTo(counted);
    }

    @Test
    void placeholdersAreCalculated() {
        Map<String, StoredTensor> theirs = keys("discriminator");
        Map<String, StoredTensor> ours = translated(LEFTTHOMAS_DISCRIMINATOR, theirs);
        assertThat(at(ours, "conv.7.weight")).isSameAs(at(theirs, "net.20.weight"));
        assertThat(at(ours, "norm.7.running_var")).isSameAs(at(theirs, "net.21.running_var"));
        assertThat(at(ours, "conv.0.bias")).isSameAs(at(theirs, "net.0.bias"));
        assertThat(at(ours, "dense.1.weight")).isSameAs(at(theirs, "net.26.weight"));
        Map<String, StoredTensor> generator = translated(leftthomas(2), keys("generator_head_x4"));
        assertThat(generator)
                .containsKeys(
                        "body.0.conv1.weight",
                        "body.4.norm2.running_mean",
                        "up.1.act.weight",
                        "last.bias",
                        "tail.norm.bias");
        assertThat(generator).doesNotContainKeys("body.-1.conv1.weight", "body.5.conv1.weight");
    }

    @Test
    void everythingThatDoesNotFitIsSaidAtOnce() {
        Map<String, StoredTensor> theirs = keys("msrresnet_x4");
        Map<String, long[]> ours = shapes(translated(MSRRESNET, theirs));
        theirs.remove("conv_hr.bias");
        theirs.put("conv_last.weight", tensor(1, 64, 3, 3));
        theirs.put("extra.weight", tensor(1));
        theirs.put("body.16.conv1.weight", tensor(1));
        for (int i = 0; i < 5; i++) {
            theirs.remove("body.3.conv" + (1 + i % 2) + (i < 2 ? ".weight" : ".bias"));
        }
        assertThatThrownBy(() -> MSRRESNET.apply(file(theirs), ours))
                .isExactlyInstanceOf(FoveaException.class)
                .hasMessage("f.pth, read as BasicSR MSRResNet, does not fit the network."
                        + " Missing (5): body.3.conv1.weight, body.3.conv1.bias, body.3.conv2.weight, body.3.conv2.bias, ...."
                        + " Not part of it (2): extra.weight, body.16.conv1.weight (as body.16.conv1.weight)."
                        + " Of another shape (1): conv_last.weight [1, 64, 3, 3] instead of [3, 64, 3, 3].");
    }

    @Test
    void whatALayoutDoesNotHaveIsNotMissing() {
        KeyMap map = KeyMap.of("bare", List.of("w"), "w -> weight\nnothing -> norm.{p}");
        Map<String, long[]> ours = Map.of("weight", new long[] {2}, "norm.mean", new long[] {1});
        assertThat(map.apply(file(Map.of("w", tensor(2))), ours)).containsOnlyKeys("weight");
        assertThat(map.export(Map.of("weight", tensor(2), "norm.mean", tensor(1))))
                .containsOnlyKeys("w");
        assertThatThrownBy(() -> map.export(Map.of("other", tensor(2)))).hasMessageContaining("Left over (1): other");
    }

    @Test
    void unknownAndRefusedLayoutsAreNamed() {
        assertThatThrownBy(() -> KeyMap.recognise(ALL, file(Map.of("foo.weight", tensor(2, 3)))))
                .isExactlyInstanceOf(FoveaException.class)
                .hasMessageStartingWith("f.pth has none of the known layouts (leftthomas Generator x2; ")
                .hasMessageEndingWith("It holds (1): foo.weight [2, 3].");
        Map<String, StoredTensor> rrdb =
                Map.of("conv_first.weight", tensor(64, 3, 3, 3), "body.0.rdb1.conv1.weight", tensor(32, 64, 3, 3));
        assertThatThrownBy(() -> KeyMap.recognise(ALL, file(rrdb)))
                .hasMessage("f.pth has the layout of RRDBNet (ESRGAN). Fovea does not have this network.");
    }

    @Test
    void mistakesInALayoutAreFoundWhenItIsDeclared() {
        assertThatThrownBy(() -> KeyMap.of("x", List.of("a b c"), "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> KeyMap.of("x", List.of(), "a = b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> KeyMap.of("x", List.of(), "a.{n -> b")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> KeyMap.of("x", List.of(), "a.{n} -> b.{m}"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
