package io.fovea.graph;

import io.fovea.FoveaException;
import io.fovea.graph.Graph.Node;
import io.fovea.graph.Graph.Port;
import io.fovea.graph.Graph.Value;
import io.fovea.torch.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;

/**
 * The ONNX form of every operation of {@link io.fovea.torch.F}, opset 17. One operation becomes one node where ONNX has it, and a few
 * where it has not; what stands between them is named after the operation.
 */
final class OnnxNodes {
    /** Operations of one input that ONNX has under another name. */
    private static final Map<String, String> SAME = Map.ofEntries(
            Map.entry("relu", "Relu"),
            Map.entry("elu", "Elu"),
            Map.entry("sigmoid", "Sigmoid"),
            Map.entry("tanh", "Tanh"),
            Map.entry("softplus", "Softplus"),
            Map.entry("neg", "Neg"),
            Map.entry("abs", "Abs"),
            Map.entry("sign", "Sign"),
            Map.entry("erf", "Erf"),
            Map.entry("sqrt", "Sqrt"),
            Map.entry("exp", "Exp"),
            Map.entry("log", "Log"),
            Map.entry("globalAvgPool2d", "GlobalAveragePool"));

    private final ProtoMessage graph;
    private final List<Port> outputs;
    /** Names that values have in the file, where they differ from their own. */
    private final Map<String, String> names = new HashMap<>();

    private final Map<String, String> casts = new HashMap<>();

    OnnxNodes(ProtoMessage graph, List<Port> outputs) {
        this.graph = graph;
        this.outputs = outputs;
        outputs.forEach(p -> {
            if (p.value().name().contains("/")) {
                names.putIfAbsent(p.value().name(), p.name());
            }
        });
    }

    /** Adds the nodes of one operation. */
    void add(Node n) {
        String same = SAME.get(n.op());
        if (same != null) {
            emit(same, n, in(n, 0, type(n)));
        } else if (!product(n)
                && !norm(n)
                && !activation(n)
                && !arithmetic(n)
                && !reduction(n)
                && !shape(n)
                && !pooling(n)) {
            throw new FoveaException("The network cannot be exported: " + n.where() + " has no ONNX form.");
        }
    }

    /** Gives the outputs their names, where one is an input, a weight or the same value as another. */
    void connectOutputs() {
        for (Port p : outputs) {
            String name = name(p.value());
            if (!name.equals(p.name())) {
                emit("Identity", p.name(), List.of(name));
            }
        }
    }

    // ---- the operations ----

    private boolean product(Node n) {
        switch (n.op()) {
            case "conv2d" ->
                emit(
                        "Conv",
                        n,
                        inputs(n),
                        "kernel_shape",
                        kernel(n),
                        "strides",
                        pair(n, "stride"),
                        "pads",
                        pads(n),
                        "dilations",
                        pair(n, "dilation"),
                        "group",
                        integer(n, "groups"));
            case "convTranspose2d" ->
                emit(
                        "ConvTranspose",
                        n,
                        inputs(n),
                        "kernel_shape",
                        kernel(n),
                        "strides",
                        pair(n, "stride"),
                        "pads",
                        pads(n),
                        "output_padding",
                        pair(n, "outputPadding"),
                        "group",
                        integer(n, "groups"));
            case "linear" -> linear(n);
            case "matmul" -> emit("MatMul", n, inputs(n));
            default -> {
                return false;
            }
        }
        return true;
    }

    private void linear(Node n) {
        List<String> in = inputs(n);
        if (rank(n, 0) == 2) {
            emit("Gemm", n, in, "transB", 1L);
            return;
        }
        String transposed = step("Transpose", n, "weight", List.of(in.get(1)), "perm", new long[] {1, 0});
        if (in.size() < 3) {
            emit("MatMul", n, List.of(in.get(0), transposed));
        } else {
            String product = step("MatMul", n, "product", List.of(in.get(0), transposed));
            emit("Add", n, List.of(product, in.get(2)));
        }
    }

