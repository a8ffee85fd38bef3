package io.fovea.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.fovea.FoveaException;
import io.fovea.Json;
import io.fovea.nn.Activation;
import io.fovea.nn.BatchNorm2d;
import io.fovea.nn.Conv2d;
import io.fovea.nn.Flatten;
import io.fovea.nn.GlobalAvgPool2d;
import io.fovea.nn.Layer;
import io.fovea.nn.Linear;
import io.fovea.nn.Sequential;
import io.fovea.torch.F;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import org.junit.jupiter.api.Test;

class DescriptionTest {
    /** One of each that counts, with a layer used twice and one not at all. */
    private static final class Net extends Layer {
        private final Sequential stem = child(
                "stem",
                new Sequential()
                        .add("conv", Conv2d.of(3, 8, 3).same())
                        .add("norm", new BatchNorm2d(8))
                        .add("act", Activation.relu()));
        private final Conv2d twice =
                child("twice", Conv2d.grouped(8, 8, 3, 4).same().bias(false));
        private final Tensor up = parameter("up", Tensor.rand(8, 4, 4, 4));
        private final Sequential head =
                child("head", new Sequential(new GlobalAvgPool2d(), new Flatten(), new Linear(4, 10)));

        Net() {
            child("unused", new Linear(2, 3));
        }

        @Override
        protected Tensor forward(Tensor x) { // N,3,10,12
            Tensor y = twice.apply(twice.apply(stem.apply(x))); // N,8,10,12
            Tensor z = F.convTranspose2d(y, up, null, 2, 1, 0, 1); // N,4,20,24
            Tensor rows = F.reshape(z, 0, 0, -1); // N,4,480
            Tensor gram = F.matmul(rows, F.permute(rows, 0, 2, 1)); // N,4,4
            return head.apply(F.add(z, F.mean(gram)));
        }
    }

    @Test
    void countsEqualThoseByHand() {
        try (Scope scope = Scope.open();
                Net net = new Net()) {
            Description d = Description.of(net, Graph.record(net, Tensor.rand(2, 3, 10, 12)));

            assertThat(d.layers())
                    .extracting(Description.Row::path)
                    .containsExactly(
                            "stem",
                            "stem.conv",
                            "stem.norm",
                            "stem.act",
                            "twice",
                            "head",
                            "head.0",
                            "head.1",
                            "head.2",
                            "unused");
            assertRow(d, "stem", 8 * 27 + 8 + 16, 2 * 8 * 10 * 12 * 27);
            assertRow(d, "stem.conv", 8 * 27 + 8, 2 * 8 * 10 * 12 * 27);
            assertRow(d, "stem.norm", 16, 0);
            assertRow(d, "twice", 8 * 2 * 9, 2 * (2 * 8 * 10 * 12) * 2 * 9); // applied twice to two pictures
            assertRow(d, "head.2", 4 * 10 + 10, 2 * 10 * 4);
            assertRow(d, "unused", 2 * 3 + 3, 0);
            long transposed = 2 * 8 * 10 * 12 * (4 * 4 * 4L); // every input value meets every filter
            long gram = 2 * 4 * 4 * 480L;
            assertThat(d.parameters()).isEqualTo(240 + 144 + 512 + 50 + 9).isEqualTo(net.parameterCount());
            assertThat(d.buffers()).isEqualTo(16);
            assertThat(d.multiplyAdds()).isEqualTo(51_840 + 69_120 + transposed + gram + 80);

            assertThat(row(d, "stem.act").output()).containsExactly(2L, 8L, 10L, 12L);
            assertThat(row(d, "head").output()).containsExactly(2L, 10L);
            assertThat(row(d, "twice").times()).isEqualTo(2);
            assertThat(row(d, "unused").output()).isNull();
        }
    }

    private static Description.Row row(Description d, String path) {
        return d.layers().stream()
                .filter(r -> r.path().equals(path))
                .findFirst()
                .orElseThrow();
    }

    private static void assertRow(Description d, String path, long parameters, long multiplyAdds) {
        assertThat(row(d, path).parameters()).as(path).isEqualTo(parameters);
        assertThat(row(d, path).multiplyAdds()).as(path).isEqualTo(multiplyAdds);
    }

