package io.fovea.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.FoveaException;
import io.fovea.nn.Layer;
import io.fovea.torch.DType;
import io.fovea.torch.Engine;
import io.fovea.torch.F;
import io.fovea.torch.F.Interpolation;
import io.fovea.torch.F.Pad;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation of {@link F}: a network of it alone, exported, gives the same in ONNX Runtime, at sizes it was not recorded at. */
class OnnxOperationsTest {
    private static final int C = 8;

    /** Operations that have no ONNX form, by design: they end training graphs, which are not exported. */
    private static final Set<String> REFUSED = Set.of(
            "bceWithLogits(Tensor,Tensor)",
            "bce(Tensor,Tensor)",
            "l1(Tensor,Tensor)",
            "mse(Tensor,Tensor)",
            "resize(Tensor,long,long,Interpolation)");

    /** What the network computes from its input and its weights. */
    private interface Body extends BiFunction<Tensor, Net, Tensor> {}

    private static final class Net extends Layer {
        private final Body body;
        private final Tensor[] weights;

        Net(Body body, List<long[]> shapes) {
            this.body = body;
            weights = new Tensor[shapes.size()];
            for (int i = 0; i < shapes.size(); i++) {
                weights[i] = parameter("w" + i, Tensor.rand(shapes.get(i)));
            }
        }

        Tensor w(int i) {
            return weights[i];
        }

        @Override
        protected Tensor forward(Tensor x) {
            return body.apply(x, this);
        }
    }

    /**
     * @param operation signature in F that this covers
     * @param multiple height and width are multiples of this
     * @param rank of the input: 4 is N,C,H,W, 3 is N,H,W, 2 is N,C
     */
    private record Case(String operation, String variant, int multiple, int rank, Body body, List<long[]> weights) {
        @Override
        public String toString() {
            return operation + " " + variant;
        }

        Case multipleOf(int m) {
            return new Case(operation, variant, m, rank, body, weights);
        }

        Case rank(int r) {
            return new Case(operation, variant, multiple, r, body, weights);
        }
    }

    private static Case of(String operation, String variant, Body body, long[]... weights) {
        return new Case(operation, variant, 1, 4, body, List.of(weights));
    }

    private static long[] s(long... sizes) {
        return sizes;
    }

    static Stream<Case> cases() {
        return Stream.of(products(), norms(), activations(), arithmetic(), reductions(), shapes(), pooling(), types())
                .flatMap(c -> c);
    }

    private static Stream<Case> products() {
        String conv = "conv2d(Tensor,Tensor,Tensor,long,long,long,long)";
        String up = "convTranspose2d(Tensor,Tensor,Tensor,long,long,long,long)";
        return Stream.of(
                of(conv, "same", (x, n) -> F.conv2d(x, n.w(0), n.w(1), 1, 1, 1, 1), s(5, C, 3, 3), s(5)),
                of(conv, "stride, no bias", (x, n) -> F.conv2d(x, n.w(0), null, 2, 1, 1, 1), s(16, C, 4, 4)),
                of(conv, "dilated", (x, n) -> F.conv2d(x, n.w(0), n.w(1), 1, 2, 2, 1), s(16, C, 3, 3), s(16)),
                of(conv, "grouped", (x, n) -> F.conv2d(x, n.w(0), null, 1, 1, 1, 4), s(12, C / 4, 3, 3)),
                of(conv, "rectangular", (x, n) -> F.conv2d(x, n.w(0), null, 1, 0, 1, 1), s(4, C, 1, 3)),
                of(up, "x2", (x, n) -> F.convTranspose2d(x, n.w(0), n.w(1), 2, 1, 0, 1), s(C, 5, 4, 4), s(5)),
                of(up, "output padding", (x, n) -> F.convTranspose2d(x, n.w(0), null, 2, 1, 1, 1), s(C, 16, 3, 3)),
                of(up, "grouped", (x, n) -> F.convTranspose2d(x, n.w(0), null, 2, 0, 0, 2), s(C, 3, 3, 3)),
                of("linear(Tensor,Tensor,Tensor)", "N,C", (x, n) -> F.linear(x, n.w(0), n.w(1)), s(5, C), s(5))
                        .rank(2),
                of("linear(Tensor,Tensor,Tensor)", "no bias", (x, n) -> F.linear(x, n.w(0), null), s(5, C))
                        .rank(2),
                of(
                        "linear(Tensor,Tensor,Tensor)",
                        "last of four",
                        (x, n) -> F.linear(F.permute(x, 0, 2, 3, 1), n.w(0), n.w(1)),
                        s(5, C),
                        s(5)),
                of(
                        "linear(Tensor,Tensor,Tensor)",
                        "last of four, no bias",
                        (x, n) -> F.linear(F.permute(x, 0, 2, 3, 1), n.w(0), null),
                        s(5, C)),
                of("matmul(Tensor,Tensor)", "batched", (x, n) -> F.matmul(x, F.permute(x, 0, 1, 3, 2))),
                of("matmul(Tensor,Tensor)", "weight", (x, n) -> F.matmul(x, n.w(0)), s(C, 3))
                        .rank(2));
    }

