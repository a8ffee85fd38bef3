package io.fovea.weights;

import io.fovea.nn.Module;
import io.fovea.torch.DType;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A tensor where it is stored: type and shape are known, the values are read when they are asked for, straight from the file. Holds no
 * memory of libtorch's; immutable and thread-safe.
 */
public final class StoredTensor {
    private final DType dtype;
    private final long[] shape;
    private final Consumer<Consumer<ByteBuffer>> values;

    /** {@code values} hands the row-major little-endian data to its argument, in order, in as many pieces as it likes. */
    StoredTensor(DType dtype, long[] shape, Consumer<Consumer<ByteBuffer>> values) {
        this.dtype = dtype;
        this.shape = shape;
        this.values = values;
    }

    /** A tensor in memory, seen as a stored one: it can be written to a file. The tensor must stay open until then. */
    public static StoredTensor of(Tensor t) {
        return new StoredTensor(t.dtype(), t.shape(), t::read);
    }

    /** As {@link #of(Tensor)}, of each. */
    public static Map<String, StoredTensor> of(Map<String, Tensor> tensors) {
        Map<String, StoredTensor> stored = new LinkedHashMap<>();
        tensors.forEach((name, t) -> stored.put(name, of(t)));
        return stored;
    }

    /**
     * Copies stored tensors into a network by name.
     *
     * @throws io.fovea.FoveaException naming what is missing, unknown or of another shape
     */
    public static void load(Map<String, StoredTensor> tensors, Module network) {
        try (Scope scope = Scope.open()) {
            Map<String, Tensor> values = new LinkedHashMap<>();
            tensors.forEach((name, t) -> values.put(name, t.toTensor()));
            network.load(values);
        }
    }

    static StoredTensor of(DType dtype, long[] shape, FileBytes file, long at) {
        return new StoredTensor(dtype, shape, use -> file.read(at, size(dtype, shape), use));
    }

    /** Values in a tensor of this shape, times the bytes of one; exact, because readers refuse shapes that overflow. */
    private static long size(DType dtype, long[] shape) {
        return Arrays.stream(shape).reduce(dtype.bytes(), Math::multiplyExact);
    }

    public DType dtype() {
        return dtype;
    }

    public long[] shape() {
        return shape.clone();
    }

    /** Number of bytes of the values. */
    public long bytes() {
        return size(dtype, shape);
    }

    /** Calls {@code use} with the values, row-major and little-endian, in order, in pieces of at most 1 GB. */
    public void read(Consumer<ByteBuffer> use) {
        values.accept(use);
    }

    /** Copies the values into a new tensor of the same type. */
    public Tensor toTensor() {
        return Tensor.of(dtype, shape, values);
    }

    @Override
    public String toString() {
        return dtype + " " + Arrays.toString(shape);
    }
}
