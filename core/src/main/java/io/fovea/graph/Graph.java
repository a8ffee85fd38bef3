package io.fovea.graph;

import io.fovea.FoveaException;
import io.fovea.nn.Layer;
import io.fovea.nn.Module;
import io.fovea.torch.Autograd;
import io.fovea.torch.DType;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import io.fovea.torch.Tracer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a network computed in one forward pass: its operations in order, with the values that flow between them.
 *
 * <p>A network is recorded by running it, so whatever Java decides on the way (loops, switches, sizes asked of a tensor) is decided for
 * good. Values come from {@link io.fovea.torch.F}, from the inputs, or from the module's parameters and buffers; any other tensor is
 * refused with the line that used it. A constant of a network (a mean, a fixed filter) is therefore declared as a buffer.
 *
 * @param name what the root module calls itself
 * @param inputs in the order given
 * @param outputs in the order returned
 * @param nodes in the order of computation
 * @param weights the parameters and buffers that took part, by full name: the module's own tensors, not copies
 * @param calls what each module returned, by its full name ("" is the root), in the order in which they first ended
 */
public record Graph(
        String name,
        List<Port> inputs,
        List<Port> outputs,
        List<Node> nodes,
        Map<String, Tensor> weights,
        Map<String, Call> calls) {

    /**
     * A tensor in the graph.
     *
     * @param name unique: an input's, a weight's full name, or {@code module/operation}
     * @param shape -1 where {@link Graph#generalise} left a size open
     */
    public record Value(String name, DType dtype, List<Long> shape) {
        public Value {
            shape = List.copyOf(shape);
        }
    }

    /**
     * One operation.
     *
     * @param op its name in {@link io.fovea.torch.F}
     * @param attributes numbers, booleans, strings and lists of longs
     * @param inputs null where an optional one was left out
     * @param module full name of the innermost module that computed it
     * @param line where the network's code asked for it, as {@code SrResNet.java:97}
     */
    public record Node(
            String op,
            Map<String, Object> attributes,
            List<@Nullable Value> inputs,
            Value output,
            String module,
            String line) {
        public Node {
            attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
            inputs = Collections.unmodifiableList(new ArrayList<>(inputs));
        }

        String where() {
            return op + (module.isEmpty() ? "" : " in " + module) + " (" + line + ")";
        }
    }

    /**
     * An input or output as it is seen from outside.
     *
     * @param dims each dimension's size, or its name where it is open, as in {@code batch, 3, height, width}
     */
    public record Port(String name, Value value, List<String> dims) {
        public Port {
            dims = List.copyOf(dims);
        }
    }

    /**
     * A module at work.
     *
     * @param output what it returned last
     * @param times how often it was applied
     */
    public record Call(Value output, int times) {}

    public Graph {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        nodes = List.copyOf(nodes);
        weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
        calls = Collections.unmodifiableMap(new LinkedHashMap<>(calls));
    }

    /** Records a network of one input, named {@code input}, and one output, named {@code output}; see the other form. */
    public static Graph record(Layer root, Tensor example) {
        return record(root, Map.of("input", example), inputs -> Map.of("output", root.apply(inputs.get(0))));
    }

    /**
     * Runs {@code forward} once, in evaluation mode and without gradients, and records it. The module is left in the mode it was in.
     *
     * @param inputs examples by name; the order of this map is the order in which {@code forward} gets them
     * @param forward computes named outputs with {@code root}
     * @throws FoveaException if a tensor took part that is not an input, a parameter or buffer of {@code root}, or computed through
     *     {@link io.fovea.torch.F}
     */
    public static Graph record(
            Module root, Map<String, Tensor> inputs, Function<List<Tensor>, Map<String, Tensor>> forward) {
        Map<Module, Boolean> modes = new LinkedHashMap<>();
        root.modules().values().forEach(m -> modes.put(m, m.isTraining()));
        Recorder recorder = new Recorder(root, inputs);
        root.eval();
        try (Scope scope = Scope.open();
                Autograd.Guard off = Autograd.noGrad();
                Autograd.Guard watch = Tracer.watch(recorder)) {
            return recorder.finish(forward.apply(List.copyOf(inputs.values())));
        } finally {
            modes.forEach(Module::train); // parents come first, so each child has the last word on itself
        }
    }

    /**
     * The graph of which this one and {@code other} are two cases: sizes in which they differ become open (-1), those of inputs and
     * outputs get names. Record both with inputs that differ in every size that shall be open, and in nothing else.
     *
     * @throws FoveaException naming the operation that did not stay the same, such as a reshape to sizes computed from the input's
     */
    public Graph generalise(Graph other) {
        return new Generalisation(this, other).graph();
    }

    /** The size of a dimension; negative counts from the last. */
    static long size(@Nullable Value v, int dim) {
        List<Long> shape = Objects.requireNonNull(v).shape();
        return shape.get(dim < 0 ? dim + shape.size() : dim);
    }
}