    private static Stream<Case> norms() {
        String batch = "batchNorm(Tensor,Tensor,Tensor,Tensor,Tensor,boolean,double,double)";
        String instance = "instanceNorm(Tensor,Tensor,Tensor,double)";
        return Stream.of(
                of(
                        batch,
                        "running statistics",
                        (x, n) -> F.batchNorm(x, n.w(0), n.w(1), n.w(2), n.w(3), false, 0.1, 1e-5),
                        s(C),
                        s(C),
                        s(C),
                        s(C)),
                of(
                        batch,
                        "not affine",
                        (x, n) -> F.batchNorm(x, null, null, n.w(0), n.w(1), false, 0.1, 1e-3),
                        s(C),
                        s(C)),
                of(
                                batch,
                                "N,C",
                                (x, n) -> F.batchNorm(x, n.w(0), n.w(1), n.w(2), n.w(3), false, 0.1, 1e-5),
                                s(C),
                                s(C),
                                s(C),
                                s(C))
                        .rank(2),
                of(
                        batch,
                        "batch statistics",
                        (x, n) -> F.batchNorm(x, n.w(0), n.w(1), null, null, true, 0.1, 1e-5),
                        s(C),
                        s(C)),
                of(
                        batch,
                        "batch statistics, not affine",
                        (x, n) -> F.batchNorm(x, null, null, null, null, true, 0, 1e-5)),
                of(instance, "affine", (x, n) -> F.instanceNorm(x, n.w(0), n.w(1), 1e-5), s(C), s(C)),
                of(instance, "not affine", (x, n) -> F.instanceNorm(x, null, null, 1e-5)));
    }

    private static Stream<Case> activations() {
        return Stream.of(
                of("relu(Tensor)", "", (x, n) -> F.relu(x)),
                of("leakyRelu(Tensor,double)", "", (x, n) -> F.leakyRelu(x, 0.2)),
                of("prelu(Tensor,Tensor)", "one slope", (x, n) -> F.prelu(x, n.w(0)), s(1)),
                of("prelu(Tensor,Tensor)", "a slope a channel", (x, n) -> F.prelu(x, n.w(0)), s(C)),
                of("prelu(Tensor,Tensor)", "N,C", (x, n) -> F.prelu(x, n.w(0)), s(C))
                        .rank(2),
                of("elu(Tensor)", "", (x, n) -> F.elu(x)),
                of("gelu(Tensor)", "", (x, n) -> F.gelu(x)),
                of("silu(Tensor)", "", (x, n) -> F.silu(x)),
                of("sigmoid(Tensor)", "", (x, n) -> F.sigmoid(x)),
                of("tanh(Tensor)", "", (x, n) -> F.tanh(x)),
                of("softplus(Tensor)", "", (x, n) -> F.softplus(F.mul(x, 10))),
                of("softmax(Tensor,int)", "channels", (x, n) -> F.softmax(x, 1)),
                of("softmax(Tensor,int)", "from the end", (x, n) -> F.softmax(x, -1)),
                of("logSoftmax(Tensor,int)", "", (x, n) -> F.logSoftmax(x, 1)),
                of("dropout(Tensor,double,boolean)", "on its own", (x, n) -> F.dropout(x, 0.5, false)),
                of(
                        "dropout(Tensor,double,boolean)",
                        "within",
                        (x, n) -> F.tanh(F.dropout(F.relu(x), 0.5, n.isTraining()))));
    }

