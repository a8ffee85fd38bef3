package io.fovea.graph;

import io.fovea.FoveaException;
import io.fovea.graph.Graph.Call;
import io.fovea.graph.Graph.Node;
import io.fovea.graph.Graph.Port;
import io.fovea.graph.Graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Two recordings of one network at different sizes, laid over each other; see {@link Graph#generalise}. */
final class Generalisation {
    private final Graph one;
    private final Graph other;
    private final Map<String, Value> values = new HashMap<>();

    /** An open dimension: its position and its size in both graphs. */
    private record Open(int position, long one, long other) {}

    private final Map<Open, String> names = new LinkedHashMap<>();

    Generalisation(Graph one, Graph other) {
        this.one = one;
        this.other = other;
    }

    Graph graph() {
        if (one.inputs().size() != other.inputs().size()
                || one.outputs().size() != other.outputs().size()
                || !one.weights().keySet().equals(other.weights().keySet())) {
            throw new FoveaException("The two recordings are not of one network: inputs, outputs or weights differ.");
        }
        List<Port> inputs = ports(one.inputs(), other.inputs(), true);
        List<Node> nodes = nodes();
        List<Port> outputs = ports(one.outputs(), other.outputs(), false);
        Map<String, Call> calls = new LinkedHashMap<>();
        one.calls().forEach((path, c) -> calls.put(path, new Call(merged(c.output()), c.times())));
        return new Graph(one.name(), inputs, outputs, nodes, one.weights(), calls);
    }

    private List<Node> nodes() {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < Math.max(one.nodes().size(), other.nodes().size()); i++) {
            Node a = i < one.nodes().size() ? one.nodes().get(i) : null;
            Node b = i < other.nodes().size() ? other.nodes().get(i) : null;
            if (a == null || b == null || !a.op().equals(b.op()) || !names(a).equals(names(b))) {
                throw new FoveaException("The network does not do the same for both sizes: where one has " + where(a)
                        + ", the other has " + where(b) + ".");
            }
            if (!a.attributes().equals(b.attributes())) {
                throw new FoveaException(
                        a.where() + " depends on the size of the input: it was " + a.attributes()
                                + " and " + b.attributes()
                                + " for two sizes, and would be fixed to one of them. In reshape use -1, and 0 for a size that stays; in slice, count from the end.");
            }
            List<@Nullable Value> in = new ArrayList<>();
            for (int k = 0; k < a.inputs().size(); k++) {
                Value v = a.inputs().get(k);
                Value w = b.inputs().get(k);
                in.add(v == null || w == null ? null : merge(v, w));
            }
            nodes.add(new Node(a.op(), a.attributes(), in, merge(a.output(), b.output()), a.module(), a.line()));
        }
        return nodes;
    }

    private static String where(@Nullable Node n) {
        return n == null ? "ended" : n.where();
    }

    private static List<String> names(Node n) {
        List<String> names = new ArrayList<>();
        n.inputs().forEach(v -> names.add(v == null ? "" : v.name()));
        names.add(n.output().name());
        return names;
    }

    private Value merge(Value a, Value b) {
        if (!a.name().equals(b.name())
                || a.dtype() != b.dtype()
                || a.shape().size() != b.shape().size()) {
            throw new FoveaException(
                    "The two recordings are not of one network: " + a + " in one is " + b + " in the other.");
        }
        List<Long> shape = new ArrayList<>();
        for (int i = 0; i < a.shape().size(); i++) {
            shape.add(a.shape().get(i).equals(b.shape().get(i)) ? a.shape().get(i) : -1L);
        }
        return values.computeIfAbsent(a.name(), name -> new Value(name, a.dtype(), shape));
    }

    private Value merged(Value v) {
        return Objects.requireNonNullElse(values.get(v.name()), v); // a weight that a module returned stays as it is
    }

    private List<Port> ports(List<Port> as, List<Port> bs, boolean input) {
        List<Port> ports = new ArrayList<>();
        for (int k = 0; k < as.size(); k++) {
            Value a = as.get(k).value();
            Value b = bs.get(k).value();
            Value v = merge(a, b);
            String name = as.get(k).name();
            List<String> dims = new ArrayList<>();
            for (int i = 0; i < v.shape().size(); i++) {
                Open open = new Open(i, a.shape().get(i), b.shape().get(i));
                dims.add(
                        v.shape().get(i) >= 0
                                ? v.shape().get(i).toString()
                                : name(open, name, v.shape().size(), input));
            }
            ports.add(new Port(name, v, dims));
        }
        return ports;
    }

    /** An output's dimension is an input's if both sizes agree, at the same position before any other. */
    private String name(Open open, String port, int rank, boolean input) {
        String same = names.get(open);
        if (same != null) {
            return same;
        }
        if (!input) {
            for (Map.Entry<Open, String> known : names.entrySet()) {
                if (known.getKey().one() == open.one() && known.getKey().other() == open.other()) {
                    return known.getValue();
                }
            }
        }
        String role = role(open.position(), rank);
        Set<String> taken = new HashSet<>(names.values());
        String free = input && !taken.contains(role) ? role : port + "_" + role;
        if (input) {
            names.put(open, free);
        }
        return free;
    }

    private static String role(int position, int rank) {
        if (position == 0) {
            return "batch";
        }
        return rank == 4 && position == 2 ? "height" : rank == 4 && position == 3 ? "width" : "dim" + position;
    }
}
