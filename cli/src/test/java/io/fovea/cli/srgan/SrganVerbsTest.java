package io.fovea.cli.srgan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.fovea.Json;
import io.fovea.cli.Cli;
import io.fovea.graph.OnnxModel;
import io.fovea.image.Picture;
import io.fovea.image.Pictures;
import io.fovea.image.WriteOptions;
import io.fovea.nn.Layer;
import io.fovea.srgan.DiscriminatorConfig;
import io.fovea.srgan.GeneratorConfig;
import io.fovea.srgan.SrganWeights;
import io.fovea.torch.Autograd;
import io.fovea.torch.Engine;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import io.fovea.weights.WeightsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SrganVerbsTest {
    @TempDir
    Path folder;

    private Path weights = Path.of("");

    @BeforeEach
    void weights() {
        Engine.seed(1);
        GeneratorConfig config = GeneratorConfig.msrresnet(2, 1, 8);
        weights = folder.resolve("tiny-x2.safetensors");
        try (Layer generator = config.create()) {
            SrganWeights.save(generator, config, null, weights);
        }
    }

    private Path pictures(int count) throws IOException {
        Path photos = Files.createDirectories(folder.resolve("photos"));
        Random random = new Random(3);
        for (int i = 0; i < count; i++) {
            byte[] samples = new byte[40 * 36 * 3];
            random.nextBytes(samples);
            Pictures.write(
                    Picture.of8(40, 36, 3, samples),
                    photos.resolve(i + ".png"),
                    WriteOptions.DEFAULT.withOverwrite(true));
        }
        return photos;
    }

    @Test
    void evaluatePrintsFixedNames() throws IOException {
        Path photos = pictures(2);
        Cli done = Cli.run("srgan", "evaluate", "--weights", weights.toString(), "--data", photos.toString(), "--json");
        assertThat(done.code()).as(done.err()).isZero();
        JsonNode table = Json.tree(done.out(), "evaluate");
        assertThat(table.get("images")).hasSize(2);
        assertThat(table.get("mean").get("psnr_y").isNumber()).isTrue();
        assertThat(table.get("mean").get("ssim_y").isNumber()).isTrue();
        assertThat(table.get("bicubic").get("psnr_y").isNumber()).isTrue();
        assertThat(Cli.run("srgan", "evaluate", "--weights", weights.toString(), "--data", photos.toString())
                        .out())
                .contains("PSNR-Y", "mean", "0.png");
        assertThat(Cli.run("srgan", "evaluate", "--bicubic", "2", "--data", photos.toString())
                        .code())
                .isZero();
    }

    /** SqueezeNet 1.1's shapes, filled at random. */
    private String lpips() {
        Map<String, Tensor> trunk = new LinkedHashMap<>();
        Map<String, Tensor> linear = new LinkedHashMap<>();
        try (Scope scope = Scope.open()) {
            convolution(trunk, "features.0", 64, 3, 3);
            int[][] fires = {
                {3, 64, 16, 64},
                {4, 128, 16, 64},
                {6, 128, 32, 128},
                {7, 256, 32, 128},
                {9, 256, 48, 192},
                {10, 384, 48, 192},
                {11, 384, 64, 256},
                {12, 512, 64, 256}
            };
            for (int[] fire : fires) {
                convolution(trunk, "features." + fire[0] + ".squeeze", fire[2], fire[1], 1);
                convolution(trunk, "features." + fire[0] + ".expand1x1", fire[3], fire[2], 1);
                convolution(trunk, "features." + fire[0] + ".expand3x3", fire[3], fire[2], 3);
            }
            int[] channels = {64, 128, 256, 384, 384, 512, 512};
            for (int l = 0; l < channels.length; l++) {
                linear.put("lin" + l + ".model.1.weight", random(1, channels[l], 1, 1));
            }
            WeightsFile.save(trunk, Map.of(), folder.resolve("squeeze.safetensors"));
            WeightsFile.save(linear, Map.of(), folder.resolve("linear.safetensors"));
        }
        return folder.resolve("squeeze.safetensors") + "," + folder.resolve("linear.safetensors");
    }

    private static void convolution(Map<String, Tensor> into, String name, int out, int in, int kernel) {
        into.put(name + ".weight", random(out, in, kernel, kernel));
        into.put(name + ".bias", random(out));
    }

    private static Tensor random(long... shape) {
        int size = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        Random random = new Random(size);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = random.nextFloat() * 0.1f;
        }
        return Tensor.of(values, shape);
    }

    @Test
    void evaluateMeasuresLpips() throws IOException {
        Path photos = pictures(1);
        String files = lpips();
        List<String> args = List.of(
                "srgan", "evaluate", "--weights", weights.toString(), "--data", photos.toString(), "--lpips", files);
        List<String> json = new ArrayList<>(args);
        json.add("--json");
        Cli done = Cli.run(json.toArray(String[]::new));
        assertThat(done.code()).as(done.err()).isZero();
        JsonNode table = Json.tree(done.out(), "evaluate");
        assertThat(table.get("mean").get("lpips_squeeze").asDouble()).isPositive();
        assertThat(table.get("bicubic").get("lpips_squeeze").asDouble()).isPositive();
        assertThat(table.get("images").get(0).get("network").has("lpips_squeeze"))
                .isTrue();
        assertThat(Cli.run(args.toArray(String[]::new)).out()).contains("LPIPS", "squeeze");
        List<String> twice = new ArrayList<>(args);
        twice.addAll(List.of("--lpips", files));
        assertThat(Cli.run(twice.toArray(String[]::new)).err()).contains("squeeze twice");
        assertThat(Cli.run("srgan", "evaluate", "--bicubic", "2", "--data", photos.toString(), "--lpips", "one")
                        .code())
                .isEqualTo(2);
    }

    @Test
    void exportedAndImportedWeightsAreTheSame() throws IOException {
        Path plain = folder.resolve("basicsr.safetensors");
        Path back = folder.resolve("back.safetensors");
        assertThat(Cli.run("srgan", "export", weights.toString(), "-o", plain.toString(), "--public")
                        .code())
                .isZero();
        Cli imported = Cli.run("srgan", "import", plain.toString(), "-o", back.toString(), "--json");
        assertThat(imported.code()).as(imported.err()).isZero();
        assertThat(Json.tree(imported.out(), "import").get("layout").asText()).isEqualTo("BasicSR MSRResNet");
        assertThat(back).hasSameBinaryContentAs(weights);
    }

    @Test
    void onnxRuntimeComputesWhatWeDoAtAnySize() {
        GeneratorConfig paper = Json.set(
                GeneratorConfig.paper(4), List.of("blocks=2", "channels=16", "shuffleChannels=16", "hrRange=unit"));
        for (GeneratorConfig config : List.of(paper, GeneratorConfig.msrresnet(3, 2, 16))) {
            Path file = folder.resolve(config.kind() + ".safetensors");
            Path onnx = folder.resolve(config.kind() + ".onnx");
            Engine.seed(2);
            try (Layer generator = config.create()) {
                SrganWeights.save(generator, config, null, file);
                assertThat(Cli.run("srgan", "export", file.toString(), "-o", onnx.toString())
                                .code())
                        .isZero();
                generator.eval();
                compare(generator, onnx, new long[][] {{1, 3, 7, 5}, {3, 3, 24, 24}, {2, 3, 16, 33}});
            }
        }
    }

    private static void compare(Layer generator, Path onnx, long[][] sizes) {
        try (OnnxModel model = OnnxModel.load(onnx, 1);
                Scope scope = Scope.open();
                Autograd.Guard off = Autograd.noGrad()) {
            for (long[] size : sizes) {
                float[] input = random(size).toFloats();
                float[] ours = generator.apply(Tensor.of(input, size)).toFloats();
                assertThat(model.predict(input, size)).containsExactly(ours, within(1e-4f));
            }
        }
    }

    @Test
    void discriminatorsAreImportedAndDoNotEnlarge() throws IOException {
        DiscriminatorConfig config = new DiscriminatorConfig(DiscriminatorConfig.Kind.VGG, 128, 4);
        Path own = folder.resolve("judge.safetensors");
        Path plain = folder.resolve("plain.safetensors");
        Path back = folder.resolve("judge2.safetensors");
        try (Layer judge = config.create()) {
            SrganWeights.save(judge, config, own);
        }
        assertThat(Cli.run("srgan", "export", own.toString(), "-o", plain.toString(), "--public")
                        .code())
                .isZero();
        Cli imported = Cli.run("srgan", "import", plain.toString(), "-o", back.toString());
        assertThat(imported.out()).contains("BasicSR VGGStyleDiscriminator");
        assertThat(back).hasSameBinaryContentAs(own);
        assertThat(Cli.run("srgan", "describe", "--weights", plain.toString()).code())
                .isZero();
        for (Path weights : List.of(own, plain)) {
            Cli refused = Cli.run("srgan", "upscale", pictures(1).toString(), "--weights", weights.toString());
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.err()).contains("It judges pictures, it does not enlarge them.");
        }
    }

    @Test
    void onnxFilesOpenInOnnxRuntime() throws IOException {
        Path onnx = folder.resolve("net.onnx");
        assertThat(Cli.run("srgan", "export", weights.toString(), "-o", onnx.toString())
                        .code())
                .isZero();
        try (OnnxModel model = OnnxModel.load(onnx, 1)) {
            assertThat(model.predict(new float[2 * 3 * 5 * 7], 2, 3, 5, 7)).hasSize(2 * 3 * 10 * 14);
        }
        long before = Files.size(onnx);
        Cli again = Cli.run("srgan", "export", weights.toString(), "-o", onnx.toString());
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("exists already");
        assertThat(Files.size(onnx)).isEqualTo(before);
    }

    @Test
    void aRunTrainsResumesAndUpscales() throws IOException {
        Path photos = pictures(3);
        Path run = folder.resolve("run");
        Cli trained = Cli.run(
                "srgan",
                "train",
                photos.toString(),
                "--run",
                run.toString(),
                "--preset",
                "tiny",
                "--set",
                "generator.scale=2",
                "--set",
                "data.crop=16",
                "--set",
                "content.steps=4",
                "--seed",
                "5",
                "--threads",
                "1");
        assertThat(trained.code()).as(trained.err()).isZero();
        assertThat(trained.out()).contains("finished after 4 steps");
        assertThat(Files.readString(run.resolve("config.json"))).contains("\"seed\" : 5");
        Cli again = Cli.run("srgan", "train", photos.toString(), "--run", run.toString(), "--preset", "tiny");
        assertThat(again.code()).isEqualTo(1);
        Cli resumed = Cli.run("srgan", "resume", run.toString(), "--set", "content.steps=6", "--threads", "1");
        assertThat(resumed.code()).as(resumed.err()).isZero();
        assertThat(resumed.out()).contains("finished after 6 steps");
        Cli upscaled = Cli.run("srgan", "upscale", photos.resolve("0.png").toString(), "--weights", run.toString());
        assertThat(upscaled.code()).as(upscaled.err()).isZero();
    }
}
