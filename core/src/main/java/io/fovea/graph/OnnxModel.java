package io.fovea.graph;

import io.fovea.FoveaException;
import io.fovea.torch.DType;
import io.fovea.torch.Tensor;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/**
 * An ONNX model in ONNX Runtime, float32 in and out, on the CPU. {@link #load} and {@link #predict} need no libtorch.
 *
 * <p>ONNX Runtime ({@code com.microsoft.onnxruntime:onnxruntime}) is an optional dependency; without it every factory says so. It touches
 * no home directory, but unpacks its native libraries (28 MB) into a new folder under {@code java.io.tmpdir} whenever a JVM starts using
 * it; {@code -Djava.io.tmpdir} moves that. Where libraries may not be loaded from there, unpack them once from its jar and name the
 * folder with {@code -Donnxruntime.native.path}.
 */
public final class OnnxModel implements Predictor {
    private final OnnxRunner runner;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean closed;

    private OnnxModel(OnnxRunner runner) {
        this.runner = runner;
    }

    /**
     * Reads a file.
     *
     * @param threads that one call may use, at least 1
     * @throws FoveaException if the file is not there or is not a model that ONNX Runtime can run
     */
    public static OnnxModel load(Path file, int threads) {
        if (!Files.isRegularFile(file)) {
            throw new FoveaException(file + " cannot be read as an ONNX model: there is no such file.");
        }
        return open(() -> OnnxRunner.of(file, threads));
    }

    /** A model in memory; see {@link #load}. */
    public static OnnxModel of(byte[] model, int threads) {
        return open(() ->
                OnnxRunner.of(ByteBuffer.allocateDirect(model.length).put(model).flip(), threads));
    }

    /** A recorded network: what {@link OnnxExport} would write, without the file. The graph's weights may be closed afterwards. */
    public static OnnxModel of(Graph graph, int threads) {
        return open(() -> OnnxRunner.of(OnnxExport.bytes(graph), threads));
    }

    private static OnnxModel open(Supplier<OnnxRunner> make) {
        try {
            return new OnnxModel(make.get());
        } catch (LinkageError e) {
            Throwable cause = rootCause(e);
            throw new FoveaException(
                    cause instanceof ClassNotFoundException
                            ? "ONNX Runtime is not there. Add com.microsoft.onnxruntime:onnxruntime to the class path."
                            : "ONNX Runtime cannot be loaded. It unpacks its libraries under "
                                    + System.getProperty("java.io.tmpdir") + " (" + cause
                                    + "); point -Djava.io.tmpdir at a folder that can be written.",
                    e);
        }
    }

    private static Throwable rootCause(Throwable e) {
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** Names of the inputs, in the model's order. */
    public Set<String> inputs() {
        return runner.inputs();
    }

    /** Names of the outputs, in the model's order. */
    public Set<String> outputs() {
        return runner.outputs();
    }

    /** The model's properties: {@code fovea.system}, {@code fovea.config} and whatever else its writer put there. */
    public Map<String, String> metadata() {
        return runner.metadata();
    }

    @Override
    public float[] predict(float[] values, long... shape) {
        if (inputs().size() != 1 || outputs().size() != 1) {
            throw new FoveaException("The model has inputs " + inputs() + " and outputs " + outputs()
                    + "; predict is for models with one of each, use run.");
        }
        String name = inputs().iterator().next();
        Map<String, OnnxRunner.Floats> out = runLocked(Map.of(name, floats(FloatBuffer.wrap(values), shape)));
        return out.values().iterator().next().values().array();
    }

    /**
     * A model of any number of inputs and outputs, by name.
     *
     * @param inputs float32 tensors
     * @throws FoveaException if an input is missing, not known, of another type or of a shape that does not fit
     */
    public Map<String, Tensor> run(Map<String, Tensor> inputs) {
        Map<String, OnnxRunner.Floats> in = new LinkedHashMap<>();
        inputs.forEach((name, t) -> {
            if (t.dtype() != DType.F32) {
                throw new FoveaException("ONNX Runtime is given float32 only; input \"" + name + "\" is a " + t + ".");
            }
            in.put(name, floats(FloatBuffer.wrap(t.toFloats()), t.shape()));
        });
        Map<String, Tensor> out = new LinkedHashMap<>();
        runLocked(in).forEach((name, v) -> out.put(name, Tensor.of(v.values().array(), v.sizes())));
        return out;
    }

    private static OnnxRunner.Floats floats(FloatBuffer values, long[] shape) {
        List<Long> sizes = LongStream.of(shape).boxed().toList();
        long count = sizes.stream().reduce(1L, (a, b) -> a * b);
        if (count != values.remaining()) {
            throw new FoveaException("A tensor of shape " + sizes + " takes " + count + " values, " + values.remaining()
                    + " were given.");
        }
        return new OnnxRunner.Floats(values, sizes);
    }

    private Map<String, OnnxRunner.Floats> runLocked(Map<String, OnnxRunner.Floats> in) {
        lock.readLock().lock();
        try {
            if (closed) {
                throw new FoveaException("The model is closed already.");
            }
            return runner.run(in);
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                runner.close();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
