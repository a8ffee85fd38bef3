package io.fovea.graph;

import io.fovea.FoveaException;
import io.fovea.graph.Graph.Call;
import io.fovea.graph.Graph.Node;
import io.fovea.graph.Graph.Value;
import io.fovea.nn.Module;
import io.fovea.torch.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The table of a network's layers: what {@code describe} prints. Json: {@code io.fovea.Json.write(description)}.
 *
 * <p>Multiply-adds are those of convolutions, transposed convolutions and matrix products, without the addition of a bias; every other
 * operation counts 0. A layer's figures include all that is inside it, so rows of one depth add up to the row above them, as far as the
 * row above does nothing itself.
 *
 * @param name what the network calls itself
 * @param inputs example sizes that the table holds for
 * @param outputs sizes of the results
 * @param layers in the order of computation, parents before children, those without a part in it last; without the root
 * @param parameters values that an optimiser moves; shared ones count once
 * @param buffers values that belong to the state and have no gradient
 * @param multiplyAdds of one forward pass
 */
public record Description(
        String name,
        List<Size> inputs,
        List<Size> outputs,
        List<Row> layers,
        long parameters,
        long buffers,
        long multiplyAdds) {

    private static final int COLUMNS = 100;

    /** Name and shape of an input or output. */
    public record Size(String name, List<Long> shape) {}

    /**
     * A layer.
     *
     * @param path full name, as {@code body.3.conv1}
     * @param kind what the layer calls itself
     * @param output its shape, null for a module that was not applied as a layer
     * @param times how often it was applied
     * @param parameters in it and below it
     * @param multiplyAdds in it and below it, over all times
     */
    public record Row(
            String path, String kind, @Nullable List<Long> output, int times, long parameters, long multiplyAdds) {
        int depth() {
            return (int) path.chars().filter(c -> c == '.').count();
        }
    }

    /**
     * The table of {@code root} for the recorded pass.
     *
     * @throws FoveaException if the graph has open sizes: it must come from {@link Graph#record}
     */
    public static Description of(Module root, Graph graph) {
        Map<String, Tensor> parameters = root.parameters();
        List<Row> rows = new ArrayList<>();
        Map<String, Module> modules = root.modules();
        modules.remove("");
        for (String path : inOrder(modules.keySet(), graph)) {
            Call call = graph.calls().get(path);
            rows.add(new Row(
                    path,
                    Recorder.kind(Objects.requireNonNull(modules.get(path))),
                    call == null ? null : call.output().shape(),
                    call == null ? 0 : call.times(),
                    count(parameters, path),
                    multiplyAdds(graph, path)));
        }
        return new Description(
                graph.name(),
                graph.inputs().stream()
                        .map(p -> new Size(p.name(), p.value().shape()))
                        .toList(),
                graph.outputs().stream()
                        .map(p -> new Size(p.name(), p.value().shape()))
                        .toList(),
                List.copyOf(rows),
                count(parameters, ""),
                count(root.buffers(), ""),
                multiplyAdds(graph, ""));
    }

    private static List<String> inOrder(Collection<String> paths, Graph graph) {
        Map<String, Integer> turn = new HashMap<>(); // of a module, or of the first below it
        for (Collection<String> some : List.of(graph.calls().keySet(), paths)) {
            for (String path : some) {
                int next = turn.size();
                prefixes(path).forEach(p -> turn.putIfAbsent(p, next));
            }
        }
        Comparator<String> byTurns = (a, b) -> Arrays.compare(turns(a, turn), turns(b, turn));
        return paths.stream().sorted(byTurns).toList();
    }

    private static int[] turns(String path, Map<String, Integer> turn) {
        return prefixes(path).stream().mapToInt(p -> turn.getOrDefault(p, 0)).toArray();
    }

    private static List<String> prefixes(String path) {
        List<String> prefixes = new ArrayList<>();
        for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
            prefixes.add(path.substring(0, dot));
        }
        prefixes.add(path);
        return prefixes;
    }

    private static boolean inside(String name, String path) {
        return path.isEmpty() || name.equals(path) || name.startsWith(path + ".");
    }

    private static long count(Map<String, Tensor> tensors, String path) {
        Set<Tensor> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
        tensors.forEach((name, t) -> {
            if (inside(name, path)) {
                distinct.add(t);
            }
        });
        return distinct.stream().mapToLong(Tensor::numel).sum();
    }

    private static long multiplyAdds(Graph graph, String path) {
        return graph.nodes().stream()
                .filter(n -> inside(n.module(), path))
                .mapToLong(Description::multiplyAdds)
                .sum();
    }

    private static long multiplyAdds(Node n) {
        if (n.output().shape().contains(-1L)) {
            throw new FoveaException(
                    "Multiply-adds depend on the input's size, and this graph leaves it open: describe a graph of one recording.");
        }
        return switch (n.op()) {
            case "conv2d" ->
                volume(n.output())
                        * Graph.size(n.inputs().get(1), 1)
                        * Graph.size(n.inputs().get(1), 2)
                        * Graph.size(n.inputs().get(1), 3);
            case "convTranspose2d" ->
                volume(n.inputs().get(0))
                        * Graph.size(n.inputs().get(1), 1)
                        * Graph.size(n.inputs().get(1), 2)
                        * Graph.size(n.inputs().get(1), 3);
            case "linear" -> volume(n.output()) * Graph.size(n.inputs().get(1), 1);
            case "matmul" -> volume(n.output()) * Graph.size(n.inputs().get(0), -1);
            default -> 0;
        };
    }

    private static long volume(@Nullable Value v) {
        return v == null ? 0 : v.shape().stream().reduce(1L, (a, b) -> a * b);
    }

    /** The whole table as text; see {@link #text(int)}. */
    public String text() {
        return text(Integer.MAX_VALUE);
    }

    /**
     * The table as text of at most 100 columns, children indented under their parents.
     *
     * @param depth levels to show, at least 1; deeper layers are in the figures of those that are shown
     */
    public String text(int depth) {
        List<String[]> table = new ArrayList<>();
        table.add(new String[] {"Layer", "Kind", "Output", "Parameters", "Multiply-adds"});
        for (Row r : layers) {
            if (r.depth() < depth) {
                table.add(new String[] {
                    "  ".repeat(r.depth()) + r.path().substring(r.path().lastIndexOf('.') + 1),
                    r.kind() + (r.times() > 1 ? " (" + r.times() + " times)" : ""),
                    r.output() == null ? "" : shape(r.output()),
                    number(r.parameters()),
                    number(r.multiplyAdds())
                });
            }
        }
        table.add(new String[] {"Total", "", "", number(parameters), number(multiplyAdds)});
        int[] widths = widths(table);
        StringBuilder text = new StringBuilder();
        text.append(name)
                .append(": ")
                .append(sizes(inputs))
                .append(" -> ")
                .append(sizes(outputs))
                .append("\n\n");
        for (int i = 0; i < table.size(); i++) {
            boolean total = i == table.size() - 1;
            text.append(total ? rule(widths) : "")
                    .append(line(table.get(i), widths))
                    .append(i == 0 ? rule(widths) : "");
        }
        if (buffers > 0) {
            text.append("\nBesides the parameters, ").append(number(buffers)).append(" values of state (buffers).\n");
        }
        return text.toString();
    }

    private static int[] widths(List<String[]> table) {
        int[] widths = new int[5];
        for (String[] row : table) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        while (width(widths) > COLUMNS) {
            widths[widths[0] > widths[1] ? 0 : 1]--;
        }
        return widths;
    }

    private static int width(int[] widths) {
        return Arrays.stream(widths).sum() + 2 * (widths.length - 1);
    }

    private static String line(String[] row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = row[i].length() > widths[i] ? row[i].substring(0, widths[i] - 3) + "..." : row[i];
            String gap = " ".repeat(widths[i] - cell.length());
            line.append(i == 0 ? "" : "  ").append(i < 3 ? cell + gap : gap + cell);
        }
        return line.append('\n').toString();
    }

    private static String rule(int[] widths) {
        return "-".repeat(width(widths)) + "\n";
    }

    private static String number(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    private static String shape(List<Long> shape) {
        return shape.stream().map(String::valueOf).collect(Collectors.joining("x"));
    }

    private static String sizes(List<Size> sizes) {
        return sizes.stream().map(s -> s.name() + " " + shape(s.shape())).collect(Collectors.joining(", "));
    }
}