    private boolean norm(Node n) {
        switch (n.op()) {
            case "batchNorm" -> {
                List<String> affine = List.of(in(n, 0), perChannel(n, 1, 1), perChannel(n, 2, 0));
                if (flag(n, "training")) {
                    batchStatistics(n, affine);
                } else {
                    List<String> all = new ArrayList<>(affine);
                    all.add(perChannel(n, 3, 0));
                    all.add(perChannel(n, 4, 1));
                    emit("BatchNormalization", n, all, "epsilon", real(n, "eps"));
                }
            }
            case "instanceNorm" ->
                emit(
                        "InstanceNormalization",
                        n,
                        List.of(in(n, 0), perChannel(n, 1, 1), perChannel(n, 2, 0)),
                        "epsilon",
                        real(n, "eps"));
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Batch norm by the batch's own mean and biased variance, which ONNX has for training graphs only. */
    private void batchStatistics(Node n, List<String> affine) {
        long[] axes = LongStream.range(0, rank(n, 0)).filter(i -> i != 1).toArray();
        long[] across = new long[rank(n, 0) - 1];
        Arrays.fill(across, 1);
        across[0] = -1;
        String mean = step("ReduceMean", n, "mean", List.of(affine.get(0)), "axes", axes);
        String centred = step("Sub", n, "centred", List.of(affine.get(0), mean));
        String square = step("Mul", n, "square", List.of(centred, centred));
        String variance = step("ReduceMean", n, "variance", List.of(square), "axes", axes);
        String eps = scalar(n, "eps", real(n, "eps"));
        String deviation = step("Sqrt", n, "deviation", List.of(step("Add", n, "stable", List.of(variance, eps))));
        String normal = step("Div", n, "normal", List.of(centred, deviation));
        String shape = integers(n, "channels", across);
        String weight = step("Reshape", n, "weight", List.of(affine.get(1), shape));
        String bias = step("Reshape", n, "bias", List.of(affine.get(2), shape));
        emit("Add", n, List.of(step("Mul", n, "scaled", List.of(normal, weight)), bias));
    }

    private boolean activation(Node n) {
        String x = inputs(n).get(0);
        switch (n.op()) {
            case "leakyRelu" -> emit("LeakyRelu", n, List.of(x), "alpha", real(n, "slope"));
            case "prelu" -> emit("PRelu", n, List.of(x, slopes(n)));
            case "gelu" -> { // x/2 (1 + erf(x / sqrt 2))
                String scaled = step("Mul", n, "scaled", List.of(x, scalar(n, "root", Math.sqrt(0.5))));
                String erf = step("Erf", n, "erf", List.of(scaled));
                String gate = step("Add", n, "gate", List.of(erf, scalar(n, "one", 1)));
                String gated = step("Mul", n, "gated", List.of(x, gate));
                emit("Mul", n, List.of(gated, scalar(n, "half", 0.5)));
            }
            case "silu" -> emit("Mul", n, List.of(x, step("Sigmoid", n, "gate", List.of(x))));
            case "softmax" -> emit("Softmax", n, List.of(x), "axis", integer(n, "dim"));
            case "logSoftmax" -> emit("LogSoftmax", n, List.of(x), "axis", integer(n, "dim"));
            case "dropout" -> {
                if (flag(n, "training")) {
                    throw new FoveaException("The network cannot be exported: " + n.where()
                            + " draws random numbers; switch it to evaluation.");
                }
                alias(n);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    /** One slope broadcasts as it is, one a channel needs its place beside the positions. */
    private String slopes(Node n) {
        if (Graph.size(n.inputs().get(1), 0) == 1 || rank(n, 0) <= 2) {
            return in(n, 1);
        }
        long[] shape = new long[rank(n, 0) - 1];
        Arrays.fill(shape, 1);
        shape[0] = -1;
        return step("Reshape", n, "slopes", List.of(in(n, 1), integers(n, "shape", shape)));
    }

    private boolean arithmetic(Node n) {
        DType type = type(n);
        switch (n.op()) {
            case "add" -> emit("Add", n, in(n, 0, type), in(n, 1, type));
            case "sub" -> emit("Sub", n, in(n, 0, type), in(n, 1, type));
            case "mul" -> emit("Mul", n, in(n, 0, type), in(n, 1, type));
            case "div" -> emit("Div", n, in(n, 0, type), in(n, 1, type));
            case "addScalar" -> emit("Add", n, in(n, 0, type), scalar(n, "value", real(n, "value")));
            case "mulScalar" -> emit("Mul", n, in(n, 0, type), scalar(n, "value", real(n, "value")));
            case "square" -> emit("Mul", n, in(n, 0, type), in(n, 0, type));
            case "pow" -> emit("Pow", n, in(n, 0, type), scalar(n, "exponent", real(n, "exponent")));
            case "clamp" ->
                emit("Clip", n, in(n, 0, type), scalar(n, "low", real(n, "low")), scalar(n, "high", real(n, "high")));
            case "cast" -> emit("Cast", n, List.of(in(n, 0)), "to", (long) OnnxExport.type(type));
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean reduction(Node n) {
        switch (n.op()) {
            case "sumAll" -> emit("ReduceSum", n, List.of(in(n, 0, type(n))), "keepdims", 0L);
            case "meanAll" -> emit("ReduceMean", n, List.of(in(n, 0, type(n))), "keepdims", 0L);
            case "sum" -> {
                long[] axes = integers(n, "dims");
                List<String> in = axes.length == 0
                        ? List.of(in(n, 0, type(n)))
                        : List.of(in(n, 0, type(n)), integers(n, "axes", axes));
                emit("ReduceSum", n, in, "keepdims", flag(n, "keepDim") ? 1L : 0L);
            }
            case "mean" -> {
                long[] axes = integers(n, "dims");
                long keep = flag(n, "keepDim") ? 1 : 0;
                if (axes.length == 0) {
                    emit("ReduceMean", n, List.of(in(n, 0, type(n))), "keepdims", keep);
                } else {
                    emit("ReduceMean", n, List.of(in(n, 0, type(n))), "axes", axes, "keepdims", keep);
                }
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean shape(Node n) {
        switch (n.op()) {
            case "reshape" -> emit("Reshape", n, in(n, 0), integers(n, "shape", integers(n, "shape")));
            case "flatten" -> emit("Flatten", n, List.of(in(n, 0)), "axis", 1L);
            case "permute" ->
                emit("Transpose", n, List.of(in(n, 0)), "perm", fromFront(integers(n, "dims"), rank(n, 0)));
            case "cat" -> emit("Concat", n, typed(n), "axis", integer(n, "dim"));
            case "stack" -> {
                String axis = integers(n, "axis", new long[] {integer(n, "dim")});
                List<String> parts = new ArrayList<>();
                for (String x : typed(n)) {
                    parts.add(step("Unsqueeze", n, "part" + parts.size(), List.of(x, axis)));
                }
                emit("Concat", n, parts, "axis", integer(n, "dim"));
            }
            case "slice" ->
                emit(
                        "Slice",
                        n,
                        in(n, 0),
                        integers(n, "from", new long[] {integer(n, "from")}),
                        integers(n, "to", new long[] {integer(n, "to")}),
                        integers(n, "dim", new long[] {integer(n, "dim")}));
            case "pixelShuffle" ->
                emit("DepthToSpace", n, List.of(in4(n)), "blocksize", integer(n, "r"), "mode", "CRD");
            case "pixelUnshuffle" -> pixelUnshuffle(n);
            case "pad" -> pad(n);
            case "channelsLast" -> alias(n);
            default -> {
                return false;
            }
        }
        return true;
    }

    /** ONNX puts the position within a block before the channel, pixelUnshuffle behind it: the channels change places. */
    private void pixelUnshuffle(Node n) {
        long r = integer(n, "r");
        long channels = channels(n);
        long[] from = new long[(int) (channels * r * r)];
        for (int i = 0; i < from.length; i++) {
            from[i] = i % (r * r) * channels + i / (r * r);
        }
        String blocks = step("SpaceToDepth", n, "blocks", List.of(in4(n)), "blocksize", r);
        emit("Gather", n, List.of(blocks, integers(n, "order", from)), "axis", 1L);
    }

    private void pad(Node n) {
        long[] border = integers(n, "border");
        int rank = rank(n, 0);
        long[] pads = new long[2 * rank];
        pads[rank - 2] = border[2];
        pads[rank - 1] = border[0];
        pads[2 * rank - 2] = border[3];
        pads[2 * rank - 1] = border[1];
        String mode = switch (string(n, "mode")) {
            case "REFLECT" -> "reflect";
            case "REPLICATE" -> "edge";
            default -> "constant";
        };
        emit("Pad", n, List.of(in(n, 0), integers(n, "border", pads)), "mode", mode);
    }

    private boolean pooling(Node n) {
        switch (n.op()) {
            case "maxPool2d" ->
                emit(
                        "MaxPool",
                        n,
                        List.of(in(n, 0)),
                        "kernel_shape",
                        pair(n, "kernel"),
                        "strides",
                        pair(n, "stride"),
                        "pads",
                        pads(n),
                        "ceil_mode",
                        flag(n, "ceil") ? 1L : 0L);
            case "avgPool2d" ->
                emit(
                        "AveragePool",
                        n,
                        List.of(in(n, 0)),
                        "kernel_shape",
                        pair(n, "kernel"),
                        "strides",
                        pair(n, "stride"),
                        "pads",
                        pads(n),
                        "count_include_pad",
                        1L);
            case "upsample" -> upsample(n);
            case "resize" -> resize(n);
            default -> {
                return false;
            }
        }
        return true;
    }

    private void upsample(Node n) {
        float factor = integer(n, "factor");
        String scales = constant(
                n,
                "scales",
                DType.F32,
                16,
                4,
                b -> b.putFloat(1).putFloat(1).putFloat(factor).putFloat(factor));
        interpolate(n, List.of(in(n, 0), "", scales));
    }

    /**
     * The given height and width after the input's own batch and channels. Both engines round the nearest pixel in float32, in another
     * order: of 8,192 pairs of sizes up to 64 and 128, 267 pick the neighbour somewhere. The other modes agree.
     */
    private void resize(Node n) {
        String outer = step("Shape", n, "outer", List.of(in(n, 0)), "end", 2L);
        String inner = integers(n, "inner", integers(n, "size"));
        interpolate(n, List.of(in(n, 0), "", "", step("Concat", n, "sizes", List.of(outer, inner), "axis", 0L)));
    }

    private void interpolate(Node n, List<String> in) {
        String frame = "coordinate_transformation_mode";
        switch (string(n, "mode")) {
            case "NEAREST" -> emit("Resize", n, in, "mode", "nearest", frame, "asymmetric", "nearest_mode", "floor");
            case "BILINEAR" -> emit("Resize", n, in, "mode", "linear", frame, "half_pixel");
            default -> emit("Resize", n, in, "mode", "cubic", frame, "half_pixel", "cubic_coeff_a", -0.75);
        }
    }

    // ---- inputs ----

    private String name(Value v) {
        return names.getOrDefault(v.name(), v.name());
    }

    private static Value value(Node n, int i) {
        return Objects.requireNonNull(n.inputs().get(i));
    }

    private String in(Node n, int i) {
        return name(value(n, i));
    }

    /** An input in the type that the operation computes in: libtorch converts silently, ONNX does not. */
    private String in(Node n, int i, DType type) {
        String original = in(n, i);
        if (value(n, i).dtype() == type) {
            return original;
        }
        return casts.computeIfAbsent(original + "/as" + type, name -> {
            emit("Cast", name, List.of(original), "to", (long) OnnxExport.type(type));
            return name;
        });
    }

    private String in4(Node n) {
        if (rank(n, 0) != 4) {
            throw new FoveaException("The network cannot be exported: " + n.where()
                    + " has an ONNX form for N,C,H,W only, here it works on "
                    + value(n, 0).shape() + ".");
        }
        return in(n, 0);
    }

    /** All inputs; those left out at the end are dropped. */
    private List<String> inputs(Node n) {
        List<String> all = new ArrayList<>();
        for (Value v : n.inputs()) {
            if (v != null) {
                all.add(name(v));
            }
        }
        return all;
    }

    private List<String> typed(Node n) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < n.inputs().size(); i++) {
            all.add(in(n, i, type(n)));
        }
        return all;
    }

    /** An input of one value a channel; the same value for all where it was left out. */
    private String perChannel(Node n, int i, float otherwise) {
        if (n.inputs().get(i) != null) {
            return in(n, i);
        }
        int channels = Math.toIntExact(channels(n));
        return constant(n, "input" + i, DType.F32, 4 * channels, channels, b -> {
            for (int c = 0; c < channels; c++) {
                b.putFloat(otherwise);
            }
        });
    }

    private static long channels(Node n) {
        long channels = Graph.size(value(n, 0), 1);
        if (channels < 0) {
            throw new FoveaException(
                    "The network cannot be exported: " + n.where() + " needs a fixed number of channels.");
        }
        return channels;
    }

    private static DType type(Node n) {
        return n.output().dtype();
    }

    private static int rank(Node n, int i) {
        return value(n, i).shape().size();
    }

    // ---- attributes ----

    private static Object attribute(Node n, String name) {
        return Objects.requireNonNull(n.attributes().get(name), name);
    }

    private static long integer(Node n, String name) {
        return (Long) attribute(n, name);
    }

    private static double real(Node n, String name) {
        return (Double) attribute(n, name);
    }

    private static boolean flag(Node n, String name) {
        return (Boolean) attribute(n, name);
    }

    private static String string(Node n, String name) {
        return (String) attribute(n, name);
    }

    private static long[] integers(Node n, String name) {
        return ((List<?>) attribute(n, name)).stream().mapToLong(v -> (Long) v).toArray();
    }

    private static long[] pair(Node n, String name) {
        return new long[] {integer(n, name), integer(n, name)};
    }

    private static long[] pads(Node n) {
        long p = integer(n, "padding");
        return new long[] {p, p, p, p};
    }

    private static long[] kernel(Node n) {
        return new long[] {Graph.size(value(n, 1), 2), Graph.size(value(n, 1), 3)};
    }

    private static long[] fromFront(long[] dims, int rank) {
        return LongStream.of(dims).map(d -> d < 0 ? d + rank : d).toArray();
    }

    // ---- writing ----

    /** The operation's result is its first input. */
    private void alias(Node n) {
        String from = in(n, 0);
        if (outputs.stream().anyMatch(p -> p.value().equals(n.output()))) {
            emit("Identity", n, from);
        } else {
            names.put(n.output().name(), from);
        }
    }

    /** A node on the way to the operation's result; returns the name of what it computes. */
    private String step(String onnx, Node n, String suffix, List<String> inputs, Object... attributes) {
        String output = n.output().name() + "/" + suffix;
        emit(onnx, output, inputs, attributes);
        return output;
    }

    private void emit(String onnx, Node n, String... inputs) {
        emit(onnx, name(n.output()), Arrays.asList(inputs));
    }

    private void emit(String onnx, Node n, List<String> inputs, Object... attributes) {
        emit(onnx, name(n.output()), inputs, attributes);
    }

    /** {@code attributes} alternates names and values: Long, Double, String or long[]. */
    private void emit(String onnx, String output, List<String> inputs, Object... attributes) {
        ProtoMessage node = new ProtoMessage();
        inputs.forEach(i -> node.text(1, i));
        node.text(2, output).text(3, output).text(4, onnx);
        for (int i = 0; i < attributes.length; i += 2) {
            node.message(5, attribute((String) attributes[i], attributes[i + 1]));
        }
        graph.message(1, node);
    }

    private static ProtoMessage attribute(String name, Object value) {
        ProtoMessage a = new ProtoMessage().text(1, name);
        if (value instanceof Long v) {
            return a.integer(3, v).integer(20, 2);
        } else if (value instanceof Double v) {
            return a.real(2, v.floatValue()).integer(20, 1);
        } else if (value instanceof String v) {
            return a.text(4, v).integer(20, 3);
        }
        for (long v : (long[]) value) {
            a.integer(8, v);
        }
        return a.integer(20, 7);
    }

    private String integers(Node n, String suffix, long[] values) {
        return constant(n, suffix, DType.I64, 8 * values.length, values.length, b -> {
            for (long v : values) {
                b.putLong(v);
            }
        });
    }

    /** One number in the type that the operation computes in. */
    private String scalar(Node n, String suffix, double value) {
        if (type(n) == DType.F32) {
            return constant(n, suffix, DType.F32, 4, -1, b -> b.putFloat((float) value));
        }
        String exact = constant(n, suffix, DType.F64, 8, -1, b -> b.putDouble(value));
        return type(n) == DType.F64
                ? exact
                : step("Cast", n, suffix + "/cast", List.of(exact), "to", (long) OnnxExport.type(type(n)));
    }

    private interface Fill {
        void into(ByteBuffer bytes);
    }

    /** @param length of the one dimension, -1 for a scalar */
    private String constant(Node n, String suffix, DType type, int size, int length, Fill fill) {
        String name = n.output().name() + "/" + suffix;
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        fill.into(bytes);
        ProtoMessage tensor = new ProtoMessage();
        if (length >= 0) {
            tensor.integer(1, length);
        }
        graph.message(5, tensor.integer(2, OnnxExport.type(type)).text(8, name).data(9, bytes.array()));
        return name;
    }
}
