package io.fovea.graph;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import io.fovea.FoveaException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** One session of ONNX Runtime. All that touches its classes is here, so that {@link OnnxModel} can say when they are missing. */
final class OnnxRunner implements AutoCloseable {
    /** Values in row-major order; those of an output are in an array. */
    record Floats(FloatBuffer values, List<Long> shape) {
        long[] sizes() {
            return shape.stream().mapToLong(s -> s).toArray();
        }
    }

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final Set<String> inputs;
    private final Set<String> outputs;
    private final Map<String, String> metadata;
    /** Native copies of inputs, kept for the next call: direct memory comes back only with a garbage collection. */
    private final Queue<ByteBuffer> buffers = new ConcurrentLinkedQueue<>();

    private interface Source {
        OrtSession open(OrtEnvironment environment, SessionOptions options) throws OrtException;
    }

    private OnnxRunner(String what, int threads, Source source) {
        if (threads < 1) {
            throw new FoveaException("ONNX Runtime was given " + threads + " threads; it must be at least 1.");
        }
        environment = OrtEnvironment.getEnvironment();
        try (SessionOptions options = new SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            session = source.open(environment, options);
            inputs = Collections.unmodifiableSet(new LinkedHashSet<>(session.getInputNames()));
            outputs = Collections.unmodifiableSet(new LinkedHashSet<>(session.getOutputNames()));
            metadata = Map.copyOf(session.getMetadata().getCustomMetadata());
        } catch (OrtException e) {
            throw new FoveaException(what + " cannot be read as an ONNX model: " + reason(e), e);
        }
    }

    static OnnxRunner of(Path file, int threads) {
        return new OnnxRunner(file.toString(), threads, (e, o) -> e.createSession(file.toString(), o));
    }

    static OnnxRunner of(ByteBuffer model, int threads) {
        return new OnnxRunner("The model", threads, (e, o) -> e.createSession(model, o));
    }

    Set<String> inputs() {
        return inputs;
    }

    Set<String> outputs() {
        return outputs;
    }

    Map<String, String> metadata() {
        return metadata;
    }

    Map<String, Floats> run(Map<String, Floats> inputs) {
        Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
        List<ByteBuffer> borrowed = new ArrayList<>();
        try {
            for (Map.Entry<String, Floats> input : inputs.entrySet()) {
                ByteBuffer bytes = borrow(4L * input.getValue().values().remaining());
                borrowed.add(bytes);
                FloatBuffer copy = bytes.asFloatBuffer();
                copy.put(input.getValue().values().duplicate()).flip();
                tensors.put(
                        input.getKey(),
                        OnnxTensor.createTensor(
                                environment, copy, input.getValue().sizes()));
            }
            try (OrtSession.Result result = session.run(tensors)) {
                Map<String, Floats> outputs = new LinkedHashMap<>();
                for (Map.Entry<String, OnnxValue> output : result) {
                    outputs.put(output.getKey(), floats(output.getKey(), output.getValue()));
                }
                return outputs;
            }
        } catch (OrtException e) {
            throw new FoveaException("ONNX Runtime: " + reason(e), e);
        } finally {
            tensors.values().forEach(OnnxTensor::close);
            buffers.addAll(borrowed);
        }
    }

    private static Floats floats(String name, OnnxValue value) {
        if (value instanceof OnnxTensor t && t.getInfo().type == OnnxJavaType.FLOAT) {
            List<Long> shape = new ArrayList<>();
            for (long size : t.getInfo().getShape()) {
                shape.add(size);
            }
            return new Floats(t.getFloatBuffer(), shape);
        }
        throw new FoveaException("The model's output \"" + name + "\" is not a float32 tensor.");
    }

    private ByteBuffer borrow(long size) {
        if (size > Integer.MAX_VALUE) {
            throw new FoveaException("An input of " + size + " bytes is too large for one run: at most "
                    + Integer.MAX_VALUE + ". Give it in tiles.");
        }
        ByteBuffer kept = buffers.poll();
        return kept != null && kept.capacity() >= size
                ? kept.clear().limit((int) size).order(ByteOrder.nativeOrder())
                : ByteBuffer.allocateDirect((int) size).order(ByteOrder.nativeOrder());
    }

    /** What ONNX Runtime said, without its own prefixes. */
    private static String reason(OrtException e) {
        String said = e.getMessage() == null ? e.getCode().toString() : e.getMessage();
        return said.replaceAll("^Error code - \\w+ - message: ", "")
                .replaceAll("\\s*\\n\\s*", " ")
                .strip();
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new FoveaException("ONNX Runtime: " + reason(e), e);
        }
    }
}