    private static Stream<Case> arithmetic() {
        return Stream.of(
                of("add(Tensor,Tensor)", "weight", (x, n) -> F.add(x, n.w(0)), s(1, C, 1, 1)),
                of("add(Tensor,Tensor)", "integers", (x, n) -> F.add(F.cast(F.mul(x, 9), DType.I64), x)),
                of("add(Tensor,double)", "", (x, n) -> F.add(x, 0.3)),
                of("add(Tensor,double)", "integers", (x, n) -> F.add(F.cast(F.mul(x, 9), DType.I32), 0.5)),
                of("sub(Tensor,Tensor)", "", (x, n) -> F.sub(n.w(0), x), s(C, 1, 1)),
                of("mul(Tensor,Tensor)", "", (x, n) -> F.mul(x, F.sigmoid(x))),
                of("mul(Tensor,double)", "", (x, n) -> F.mul(x, -2.5)),
                of(
                        "mul(Tensor,double)",
                        "a scaled weight",
                        (x, n) -> F.conv2d(x, F.mul(n.w(0), 0.1), null, 1, 1, 1, 1),
                        s(16, C, 3, 3)),
                of("div(Tensor,Tensor)", "", (x, n) -> F.div(x, n.w(0)), s(1, C, 1, 1)),
                of("div(Tensor,Tensor)", "integers", (x, n) -> {
                    Tensor i = F.cast(F.add(F.abs(F.mul(x, 9)), 1), DType.I64);
                    return F.div(F.neg(i), i);
                }),
                of("neg(Tensor)", "", (x, n) -> F.neg(x)),
                of("abs(Tensor)", "", (x, n) -> F.abs(x)),
                of("sign(Tensor)", "", (x, n) -> F.sign(x)),
                of("erf(Tensor)", "", (x, n) -> F.erf(x)),
                of("square(Tensor)", "", (x, n) -> F.square(x)),
                of("sqrt(Tensor)", "", (x, n) -> F.sqrt(F.abs(x))),
                of("exp(Tensor)", "", (x, n) -> F.exp(x)),
                of("log(Tensor)", "", (x, n) -> F.log(F.add(F.abs(x), 0.1))),
                of("pow(Tensor,double)", "", (x, n) -> F.pow(F.abs(x), 1.7)),
                of("clamp(Tensor,double,double)", "", (x, n) -> F.clamp(x, -0.2, 0.3)),
                of("clamp(Tensor,double,double)", "one side", (x, n) -> F.clamp(x, 0, Double.POSITIVE_INFINITY)),
                of(
                        "clamp(Tensor,double,double)",
                        "in float64",
                        (x, n) -> F.cast(F.clamp(F.cast(x, DType.F64), -0.2, 0.3), DType.F32)));
    }

    private static Stream<Case> reductions() {
        return Stream.of(
                of("sum(Tensor)", "", (x, n) -> F.sum(F.square(x))),
                of("sum(Tensor)", "integers", (x, n) -> F.cast(F.sum(F.cast(F.mul(x, 9), DType.I32)), DType.F32)),
                of("mean(Tensor)", "", (x, n) -> F.mean(F.abs(x))),
                of("sum(Tensor,boolean,long[])", "kept", (x, n) -> F.sum(x, true, 1)),
                of("sum(Tensor,boolean,long[])", "dropped", (x, n) -> F.sum(x, false, 2, -1)),
                of("sum(Tensor,boolean,long[])", "all", (x, n) -> F.sum(F.abs(x), true)),
                of("mean(Tensor,boolean,long[])", "kept", (x, n) -> F.mean(x, true, 2, 3)),
                of("mean(Tensor,boolean,long[])", "dropped", (x, n) -> F.mean(x, false, -3)),
                of("mean(Tensor,boolean,long[])", "all", (x, n) -> F.mean(F.abs(x), true)));
    }

