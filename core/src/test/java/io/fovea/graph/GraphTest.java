package io.fovea.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.FoveaException;
import io.fovea.graph.Graph.Node;
import io.fovea.nn.Activation;
import io.fovea.nn.Conv2d;
import io.fovea.nn.Layer;
import io.fovea.nn.Linear;
import io.fovea.nn.Module;
import io.fovea.nn.Sequential;
import io.fovea.torch.DType;
import io.fovea.torch.F;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import io.fovea.torch.Tracer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GraphTest {
    private final Scope scope = Scope.open();

    @AfterEach
    void close() {
        scope.close();
    }

    /** A network of one function, with a layer called "inner" in which the function runs. */
    private static final class Net extends Layer {
        private final Layer inner;
        final Tensor mean = buffer("mean", Tensor.full(0.5, DType.F32, 1, 3, 1, 1));

        Net(UnaryOperator<Tensor> function) {
            inner = child("inner", new Layer() {
                @Override
                protected Tensor forward(Tensor x) {
                    return function.apply(x);
                }
            });
        }

        @Override
        protected Tensor forward(Tensor x) {
            return inner.apply(x);
        }
    }

    private static Graph record(UnaryOperator<Tensor> function) {
        return Graph.record(new Net(function), Tensor.rand(1, 3, 8, 8));
    }

    @Test
    void aSequenceOfLayers() {
        Sequential net = new Sequential()
                .add("conv", Conv2d.of(3, 4, 3).stride(2))
                .add("act", Activation.relu())
                .add("last", Conv2d.of(4, 1, 1).bias(false));
        Graph graph = Graph.record(net, Tensor.rand(2, 3, 9, 11));

        assertThat(graph.nodes().stream().map(Node::op)).containsExactly("conv2d", "relu", "conv2d");
        assertThat(graph.nodes().stream().map(Node::module)).containsExactly("conv", "act", "last");
        assertThat(graph.nodes().stream().map(n -> n.output().name()))
                .containsExactly("conv/conv2d", "act/relu", "last/conv2d");
        assertThat(graph.nodes().get(0).attributes())
                .containsEntry("stride", 2L)
                .containsEntry("groups", 1L);
        assertThat(graph.nodes().get(0).line()).startsWith("GraphTest.java:");
        assertThat(graph.nodes().get(1).inputs())
                .containsExactly(graph.nodes().get(0).output());
        assertThat(graph.nodes().get(2).inputs().get(2)).isNull();
        assertThat(graph.inputs().get(0).dims()).containsExactly("2", "3", "9", "11");
        assertThat(graph.outputs().get(0).value().shape()).containsExactly(2L, 1L, 4L, 5L);
        assertThat(graph.weights()).containsOnlyKeys("conv.weight", "conv.bias", "last.weight");
        assertThat(graph.weights().get("conv.weight")).isSameAs(OnnxCheck.get(net.state(), "conv.weight"));
    }

    @Test
    void whatAContainerDoesItselfIsItsOwn() {
        Graph graph = Graph.record(new SrNet(4, 1), Tensor.rand(1, 3, 8, 8));
        assertThat(graph.nodes().stream().filter(n -> n.op().equals("add")).map(Node::module))
                .containsExactly("body.0", "");
        assertThat(graph.calls().keySet()).contains("body.0.layers.1", "up.1.shuffle", "tail", "");
        assertThat(OnnxCheck.get(graph.calls(), "body.0").output().name()).isEqualTo("body.0/add");
    }

    @Test
    void severalInputsAndOutputsByName() {
        Linear a = new Linear(4, 2);
        Map<String, Tensor> inputs = new LinkedHashMap<>();
        inputs.put("left", Tensor.rand(1, 4));
        inputs.put("right", Tensor.rand(1, 2));
        Graph graph = Graph.record(a, inputs, in -> {
            Tensor sum = F.add(a.apply(in.get(0)), in.get(1));
            Map<String, Tensor> out = new LinkedHashMap<>();
            out.put("sum", sum);
            out.put("again", sum);
            out.put("passed", in.get(1));
            out.put("offset", OnnxCheck.get(a.state(), "bias"));
            return out;
        });
        assertThat(graph.inputs()).extracting(Graph.Port::name).containsExactly("left", "right");
        assertThat(graph.outputs()).extracting(Graph.Port::name).containsExactly("sum", "again", "passed", "offset");
        try (OnnxModel model = OnnxModel.of(graph, 1)) {
            Map<String, Tensor> out = model.run(inputs);
            Tensor sum = F.add(a.apply(OnnxCheck.get(inputs, "left")), OnnxCheck.get(inputs, "right"));
            OnnxCheck.close("sum", sum.toFloats(), OnnxCheck.get(out, "sum").toFloats());
            OnnxCheck.close("again", sum.toFloats(), OnnxCheck.get(out, "again").toFloats());
            assertThat(OnnxCheck.get(out, "passed").toFloats())
                    .containsExactly(OnnxCheck.get(inputs, "right").toFloats());
            assertThat(OnnxCheck.get(out, "offset").toFloats())
                    .containsExactly(OnnxCheck.get(a.state(), "bias").toFloats());
        }
    }

    @Test
    void aTensorFromNowhereIsNamedWithItsLine() {
        Tensor outside = Tensor.rand(1, 3, 1, 1);
        int[] line = new int[1];
        assertThatThrownBy(() -> record(x -> {
                    line[0] = new Throwable().getStackTrace()[0].getLineNumber() + 1;
                    return F.sub(x, outside);
                }))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining("input 2 of sub in inner (GraphTest.java:" + line[0] + ")")
                .hasMessageContaining("Tensor(F32 [1, 3, 1, 1])")
                .hasMessageContaining("buffers")
                .matches(e -> line[0] > 0);
        assertThat(Tracer.current()).isNull();
    }

    @Test
    void aTensorThatWentAroundFIsRefused() {
        assertThatThrownBy(() -> record(x -> F.relu(x.detach())))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining("input 1 of relu in inner");
        assertThatThrownBy(() -> record(Tensor::copy))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining("output \"output\"");
    }

    @Test
    void anotherNetworksWeightsAreRefused() {
        Conv2d other = Conv2d.of(3, 3, 1);
        assertThatThrownBy(() -> record(other::apply))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining("input 2 of conv2d in inner (GraphTest.java:")
                .hasMessageContaining("nor a parameter or buffer of Net");
    }

    @Test
    void changesInPlaceAreRefused() {
        assertThatThrownBy(() -> record(x -> {
                    F.fillInPlace(x, 1);
                    return x;
                }))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining("in place");
    }

    @Test
    void constantsAreBuffers() {
        Net[] net = new Net[1];
        net[0] = new Net(x -> F.sub(x, net[0].mean));
        Graph graph = Graph.record(net[0], Tensor.rand(1, 3, 2, 2));
        assertThat(graph.weights()).containsOnlyKeys("mean");
    }

    @Test
    void namesOfInputsAndOutputsMustBeFree() {
        Linear a = new Linear(4, 2);
        for (String name : List.of("a/b", "weight", "out", "")) {
            assertThatThrownBy(() ->
                            Graph.record(a, Map.of(name, Tensor.rand(1, 4)), in -> Map.of("out", a.apply(in.get(0)))))
                    .isInstanceOf(FoveaException.class)
                    .hasMessageContaining("cannot be named");
        }
    }

    @Test
    void recordingLeavesModesAndStatisticsAlone() {
        SrNet net = new SrNet(4, 1).withStatistics();
        Module frozen = OnnxCheck.get(net.modules(), "body.0.layers.1");
        frozen.eval();
        float[] before =
                OnnxCheck.get(net.state(), "body.0.layers.1.running_mean").toFloats();
        Graph graph = Graph.record(net, Tensor.rand(2, 3, 8, 8));
        assertThat(graph.nodes())
                .filteredOn(n -> n.op().equals("batchNorm"))
                .allMatch(n -> n.attributes().containsValue(false));
        assertThat(net.isTraining()).isTrue();
        assertThat(OnnxCheck.get(net.modules(), "body.0.layers.4").isTraining()).isTrue();
        assertThat(frozen.isTraining()).isFalse();
        assertThat(OnnxCheck.get(net.state(), "body.0.layers.1.running_mean").toFloats())
                .containsExactly(before);
    }

    @Test
    void generalisedSizesHaveNames() {
        SrNet net = new SrNet(4, 1);
        Graph graph =
                Graph.record(net, Tensor.rand(1, 3, 8, 9)).generalise(Graph.record(net, Tensor.rand(2, 3, 10, 12)));
        assertThat(graph.inputs().get(0).dims()).containsExactly("batch", "3", "height", "width");
        assertThat(graph.outputs().get(0).dims()).containsExactly("batch", "3", "output_height", "output_width");
        assertThat(graph.nodes().get(0).output().shape()).containsExactly(-1L, 4L, -1L, -1L);

        Graph fixedBatch =
                Graph.record(net, Tensor.rand(1, 3, 8, 8)).generalise(Graph.record(net, Tensor.rand(1, 3, 9, 9)));
        assertThat(fixedBatch.inputs().get(0).dims()).containsExactly("1", "3", "height", "width");
    }

    @Test
    void sizesComputedFromTheInputAreRefusedWithTheirLine() {
        Net fixed = new Net(x -> F.reshape(x, x.size(0), 3, x.size(2) * x.size(3)));
        assertThatThrownBy(() -> Graph.record(fixed, Tensor.rand(1, 3, 8, 8))
                        .generalise(Graph.record(fixed, Tensor.rand(1, 3, 9, 9))))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining("reshape in inner (GraphTest.java:")
                .hasMessageContaining("depends on the size of the input");
        Net unrolled = new Net(x -> {
            Tensor y = x;
            for (int i = 0; i < x.size(2); i++) {
                y = F.relu(y);
            }
            return y;
        });
        assertThatThrownBy(() -> Graph.record(unrolled, Tensor.rand(1, 3, 2, 2))
                        .generalise(Graph.record(unrolled, Tensor.rand(1, 3, 3, 2))))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining("where one has ended, the other has relu in inner");
    }
}
