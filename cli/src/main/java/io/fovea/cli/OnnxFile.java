package io.fovea.cli;

import io.fovea.Json;
import io.fovea.graph.Graph;
import io.fovea.graph.OnnxExport;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import io.fovea.weights.WeightsFormat;
import java.nio.file.Path;
import java.util.Map;

/** A network as an ONNX file, with the configuration and the card of its weights. */
public final class OnnxFile {
    private OnnxFile() {}

    /**
     * Writes a file.
     *
     * @param network one of the weights' networks
     */
    public static void write(String system, Weights weights, Network network, Path file) {
        try (Scope scope = Scope.open()) {
            Graph graph = Graph.record(network.layer(), Tensor.zeros(network.example()))
                    .generalise(Graph.record(network.layer(), Tensor.zeros(network.other())));
            Map<String, String> metadata =
                    WeightsFormat.metadata(system, Json.writeLine(weights.config()), weights.card());
            OnnxExport.write(graph, network.description(), metadata, file);
        }
    }
}
