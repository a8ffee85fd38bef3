package io.fovea.bench;

import io.fovea.graph.Graph;
import io.fovea.graph.OnnxExport;
import io.fovea.graph.OnnxModel;
import io.fovea.image.Picture;
import io.fovea.nn.Layer;
import io.fovea.srgan.GeneratorConfig;
import io.fovea.srgan.SrganWeights;
import io.fovea.srgan.SuperResolver;
import io.fovea.torch.Device;
import io.fovea.torch.Precision;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A frame of 320 x 180 through the paper's SRResNet x4, as a user calls it: picture in, picture out. */
final class Inference {
    private static final int WIDTH = 320;
    private static final int HEIGHT = 180;

    private record Fovea(SuperResolver resolver, Picture frame) implements Contender {
        @Override
        public String name() {
            return "Fovea";
        }

        @Override
        public double seconds(String work, int times) {
            long begin = System.nanoTime();
            for (int i = 0; i < times; i++) {
                resolver.upscale(frame);
            }
            return (System.nanoTime() - begin) / 1e9 / times;
        }
    }

    private record Onnx(OnnxModel model, float[] frame) implements Contender {
        @Override
        public String name() {
            return "ONNX Runtime";
        }

        @Override
        public double seconds(String work, int times) {
            long begin = System.nanoTime();
            for (int i = 0; i < times; i++) {
                model.predict(frame, 1, 3, HEIGHT, WIDTH);
            }
            return (System.nanoTime() - begin) / 1e9 / times;
        }
    }

    private Inference() {}

    static void run(int rounds, int threads) throws IOException {
        Path folder = Files.createTempDirectory("fovea-bench");
        Path weights = folder.resolve("srresnet.safetensors");
        Path onnx = folder.resolve("srresnet.onnx");
        try {
            GeneratorConfig config = GeneratorConfig.paper(4);
            try (Layer network = config.create();
                    Scope scope = Scope.open()) {
                network.eval();
                SrganWeights.save(network, config, null, weights);
                Graph graph = Graph.record(network, Tensor.zeros(1, 3, 24, 32))
                        .generalise(Graph.record(network, Tensor.zeros(2, 3, 20, 28)));
                OnnxExport.write(graph, "SRResNet x4", Map.of(), onnx);
            }
            float[] values = new float[3 * HEIGHT * WIDTH];
            java.util.Random random = new java.util.Random(1);
            for (int i = 0; i < values.length; i++) {
                values[i] = random.nextFloat();
            }
            Picture frame = Picture.of(values, 3, HEIGHT, WIDTH, 8);
            try (SuperResolver f32 = open(weights, Precision.F32);
                    SuperResolver bf16 = open(weights, Precision.BF16);
                    OnnxModel model = OnnxModel.load(onnx, threads);
                    Peer peer = Peer.python("srresnet.py", threads)) {
                Race race = Race.run(
                        List.of(
                                new Race.Lane("Fovea f32", new Fovea(f32, frame), ""),
                                new Race.Lane("Fovea bf16", new Fovea(bf16, frame), ""),
                                new Race.Lane("ONNX Runtime f32, Fovea's export", new Onnx(model, values), ""),
                                new Race.Lane(peer.name() + " f32", peer, "infer f32")),
                        rounds,
                        1);
                System.out.print(race.text());
                double fastest =
                        Math.min(race.median("ONNX Runtime f32, Fovea's export"), race.median(peer.name() + " f32"));
                System.out.printf(
                        Locale.ROOT,
                        "speed f32 %.2f of the faster peer (target 1.0, aim 1.15); bf16 %.2f (2.5)%n",
                        fastest / race.median("Fovea f32"),
                        fastest / race.median("Fovea bf16"));
            }
        } finally {
            Files.deleteIfExists(weights);
            Files.deleteIfExists(onnx);
            Files.deleteIfExists(folder);
        }
    }

    private static SuperResolver open(Path weights, Precision precision) {
        return SuperResolver.load(weights.toString(), new SuperResolver.Options(precision, Device.CPU, 0));
    }
}
