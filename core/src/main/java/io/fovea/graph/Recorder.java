package io.fovea.graph;

import io.fovea.FoveaException;
import io.fovea.graph.Graph.Call;
import io.fovea.graph.Graph.Node;
import io.fovea.graph.Graph.Port;
import io.fovea.graph.Graph.Value;
import io.fovea.nn.Module;
import io.fovea.torch.Tensor;
import io.fovea.torch.Tracer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Turns what {@link io.fovea.torch.F} tells into a {@link Graph}. Tensors are known by identity: layers close intermediates early, so a
 * tensor is asked for its shape when it is made and never again.
 */
final class Recorder implements Tracer {
    private final Module root;
    private final IdentityHashMap<Module, String> paths = new IdentityHashMap<>();
    private final IdentityHashMap<Tensor, Value> values = new IdentityHashMap<>();
    private final Set<String> names = new HashSet<>();
    private final List<Port> inputs = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Tensor> state;
    private final Map<String, Tensor> used = new LinkedHashMap<>();
    private final Map<String, Call> calls = new LinkedHashMap<>();
    private final Deque<String> path = new ArrayDeque<>();

    Recorder(Module root, Map<String, Tensor> examples) {
        this.root = root;
        root.modules().forEach((name, m) -> paths.putIfAbsent(m, name));
        state = root.state();
        state.forEach((name, t) -> values.putIfAbsent(t, value(name, t)));
        path.push("");
        examples.forEach((name, t) -> {
            claim(name);
            Value v = value(name, t);
            values.put(t, v);
            inputs.add(port(name, v));
        });
    }

    /** Inputs and outputs share the file's name space with weights (dots) and inner values (slashes). */
    private void claim(String name) {
        if (!name.matches("\\w[\\w-]*") || state.containsKey(name) || !names.add(name)) {
            throw new FoveaException("An input or output cannot be named \"" + name
                    + "\": names are letters, digits, - and _, each used once and for no parameter.");
        }
    }

    private static Value value(String name, Tensor t) {
        return new Value(name, t.dtype(), LongStream.of(t.shape()).boxed().toList());
    }

    private static Port port(String name, Value v) {
        return new Port(name, v, v.shape().stream().map(String::valueOf).toList());
    }

    @Override
    public void enter(Object module) {
        String name = module instanceof Module m ? paths.get(m) : null;
        path.push(
                name == null
                        ? path.element()
                        : name); // one that is not declared as a child belongs to the module around it
    }

    @Override
    public void exit(Object module, @Nullable Tensor output) {
        path.pop();
        Value v = output == null ? null : values.get(output);
        String name = module instanceof Module m ? paths.get(m) : null;
        if (v != null && name != null) {
            calls.merge(name, new Call(v, 1), (old, now) -> new Call(now.output(), old.times() + 1));
        }
    }

    @Override
    public void record(String op, Map<String, Object> attributes, List<@Nullable Tensor> tensors, Tensor output) {
        String line = line();
        List<@Nullable Value> in = new ArrayList<>();
        for (Tensor t : tensors) {
            in.add(t == null ? null : known(t, op, in.size(), line));
        }
        Map<String, Object> plain = new LinkedHashMap<>();
        attributes.forEach((k, v) -> plain.put(
                k, v instanceof long[] list ? LongStream.of(list).boxed().toList() : v));
        Value out = value(unique(path.element() + "/" + op), output);
        values.put(output, out);
        nodes.add(new Node(op, plain, in, out, path.element(), line));
    }

    private Value known(Tensor t, String op, int index, String line) {
        Value v = values.get(t);
        if (v == null) {
            throw new FoveaException("The network cannot be recorded: input " + (index + 1) + " of " + op
                    + (path.element().isEmpty() ? "" : " in " + path.element()) + " (" + line + "), a " + t
                    + ", is neither an input of the network, nor a parameter or buffer of " + kind(root)
                    + ", nor computed through F. Declare constants as buffers and compute the rest through F.");
        }
        markUsed(v);
        return v;
    }

    private void markUsed(Value v) {
        Tensor weight = state.get(v.name());
        if (weight != null) {
            used.put(v.name(), weight);
        }
    }

    private String unique(String name) {
        String free = name;
        for (int i = 2; !names.add(free); i++) {
            free = name + "_" + i;
        }
        return free;
    }

    /** Where the network's own code is: the first frame outside the engine, the layers and this recorder. */
    private static String line() {
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(f -> !isMachinery(f.getClassName()))
                        .findFirst()
                        .map(f -> f.getFileName() + ":" + f.getLineNumber())
                        .orElse("unknown line"));
    }

    private static boolean isMachinery(String className) {
        return className.startsWith("io.fovea.torch.")
                || className.startsWith("io.fovea.nn.")
                || className.equals(Recorder.class.getName())
                || className.equals(Graph.class.getName());
    }

    Graph finish(Map<String, Tensor> results) {
        List<Port> outputs = new ArrayList<>();
        results.forEach((name, t) -> {
            claim(name);
            Value v = values.get(t);
            if (v == null) {
                throw new FoveaException("The network cannot be recorded: its output \"" + name + "\", a " + t
                        + ", was not computed through F.");
            }
            markUsed(v);
            outputs.add(port(name, v));
        });
        return new Graph(kind(root), inputs, outputs, nodes, used, calls);
    }

    /** What a module calls itself: its {@code toString}, or its class where it has none. */
    static String kind(Module m) {
        String text = m.toString();
        return text.startsWith(m.getClass().getName() + "@") ? m.getClass().getSimpleName() : text;
    }
}
