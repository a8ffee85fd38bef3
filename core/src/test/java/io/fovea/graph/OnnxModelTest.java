package io.fovea.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.fovea.FoveaException;
import io.fovea.nn.Conv2d;
import io.fovea.nn.Linear;
import io.fovea.torch.DType;
import io.fovea.torch.Device;
import io.fovea.torch.Engine;
import io.fovea.torch.Precision;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxModelTest {
    @TempDir
    Path folder;

    @BeforeAll
    static void repeatable() {
        Engine.threads(1);
        Engine.seed(5);
    }

    private static Graph record(SrNet net) {
        return Graph.record(net, Tensor.rand(1, 3, 8, 9)).generalise(Graph.record(net, Tensor.rand(2, 3, 10, 12)));
    }

    @Test
    void aSuperResolutionNetworkEndToEndThroughAFile() throws Exception {
        Path file = folder.resolve("net.onnx");
        try (Scope scope = Scope.open();
                SrNet net = new SrNet(20, 3).withStatistics()) {
            OnnxExport.write(
                    record(net), "A test.", Map.of("fovea.system", "srgan", "fovea.config", "{\"scale\": 4}"), file);
            assertThat(folder.toFile().list()).containsExactly("net.onnx");
            try (OnnxModel model = OnnxModel.load(file, 2)) {
                assertThat(model.metadata())
                        .containsEntry("fovea.system", "srgan")
                        .containsEntry("fovea.config", "{\"scale\": 4}");
                assertThat(model.inputs()).containsExactly("input");
                assertThat(model.outputs()).containsExactly("output");
                net.eval();
                for (long[] shape : new long[][] {{1, 3, 24, 31}, {3, 3, 7, 16}, {2, 3, 40, 9}}) {
                    Tensor x = Tensor.rand(shape);
                    Tensor y = OnnxCheck.get(model.run(Map.of("input", x)), "output");
                    assertThat(y.shape()).containsExactly(shape[0], 3, 4 * shape[2], 4 * shape[3]);
                    OnnxCheck.close(x.toString(), net.apply(x).toFloats(), y.toFloats());
                }
            }
        }
    }

    @Test
    void theFileSaysWhatItIs() throws Exception {
        Path file = folder.resolve("net.onnx");
        try (Scope scope = Scope.open();
                SrNet net = new SrNet(4, 1)) {
            OnnxExport.write(record(net), "A test.", Map.of(), file);
        }
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session = environment.createSession(file.toString())) {
            assertThat(session.getMetadata().getProducerName()).isEqualTo("Fovea");
            assertThat(session.getMetadata().getGraphName()).isEqualTo("SrNet");
            assertThat(session.getMetadata().getDescription()).isEqualTo("A test.");
            TensorInfo in =
                    (TensorInfo) OnnxCheck.get(session.getInputInfo(), "input").getInfo();
            assertThat(in.getShape()).containsExactly(-1, 3, -1, -1);
            assertThat(in.getDimensionNames()).containsExactly("batch", "", "height", "width");
            TensorInfo out = (TensorInfo)
                    OnnxCheck.get(session.getOutputInfo(), "output").getInfo();
            assertThat(out.getDimensionNames()).containsExactly("batch", "", "output_height", "output_width");
        }
    }

    @Test
    void aPlainRecordingFixesTheSizes() {
        try (Scope scope = Scope.open();
                Conv2d net = Conv2d.of(3, 4, 3);
                OnnxModel model = OnnxModel.of(Graph.record(net, Tensor.rand(1, 3, 8, 8)), 1)) {
            assertThat(model.predict(new float[192], 1, 3, 8, 8)).hasSize(4 * 36);
            assertThatThrownBy(() -> model.predict(new float[216], 1, 3, 8, 9))
                    .isInstanceOf(FoveaException.class)
                    .hasMessageContaining("Expected: 8")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void wrongInputsAreSentences() {
        try (Scope scope = Scope.open();
                Linear net = new Linear(4, 2);
                OnnxModel model = OnnxModel.of(Graph.record(net, Tensor.rand(1, 4)), 1)) {
            assertThatThrownBy(() -> model.predict(new float[3], 1, 4))
                    .isInstanceOf(FoveaException.class)
                    .hasMessageContaining("takes 4 values, 3 were given");
            assertThatThrownBy(() -> model.run(Map.of("x", Tensor.rand(1, 4))))
                    .isInstanceOf(FoveaException.class)
                    .hasMessageContaining("input");
            assertThatThrownBy(() -> model.run(Map.of("input", Tensor.zeros(DType.I64, 1, 4))))
                    .isInstanceOf(FoveaException.class)
                    .hasMessageContaining("float32");
            assertThatThrownBy(() -> OnnxModel.of(Graph.record(net, Tensor.rand(1, 4)), 0))
                    .isInstanceOf(FoveaException.class)
                    .hasMessageContaining("at least 1");
        }
    }

    @Test
    void networksOfOtherPrecisionsAreRefused() {
        try (Scope scope = Scope.open();
                Linear net = new Linear(4, 2)) {
            net.to(DType.F64);
            Graph graph = Graph.record(net, Tensor.zeros(DType.F64, 1, 4));
            assertThatThrownBy(() -> OnnxModel.of(graph, 1))
                    .isInstanceOf(FoveaException.class)
                    .hasMessageContaining("is F64");
        }
    }

    @Test
    void brokenFilesAreSentences() throws Exception {
        assertThatThrownBy(() -> OnnxModel.load(folder.resolve("none.onnx"), 1))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining("no such file");
        Path file = Files.write(folder.resolve("broken.onnx"), new byte[] {8, 8, 18, 99, 0, 1, 2});
        assertThatThrownBy(() -> OnnxModel.load(file, 1))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining("cannot be read as an ONNX model");
        assertThatThrownBy(() -> OnnxModel.of(new byte[] {1, 2, 3}, 1))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining("cannot be read as an ONNX model");
    }

    @Test
    void withoutOnnxRuntimeASentenceSaysWhatToAdd() throws Exception {
        List<URL> path = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(java.io.File.pathSeparator, -1)) {
            if (!entry.contains("onnxruntime")) {
                path.add(Path.of(entry).toUri().toURL());
            }
        }
        try (URLClassLoader without =
                new URLClassLoader(path.toArray(new URL[0]), ClassLoader.getPlatformClassLoader())) {
            var of = without.loadClass(OnnxModel.class.getName()).getMethod("of", byte[].class, int.class);
            assertThatThrownBy(() -> of.invoke(null, new byte[1], 1))
                    .isInstanceOf(InvocationTargetException.class)
                    .cause()
                    .hasMessage(
                            "ONNX Runtime is not there. Add com.microsoft.onnxruntime:onnxruntime to the class path.");
        }
    }

    @Test
    void bothPredictorsAgreeAndAnyNumberOfThreadsChangesNothing() throws Exception {
        Graph graph;
        SrNet net = new SrNet(8, 2);
        try (Scope scope = Scope.open()) {
            net.withStatistics();
            graph = record(net);
        }
        try (Predictor onnx = OnnxModel.of(graph, 1);
                Predictor torch = new TorchPredictor(net, Precision.F32, Device.CPU)) {
            float[] x = new float[3 * 16 * 17];
            for (int i = 0; i < x.length; i++) {
                x[i] = (float) Math.sin(i);
            }
            float[] alone = torch.predict(x, 1, 3, 16, 17);
            OnnxCheck.close("ONNX Runtime", alone, onnx.predict(x, 1, 3, 16, 17));
            assertConcurrencyChangesNothing(torch, x);
            assertConcurrencyChangesNothing(onnx, x);
        }
    }

    private static void assertConcurrencyChangesNothing(Predictor predictor, float[] x) throws Exception {
        float[] alone = predictor.predict(x, 1, 3, 16, 17);
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Future<float[]>> results = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                results.add(pool.submit(() -> predictor.predict(x, 1, 3, 16, 17)));
            }
            for (Future<float[]> result : results) {
                assertThat(result.get()).containsExactly(alone);
            }
        } finally {
            pool.shutdown();
        }
    }

    @Test
    void precisionsOfTheTorchPredictor() {
        float[] x = new float[3 * 8 * 8];
        x[5] = 1;
        Map<Precision, float[]> y = new EnumMap<>(Precision.class);
        for (Precision p : Precision.values()) {
            Engine.seed(3);
            try (Predictor predictor = new TorchPredictor(new SrNet(8, 1), p, Device.CPU)) {
                y.put(p, predictor.predict(x, 1, 3, 8, 8));
            }
        }
        float[] f32 = Objects.requireNonNull(y.get(Precision.F32));
        OnnxCheck.close("f64", Objects.requireNonNull(y.get(Precision.F64)), f32);
        assertThat(OnnxCheck.error(f32, Objects.requireNonNull(y.get(Precision.BF16))))
                .isBetween(1e-4, 0.05);
    }

    @Test
    void closedPredictorsSaySo() {
        Predictor torch = new TorchPredictor(new Linear(2, 2), Precision.F32, Device.CPU);
        torch.close();
        torch.close();
        assertThatThrownBy(() -> torch.predict(new float[2], 1, 2))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining("closed");
        try (Scope scope = Scope.open();
                Linear net = new Linear(2, 2)) {
            OnnxModel onnx = OnnxModel.of(Graph.record(net, Tensor.rand(1, 2)), 1);
            onnx.close();
            onnx.close();
            assertThatThrownBy(() -> onnx.predict(new float[2], 1, 2))
                    .isInstanceOf(FoveaException.class)
                    .hasMessageContaining("closed");
        }
    }
}
