package io.fovea.cli;

import io.fovea.graph.Description;
import io.fovea.graph.Graph;
import io.fovea.nn.Layer;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code fovea <system> describe}. */
@Command(
        name = "describe",
        header = "The layers of a network: shapes, parameters, multiply-adds",
        footer = {"", "Without --weights, --preset or --config it describes the paper's networks."})
final class DescribeCommand<C extends Record> implements Runnable {
    private final VisionSystem<C> system;

    @Option(names = "--weights", paramLabel = "WEIGHTS", description = "The network of these weights.")
    private @Nullable String weights;

    @Option(names = "--network", paramLabel = "NAME", description = "Only this one of a configuration's networks.")
    private @Nullable String network;

    @Option(names = "--input", paramLabel = "HxW", description = "Height and width of the input.")
    private @Nullable String input;

    @Option(names = "--depth", paramLabel = "N", description = "Levels of layers to show (default: all).")
    private int depth = Integer.MAX_VALUE;

    @Mixin
    private final ConfigOptions config = new ConfigOptions();

    @Mixin
    private final CommonOptions options = new CommonOptions();

    DescribeCommand(VisionSystem<C> system) {
        this.system = system;
    }

    @Override
    public void run() {
        if (weights != null && config.given()) {
            throw options.wrongUsage("--weights brings its own configuration; leave --preset, --config and --set out.");
        }
        if (input != null && !input.matches("[1-9]\\d{0,4}x[1-9]\\d{0,4}")) {
            throw options.wrongUsage("--input " + input + " is not a height and a width, as 24x32.");
        }
        if (depth < 1) {
            throw options.wrongUsage("--depth is " + depth + "; it must be at least 1.");
        }
        Map<String, Description> described = new LinkedHashMap<>();
        if (weights != null) {
            try (Weights opened = system.open(weights)) {
                opened.networks().forEach((name, n) -> described.put(name, describe(n)));
            }
        } else {
            C chosen = config.read(system, "paper", List.of(), options);
            Map<String, Network> networks = system.networks(chosen);
            try {
                chosen(networks).forEach((name, n) -> described.put(name, describe(n)));
            } finally {
                networks.values().stream().map(Network::layer).forEach(Layer::close);
            }
        }
        String text = described.entrySet().stream()
                .map(d -> (described.size() > 1 ? d.getKey() + ", " : "")
                        + d.getValue().text(depth))
                .collect(Collectors.joining("\n"));
        options.print(new Result(text, described));
    }

    private Map<String, Network> chosen(Map<String, Network> networks) {
        if (network == null) {
            return networks;
        }
        Network one = networks.get(network);
        if (one == null) {
            throw options.wrongUsage(
                    "--network " + network + " is not known; there are " + String.join(", ", networks.keySet()) + ".");
        }
        return Map.of(network, one);
    }

    private Description describe(Network n) {
        long[] shape = n.example().clone();
        if (input != null && shape.length == 4) {
            int x = input.indexOf('x');
            shape[2] = Long.parseLong(input.substring(0, x));
            shape[3] = Long.parseLong(input.substring(x + 1));
        }
        try (Scope scope = Scope.open()) {
            return Description.of(n.layer(), Graph.record(n.layer(), Tensor.zeros(shape)));
        }
    }
}
