package io.fovea.autoencoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.graph.Graph;
import io.fovea.graph.OnnxExport;
import io.fovea.graph.OnnxModel;
import io.fovea.nn.Layer;
import io.fovea.torch.Autograd;
import io.fovea.torch.F;
import io.fovea.torch.Rng;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Shapes, starting weights, turned axes, and the neighbour term's gradient. */
class AutoencoderNetworkTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @ParameterizedTest
    @CsvSource({"1,8,8,2803", "1,28,28,0", "3,7,9,0", "1,5,5,0", "2,1,3,0", "1,12,7,0"})
    void picturesOfEverySizeComeBackInTheirSize(int channels, int height, int width, int parameters) {
        NetworkConfig.Image image = new NetworkConfig.Image(channels, height, width);
        NetworkConfig config = AutoencoderConfig.convolutional(image).network();
        try (AutoencoderNetwork net = new AutoencoderNetwork(config, image.size());
                Scope scope = Scope.open()) {
            Tensor x = Tensor.rand(3, image.size());
            Tensor z = net.encoder().apply(x);
            assertThat(z.shape()).containsExactly(3, 2);
            assertThat(net.decoder().apply(z).shape()).containsExactly(3, image.size());
            if (parameters > 0) {
                assertThat(net.parameterCount()).isEqualTo(parameters);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Unit.class,
            names = {"RELU", "TANH", "ELU", "GELU", "SIGMOID"})
    void trainingCanBeginAtPca(Unit unit) {
        Rows rows = Samples.plane(100, 7, 0.2);
        Pca pca = Pca.fit(rows.values(), 100, 7, 2);
        try (AutoencoderNetwork net = new AutoencoderNetwork(NetworkConfig.mlp(List.of(9, 6), 2, unit), 7);
                Scope scope = Scope.open()) {
            net.initialise(1);
            net.startAt(pca, 5);
            Tensor z = net.encoder().apply(Tensor.of(rows.values(), 100, 7));
            float[] ours = z.toFloats();
            float[] theirs = pca.transform(rows.values(), 100);
            float[] back = net.decoder().apply(z).toFloats();
            float[] theirsBack = pca.inverseTransform(theirs, 100);
            boolean exact = unit == Unit.RELU || unit == Unit.GELU;
            assertThat(distance(ours, theirs)).isLessThan(exact ? 1e-4 : 0.3);
            assertThat(distance(back, theirsBack)).isLessThan(exact ? 1e-4 : 0.3);
        }
    }

    /** The root of the mean squared difference. */
    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return Math.sqrt(sum / a.length);
    }

    @Test
    void turnedAxesReadTheSameRows() {
        double c = Math.cos(0.7);
        double s = Math.sin(0.7);
        Alignment turn = new Alignment(new double[] {c, -s, -s, -c}, new double[] {3, -4}); // a reflection too
        try (AutoencoderNetwork net = new AutoencoderNetwork(NetworkConfig.mlp(List.of(8), 2, Unit.TANH), 5);
                Scope scope = Scope.open()) {
            Tensor x = Tensor.rand(20, 5);
            Tensor z = net.encoder().apply(x);
            float[] before = z.toFloats();
            float[] read = net.decoder().apply(z).toFloats();
            turn.foldInto(net);
            Tensor turned = net.encoder().apply(x);
            float[] after = turned.toFloats();
            for (int i = 0; i < 20; i++) {
                double a = before[2 * i];
                double b = before[2 * i + 1];
                assertThat((double) after[2 * i]).isCloseTo(a * c - b * s + 3, within(1e-5));
                assertThat((double) after[2 * i + 1]).isCloseTo(-a * s - b * c - 4, within(1e-5));
            }
            assertThat(distance(net.decoder().apply(turned).toFloats(), read)).isLessThan(1e-5);
        }
    }

    @Test
    void theNeighbourTermIsWhatAutogradMakesOfItsFormula() {
        int n = 12;
        Rng rng = new Rng(1);
        double[] p = new double[n * n];
        double sum = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                double v = rng.nextInt(3) == 0 ? rng.nextDouble() : 0;
                p[i * n + j] = v;
                p[j * n + i] = v;
                sum += 2 * v;
            }
        }
        for (int i = 0; i < p.length; i++) {
            p[i] /= sum;
        }
        for (int k : new int[] {1, 2, 3}) {
            try (Scope scope = Scope.open()) {
                double[] places = rng(n * k);
                Tensor z = Tensor.of(places, n, k).requiresGrad(true);
                Tensor ours = AutoencoderLosses.neighbours(z, Tensor.of(p, n, n));
                double[] gradient =
                        Autograd.grad(ours, List.of(z), false).get(0).toDoubles();
                Tensor y = Tensor.of(places, n, k).requiresGrad(true);
                Tensor formula = formula(y, p, n, k);
                double[] expected =
                        Autograd.grad(formula, List.of(y), false).get(0).toDoubles();
                assertThat(ours.item()).isCloseTo(formula.item(), within(1e-5));
                assertThat(gradient).containsExactly(expected, within(1e-6));
            }
        }
    }

    private static double[] rng(int n) {
        Rng rng = new Rng(n);
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            values[i] = rng.nextGaussian();
        }
        return values;
    }

    private static Tensor formula(Tensor z, double[] p, int n, int k) {
        Tensor differences = F.sub(F.reshape(z, n, 1, k), F.reshape(z, 1, n, k));
        Tensor logKernel = F.log(F.add(F.sum(F.square(differences), false, 2), 1));
        Tensor total = F.add(F.sum(F.exp(F.neg(logKernel))), -n);
        double entropy = 0;
        for (double v : p) {
            entropy += v > 0 ? v * Math.log(v) : 0;
        }
        return F.add(F.add(F.sum(F.mul(Tensor.of(p, n, n), logKernel)), F.log(total)), entropy);
    }

    @Test
    void encoderAndDecoderAreTheSameInOnnx() {
        NetworkConfig.Image image = new NetworkConfig.Image(1, 7, 10);
        List<NetworkConfig> configs = List.of(
                NetworkConfig.linear(2),
                NetworkConfig.mlp(List.of(9, 7), 2, Unit.GELU).withOutput(Unit.SIGMOID),
                NetworkConfig.mlp(List.of(9), 3, Unit.ELU).asVariational(),
                AutoencoderConfig.convolutional(image).network());
        for (NetworkConfig config : configs) {
            try (AutoencoderNetwork net = new AutoencoderNetwork(config, 70)) {
                net.eval();
                same(net.encoder(), 70, config + " encoder");
                same(net.decoder(), config.code(), config + " decoder");
            }
        }
    }

    private void same(Layer layer, int width, String what) {
        try (Scope scope = Scope.open();
                Autograd.Guard off = Autograd.noGrad()) {
            Graph graph =
                    Graph.record(layer, Tensor.zeros(2, width)).generalise(Graph.record(layer, Tensor.zeros(3, width)));
            Path file = folder.resolve(java.util.UUID.randomUUID() + ".onnx");
            OnnxExport.write(graph, "", Map.of(), file);
            Tensor x = Tensor.rand(11, width);
            try (OnnxModel model = OnnxModel.load(file, 1)) {
                float[] theirs = model.predict(x.toFloats(), 11, width);
                assertThat(distance(theirs, layer.apply(x).toFloats())).as(what).isLessThan(1e-5);
            }
        }
    }
}
