package io.fovea.graph;

import io.fovea.AtomicFile;
import io.fovea.FoveaException;
import io.fovea.graph.Graph.Node;
import io.fovea.graph.Graph.Port;
import io.fovea.torch.DType;
import io.fovea.torch.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes a recorded network as an ONNX model: opset 17, IR version 8, weights inside. Weights keep their full names, operations are named
 * {@code module/operation}.
 *
 * <p>Sizes are fixed to those of the recording, or open and named ({@code batch}, {@code height}, {@code width}) where the graph comes
 * from {@link Graph#generalise}. {@code F.reshape} passes -1 and 0 on, which ONNX reads alike.
 */
public final class OnnxExport {
    static final int OPSET = 17;
    private static final int IR_VERSION = 8;
    private static final long PROTOBUF_LIMIT = Integer.MAX_VALUE;

    private OnnxExport() {}

    /**
     * Writes the model atomically. A file that is there already is replaced: whether that is wanted is the caller's question to ask.
     *
     * @param doc what the model is, for a person
     * @param metadata stored as the model's properties: {@code fovea.system}, {@code fovea.config}, {@code fovea.card}
     * @throws FoveaException naming an operation that has no ONNX form, a model over 2 GB, or why the file cannot be written
     */
    public static void write(Graph graph, String doc, Map<String, String> metadata, Path target) {
        ProtoMessage model = model(graph, doc, metadata);
        AtomicFile.write(target, model::writeTo);
    }

    /** The model in memory, ready to be read from the first byte. */
    static ByteBuffer bytes(Graph graph) {
        ProtoMessage model = model(graph, "", Map.of());
        ByteBuffer bytes = ByteBuffer.allocateDirect(Math.toIntExact(model.size()));
        try {
            model.writeTo(new BufferChannel(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.flip();
    }

    private record BufferChannel(ByteBuffer target) implements WritableByteChannel {
        @Override
        public int write(ByteBuffer source) {
            int n = source.remaining();
            target.put(source);
            return n;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    private static void checkFloat32(Graph graph) {
        Map<String, DType> types = new LinkedHashMap<>();
        graph.inputs().forEach(p -> types.put(p.name(), p.value().dtype()));
        graph.weights().forEach((name, t) -> types.put(name, t.dtype()));
        types.forEach((name, dtype) -> {
            if (dtype.isFloatingPoint() && dtype != DType.F32) {
                throw new FoveaException(
                        "The network cannot be exported: " + name + " is " + dtype
                                + ", and ONNX Runtime computes networks in float32. Convert the module with to(DType.F32) first.");
            }
        });
    }

    private static ProtoMessage model(Graph graph, String doc, Map<String, String> metadata) {
        checkFloat32(graph);
        String version = OnnxExport.class.getPackage().getImplementationVersion();
        ProtoMessage model = new ProtoMessage()
                .integer(1, IR_VERSION)
                .text(2, "Fovea")
                .text(3, version == null ? "" : version)
                .text(6, doc)
                .message(7, graph(graph))
                .message(8, new ProtoMessage().text(1, "").integer(2, OPSET));
        metadata.forEach((key, value) ->
                model.message(14, new ProtoMessage().text(1, key).text(2, value)));
        if (model.size() > PROTOBUF_LIMIT) {
            throw new FoveaException("The network does not fit into an ONNX file: it takes " + model.size()
                    + " bytes, and one file holds at most " + PROTOBUF_LIMIT + ". Export it as safetensors instead.");
        }
        return model;
    }

    private static ProtoMessage graph(Graph graph) {
        ProtoMessage message = new ProtoMessage().text(2, graph.name());
        OnnxNodes nodes = new OnnxNodes(message, graph.outputs());
        for (Node n : graph.nodes()) {
            nodes.add(n);
        }
        nodes.connectOutputs();
        graph.weights().forEach((name, t) -> message.message(5, weight(name, t)));
        graph.inputs().forEach(p -> message.message(11, port(p)));
        graph.outputs().forEach(p -> message.message(12, port(p)));
        return message;
    }

    private static ProtoMessage weight(String name, Tensor t) {
        ProtoMessage message = new ProtoMessage();
        for (long size : t.shape()) {
            message.integer(1, size);
        }
        return message.integer(2, type(t.dtype()))
                .text(8, name)
                .data(9, t.numel() * t.dtype().bytes(), channel -> write(t, channel));
    }

    private static void write(Tensor t, WritableByteChannel channel) throws IOException {
        try {
            t.read(bytes -> {
                try {
                    ProtoMessage.writeAll(channel, bytes);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static ProtoMessage port(Port port) {
        ProtoMessage shape = new ProtoMessage();
        for (String dim : port.dims()) {
            boolean open = !Character.isDigit(dim.charAt(0));
            shape.message(
                    1, open ? new ProtoMessage().text(2, dim) : new ProtoMessage().integer(1, Long.parseLong(dim)));
        }
        ProtoMessage tensor =
                new ProtoMessage().integer(1, type(port.value().dtype())).message(2, shape);
        return new ProtoMessage().text(1, port.name()).message(2, new ProtoMessage().message(1, tensor));
    }

    /** ONNX's number for an element type. */
    static int type(DType dtype) {
        return switch (dtype) {
            case F32 -> 1;
            case U8 -> 2;
            case I8 -> 3;
            case U16 -> 4;
            case I16 -> 5;
            case I32 -> 6;
            case I64 -> 7;
            case BOOL -> 9;
            case F16 -> 10;
            case F64 -> 11;
            case U32 -> 12;
            case U64 -> 13;
            case C64 -> 14;
            case BF16 -> 16;
            case F8_E4M3 -> 17;
            case F8_E4M3FNUZ -> 18;
            case F8_E5M2 -> 19;
            case F8_E5M2FNUZ -> 20;
            case F8_E8M0 -> 24;
        };
    }
}