    private static Stream<Case> shapes() {
        String slice = "slice(Tensor,int,long,long)";
        String pad = "pad(Tensor,Pad,long,long,long,long)";
        return Stream.of(
                of("reshape(Tensor,long[])", "positions to one", (x, n) -> F.reshape(x, 0, 0, -1)),
                of("reshape(Tensor,long[])", "groups", (x, n) -> F.reshape(x, 0, 2, C / 2, -1)),
                of("flatten(Tensor)", "", (x, n) -> F.flatten(x)),
                of("permute(Tensor,long[])", "", (x, n) -> F.permute(x, 0, -1, 1, 2)),
                of("cat(List,int)", "weight", (x, n) -> F.cat(List.of(F.relu(x), x, F.neg(x)), 1)),
                of("cat(List,int)", "from the end", (x, n) -> F.cat(List.of(x, x), -1)),
                of("stack(List,int)", "", (x, n) -> F.stack(List.of(x, F.neg(x)), 1)),
                of("stack(List,int)", "from the end", (x, n) -> F.stack(List.of(x, F.neg(x)), -1)),
                of(slice, "channels", (x, n) -> F.slice(x, 1, 2, 5)),
                of(slice, "border off", (x, n) -> F.slice(x, -1, 1, -2)),
                of(slice, "to the end", (x, n) -> F.slice(x, 2, 3, Long.MAX_VALUE)),
                of("pixelShuffle(Tensor,int)", "", (x, n) -> F.pixelShuffle(x, 2)),
                of("pixelUnshuffle(Tensor,int)", "2", (x, n) -> F.pixelUnshuffle(x, 2))
                        .multipleOf(2),
                of("pixelUnshuffle(Tensor,int)", "3", (x, n) -> F.pixelUnshuffle(x, 3))
                        .multipleOf(3),
                of(pad, "zeros", (x, n) -> F.pad(x, Pad.CONSTANT, 1, 4, 2, 3)),
                of(pad, "mirrored", (x, n) -> F.pad(x, Pad.REFLECT, 1, 4, 2, 3)),
                of(pad, "edge", (x, n) -> F.pad(x, Pad.REPLICATE, 1, 4, 2, 3)),
                of(pad, "of N,H,W", (x, n) -> F.pad(x, Pad.REFLECT, 1, 4, 2, 3)).rank(3));
    }

    private static Stream<Case> pooling() {
        String max = "maxPool2d(Tensor,long,long,long,boolean)";
        String mean = "avgPool2d(Tensor,long,long,long)";
        String size = "resize(Tensor,long,long,Interpolation)";
        String up = "upsample(Tensor,int,Interpolation)";
        return Stream.of(
                of(max, "2 by 2", (x, n) -> F.maxPool2d(x, 2, 2, 0, false)),
                of(max, "3 by 2, rounded up", (x, n) -> F.maxPool2d(x, 3, 2, 0, true)),
                of(max, "padded, rounded up", (x, n) -> F.maxPool2d(x, 3, 2, 1, true)),
                of(max, "wide stride, rounded up", (x, n) -> F.maxPool2d(x, 2, 3, 1, true)),
                of(mean, "2 by 2", (x, n) -> F.avgPool2d(x, 2, 2, 0)),
                of(mean, "padded", (x, n) -> F.avgPool2d(x, 3, 2, 1)),
                of("globalAvgPool2d(Tensor)", "", (x, n) -> F.globalAvgPool2d(x)),
                of(size, "nearest", (x, n) -> F.resize(x, 9, 20, Interpolation.NEAREST)),
                of(size, "bilinear", (x, n) -> F.resize(x, 9, 4, Interpolation.BILINEAR)),
                of(size, "bicubic", (x, n) -> F.resize(x, 4, 11, Interpolation.BICUBIC)),
                of(up, "nearest", (x, n) -> F.upsample(x, 3, Interpolation.NEAREST)),
                of(up, "bilinear", (x, n) -> F.upsample(x, 4, Interpolation.BILINEAR)),
                of(up, "bicubic", (x, n) -> F.upsample(x, 2, Interpolation.BICUBIC)));
    }