    @Test
    void textForPeople() {
        try (Scope scope = Scope.open();
                Net net = new Net()) {
            Description d = Description.of(net, Graph.record(net, Tensor.rand(2, 3, 10, 12)));
            assertThat(d.text()).isEqualTo("""
                            Net: input 2x3x10x12 -> output 2x10

                            Layer   Kind                           Output     Parameters  Multiply-adds
                            ---------------------------------------------------------------------------
                            stem    Sequential                     2x8x10x12         240         51,840
                              conv  Conv2d(3, 8, k3)               2x8x10x12         224         51,840
                              norm  BatchNorm2d(8)                 2x8x10x12          16              0
                              act   ReLU                           2x8x10x12           0              0
                            twice   Conv2d(8, 8, k3 g4) (2 times)  2x8x10x12         144         69,120
                            head    Sequential                     2x10               50             80
                              0     GlobalAvgPool2d                2x4x1x1             0              0
                              1     Flatten                        2x4                 0              0
                              2     Linear(4, 10)                  2x10               50             80
                            unused  Linear(2, 3)                                       9              0
                            ---------------------------------------------------------------------------
                            Total                                                    955        259,280

                            Besides the parameters, 16 values of state (buffers).
                            """);
            assertThat(d.text(1)).contains("stem ").doesNotContain("conv ").contains("955        259,280");
        }
    }

    @Test
    void neverWiderThan100Columns() {
        try (Scope scope = Scope.open()) {
            String longName = "aVeryLongNameIndeed".repeat(4);
            Sequential net =
                    new Sequential().add(longName, new Sequential().add(longName, Conv2d.grouped(128, 256, 11, 2)));
            Description d = Description.of(net, Graph.record(net, Tensor.rand(1, 128, 64, 64)));
            assertThat(d.text().lines()).allMatch(line -> line.length() <= 100);
            assertThat(d.text()).contains("...").contains("5,780,865,024");
        }
    }

    @Test
    void jsonForMachines() {
        try (Scope scope = Scope.open();
                Net net = new Net()) {
            JsonNode json = Json.toTree(Description.of(net, Graph.record(net, Tensor.rand(2, 3, 10, 12))));
            assertThat(json.at("/name").asText()).isEqualTo("Net");
            assertThat(json.at("/parameters").asLong()).isEqualTo(955);
            assertThat(json.at("/layers/1/path").asText()).isEqualTo("stem.conv");
            assertThat(json.at("/layers/1/output").toString()).isEqualTo("[2,8,10,12]");
            assertThat(json.at("/inputs/0/shape").toString()).isEqualTo("[2,3,10,12]");
        }
    }

    /** Declared in another order than used. */
    private static final class Reversed extends Layer {
        private final Linear unused = child("unused", new Linear(1, 1));
        private final Sequential last = child("last", new Sequential(new Linear(4, 2), Activation.relu()));
        private final Sequential first = child("first", new Sequential(Activation.relu(), new Linear(4, 4)));

        @Override
        protected Tensor forward(Tensor x) {
            return last.apply(first.apply(x));
        }
    }

    @Test
    void layersStandInTheOrderOfComputation() {
        try (Scope scope = Scope.open();
                Reversed net = new Reversed()) {
            assertThat(Description.of(net, Graph.record(net, Tensor.rand(1, 4))).layers())
                    .extracting(Description.Row::path)
                    .containsExactly("first", "first.0", "first.1", "last", "last.0", "last.1", "unused");
            assertThat(net.unused.weight().numel()).isOne();
        }
    }

    @Test
    void sharedWeightsCountOnce() {
        try (Scope scope = Scope.open()) {
            Linear shared = new Linear(4, 4);
            Sequential net = new Sequential(shared, Activation.relu(), shared);
            Description d = Description.of(net, Graph.record(net, Tensor.rand(1, 4)));
            assertThat(d.parameters()).isEqualTo(20);
            assertThat(d.multiplyAdds()).isEqualTo(32);
        }
    }

    @Test
    void openSizesHaveNoMultiplyAdds() {
        try (Scope scope = Scope.open()) {
            Conv2d net = Conv2d.of(3, 4, 3);
            Graph open =
                    Graph.record(net, Tensor.rand(1, 3, 8, 8)).generalise(Graph.record(net, Tensor.rand(1, 3, 9, 8)));
            assertThatThrownBy(() -> Description.of(net, open)).isInstanceOf(FoveaException.class);
        }
    }
}