    private static Stream<Case> types() {
        return Stream.of(
                of("cast(Tensor,DType)", "there and back", (x, n) -> F.cast(F.cast(F.mul(x, 9), DType.I64), DType.F32)),
                of("channelsLast(Tensor)", "on its own", (x, n) -> F.channelsLast(x)),
                of(
                        "channelsLast(Tensor)",
                        "within",
                        (x, n) -> F.conv2d(F.channelsLast(x), n.w(0), null, 1, 1, 1, 1),
                        s(16, C, 3, 3)));
    }

    @BeforeAll
    static void repeatable() {
        Engine.threads(1);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void onnxRuntimeComputesTheSame(Case c) {
        Engine.seed(c.toString().hashCode());
        try (Scope scope = Scope.open();
                Net net = new Net(c.body(), c.weights())) {
            net.eval();
            net.requiresGrad(false);
            Graph graph = Graph.record(net, input(c, 1, 4, 5)).generalise(Graph.record(net, input(c, 2, 6, 7)));
            try (OnnxModel model = OnnxModel.of(graph, 1)) {
                for (int[] size : new int[][] {{1, 5, 8}, {3, 7, 6}, {2, 12, 9}}) {
                    Tensor x = input(c, size[0], size[1], size[2]);
                    Tensor expected = net.apply(x);
                    float[] actual = model.predict(x.toFloats(), x.shape());
                    OnnxCheck.close(c + " " + x, expected.toFloats(), actual);
                }
            }
        }
    }

    private static Tensor input(Case c, int n, int h, int w) {
        long height = (long) h * c.multiple();
        long width = (long) w * c.multiple();
        long[] shape = switch (c.rank()) {
            case 2 -> s(n, C);
            case 3 -> s(n, height, width);
            default -> s(n, C, height, width);
        };
        return Tensor.randn(shape);
    }

    @Test
    void everyOperationIsTested() {
        Set<String> operations = Arrays.stream(F.class.getDeclaredMethods())
                .filter(m -> Modifier.isPublic(m.getModifiers()) && m.getReturnType() == Tensor.class)
                .map(OnnxOperationsTest::signature)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> covered = cases().map(Case::operation).collect(Collectors.toCollection(TreeSet::new));
        covered.addAll(REFUSED);
        assertThat(covered)
                .as("an operation of F has a case here, and so an ONNX form")
                .isEqualTo(operations);
    }

    private static String signature(Method m) {
        return m.getName()
                + Arrays.stream(m.getParameterTypes())
                        .map(Class::getSimpleName)
                        .collect(Collectors.joining(",", "(", ")"));
    }

    @Test
    void lossesAreRefusedByName() {
        assertRefused("bceWithLogits", (x, n) -> F.bceWithLogits(x, F.sigmoid(x)));
        assertRefused("bce", (x, n) -> F.bce(F.sigmoid(x), F.sigmoid(x)));
        assertRefused("l1", (x, n) -> F.l1(x, F.relu(x)));
        assertRefused("mse", (x, n) -> F.mse(x, F.relu(x)));
    }

    @Test
    void randomnessIsRefusedByName() {
        assertRefused("dropout", (x, n) -> F.dropout(x, 0.5, true));
    }

    private static void assertRefused(String operation, Body body) {
        try (Scope scope = Scope.open();
                Net net = new Net(body, List.of())) {
            Graph graph = Graph.record(net, Tensor.randn(1, C, 4, 4));
            assertThatThrownBy(() -> OnnxExport.bytes(graph))
                    .isInstanceOf(FoveaException.class)
                    .hasMessageContaining("cannot be exported: " + operation + " (OnnxOperationsTest.java:");
        }
    }

    @Test
    void whatOnnxRuntimeComputesDiffersWhenTheNetworkDoes() {
        try (Scope scope = Scope.open();
                Net relu = new Net((x, n) -> F.relu(x), List.of());
                OnnxModel model = OnnxModel.of(Graph.record(relu, Tensor.randn(1, C, 4, 4)), 1)) {
            Tensor x = Tensor.randn(1, C, 4, 4);
            float[] other = F.leakyRelu(x, 0.001).toFloats();
            assertThatThrownBy(() -> OnnxCheck.close("", other, model.predict(x.toFloats(), x.shape())))
                    .isInstanceOf(AssertionError.class);
        }
    }
}
