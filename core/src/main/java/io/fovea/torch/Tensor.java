package io.fovea.torch;

import io.fovea.FoveaException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * An n-dimensional array in libtorch's memory. It holds data and autograd's view of it; mathematics is in {@link F}.
 *
 * <p>A tensor made inside a {@link Scope} lives until the scope closes, any other until it is closed.
 */
public final class Tensor implements AutoCloseable {
    static {
        Natives.boot();
    }

    org.bytedeco.pytorch.Tensor n;

    @Nullable
    Scope owner = Scope.current();

    Tensor(org.bytedeco.pytorch.Tensor n) {
        this.n = n;
    }

    // ---- making ----

    /** A float32 tensor with a copy of these values in row-major order. */
    public static Tensor of(float[] values, long... shape) {
        Tensor t = empty(DType.F32, shape);
        checkCount(values.length, shape);
        t.bytes().asFloatBuffer().put(values);
        return t;
    }

    /** A float64 tensor with a copy of these values in row-major order. */
    public static Tensor of(double[] values, long... shape) {
        Tensor t = empty(DType.F64, shape);
        checkCount(values.length, shape);
        t.bytes().asDoubleBuffer().put(values);
        return t;
    }

    /** An int64 tensor with a copy of these values in row-major order. */
    public static Tensor of(long[] values, long... shape) {
        Tensor t = empty(DType.I64, shape);
        checkCount(values.length, shape);
        t.bytes().asLongBuffer().put(values);
        return t;
    }

    /** A tensor with a copy of little-endian raw data. */
    public static Tensor of(ByteBuffer data, DType dtype, long... shape) {
        Tensor t = empty(dtype, shape);
        if (data.remaining() != t.numel() * dtype.bytes()) {
            throw new FoveaException("A " + dtype + " tensor of shape " + Arrays.toString(shape) + " takes "
                    + t.numel() * dtype.bytes() + " bytes, " + data.remaining() + " were given.");
        }
        t.bytes().put(data.duplicate());
        return t;
    }

    /** A tensor of little-endian raw data that {@code data} hands over in pieces, in order; for data beyond a buffer's 2 GB. */
    public static Tensor of(DType dtype, long[] shape, Consumer<Consumer<ByteBuffer>> data) {
        Tensor t = empty(dtype, shape);
        long wanted = t.numel() * dtype.bytes();
        long[] at = {0};
        try {
            data.accept(piece -> {
                int n = piece.remaining();
                if (at[0] + n <= wanted) {
                    t.bytes(at[0], n).put(piece);
                }
                at[0] += n;
            });
        } catch (RuntimeException e) {
            t.close();
            throw e;
        }
        if (at[0] != wanted) {
            t.close();
            throw new FoveaException("A " + dtype + " tensor of shape " + Arrays.toString(shape) + " takes " + wanted
                    + " bytes, " + at[0] + " were given.");
        }
        return t;
    }

    public static Tensor scalar(double value) {
        return of(new float[] {(float) value});
    }

    public static Tensor empty(DType dtype, long... shape) {
        return new Tensor(torch.empty(shape, options(dtype), new MemoryFormatOptional()));
    }

    public static Tensor zeros(DType dtype, long... shape) {
        return new Tensor(torch.zeros(shape, options(dtype)));
    }

    public static Tensor zeros(long... shape) {
        return zeros(DType.F32, shape);
    }

    public static Tensor full(double value, DType dtype, long... shape) {
        return new Tensor(torch.full(shape, new Scalar(value), options(dtype)));
    }

    /** Uniform in [0,1), float32, from libtorch's generator. */
    public static Tensor rand(long... shape) {
        return new Tensor(torch.rand(shape));
    }

    /** Standard normal, float32, from libtorch's generator. */
    public static Tensor randn(long... shape) {
        return new Tensor(torch.randn(shape));
    }

    /** Uniform in [0,1), float32: the same values for the same seed and shape, whatever else draws. */
    public static Tensor rand(Generator seed, long... shape) {
        return drawn(seed, false, shape);
    }

    /** Standard normal, float32: the same values for the same seed and shape, whatever else draws. */
    public static Tensor randn(Generator seed, long... shape) {
        return drawn(seed, true, shape);
    }

    /** The seed of one drawing. */
    public record Generator(long seed) {}

    private static Tensor drawn(Generator seed, boolean normal, long... shape) {
        Tensor t = empty(DType.F32, shape);
        try (org.bytedeco.pytorch.Generator g = torch.make_generator_cpu(seed.seed());
                GeneratorOptional generator = new GeneratorOptional(g)) {
            if (normal) {
                t.n.normal_(0, 1, generator);
            } else {
                t.n.uniform_(0, 1, generator);
            }
        }
        return t;
    }

    /** A new tensor of zeros with this one's shape, type and device. */
    public Tensor zerosLike() {
        return new Tensor(torch.zeros_like(n));
    }

    private static TensorOptions options(DType dtype) {
        return new TensorOptions(dtype.scalarType());
    }

    private static void checkCount(long given, long[] shape) {
        long wanted = 1;
        for (long s : shape) {
            wanted *= s;
        }
        if (given != wanted) {
            throw new FoveaException("A tensor of shape " + Arrays.toString(shape) + " takes " + wanted + " values, "
                    + given + " were given.");
        }
    }

    // ---- looking ----

    public long[] shape() {
        return n.shape();
    }

    /** Size of one dimension; negative counts from the last. */
    public long size(int dim) {
        return n.size(dim);
    }

    public int dim() {
        return (int) n.dim();
    }

    public long numel() {
        return n.numel();
    }

    public DType dtype() {
        return DType.of(n.scalar_type());
    }

    public Device device() {
        return Device.of(n.device());
    }

    /** The value of a tensor of one element. */
    public double item() {
        if (numel() != 1) {
            throw new FoveaException(
                    "item() reads one element, this tensor has shape " + Arrays.toString(shape()) + ".");
        }
        return n.item().toDouble();
    }

    /** All values in row-major order, converted to float. */
    public float[] toFloats() {
        float[] values = new float[Math.toIntExact(numel())];
        try (Scope scope = Scope.open()) {
            host(DType.F32).bytes().asFloatBuffer().get(values);
        }
        return values;
    }

    /** All values in row-major order, converted to double. */
    public double[] toDoubles() {
        double[] values = new double[Math.toIntExact(numel())];
        try (Scope scope = Scope.open()) {
            host(DType.F64).bytes().asDoubleBuffer().get(values);
        }
        return values;
    }

    /** All values in row-major order, converted to long. */
    public long[] toLongs() {
        long[] values = new long[Math.toIntExact(numel())];
        try (Scope scope = Scope.open()) {
            host(DType.I64).bytes().asLongBuffer().get(values);
        }
        return values;
    }

    /** The raw little-endian data in row-major order. */
    public byte[] toBytes() {
        byte[] data = new byte[Math.toIntExact(numel() * dtype().bytes())];
        try (Scope scope = Scope.open()) {
            host(dtype()).bytes().get(data);
        }
        return data;
    }

    /** Calls {@code use} with the raw little-endian data in row-major order, without a copy where the layout allows; read only. */
    public void read(Consumer<ByteBuffer> use) {
        try (Scope scope = Scope.open()) {
            Tensor host = host(dtype());
            long length = host.numel() * host.dtype().bytes();
            int piece = 1 << 30;
            for (long at = 0; at < length || at == 0; at += piece) {
                use.accept(host.bytes(at, Math.min(piece, length - at))
                        .asReadOnlyBuffer()
                        .order(ByteOrder.LITTLE_ENDIAN));
            }
        }
    }

    private Tensor host(DType dtype) {
        Tensor t = new Tensor(n.detach());
        return t.to(Device.CPU).to(dtype).contiguous();
    }

    private ByteBuffer bytes() {
        return bytes(0, numel() * dtype().bytes());
    }

    private ByteBuffer bytes(long from, long length) {
        if (length == 0) {
            return ByteBuffer.allocate(0);
        }
        Pointer data = n.data_ptr();
        return new BytePointer(data)
                .position(from)
                .limit(from + length)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder());
    }

    // ---- moving and changing ----

    /** This tensor in another type, or itself if it has it already. */
    public Tensor to(DType dtype) {
        return dtype() == dtype ? this : new Tensor(n.to(dtype.scalarType()));
    }

    /** This tensor on another device, or itself if it is there already. */
    public Tensor to(Device device) {
        return device().equals(device) ? this : new Tensor(n.to(device.handle(), n.scalar_type()));
    }

    private Tensor contiguous() {
        return n.is_contiguous() ? this : new Tensor(n.contiguous());
    }

    /** This tensor cut off from autograd, sharing its data. */
    public Tensor detach() {
        return new Tensor(n.detach());
    }

    /** A copy with its own data, cut off from autograd. */
    public Tensor copy() {
        return new Tensor(n.detach().clone());
    }

    /** Overwrites the values with those of a tensor of the same shape, converting type and device. Not seen by autograd. */
    public void set(Tensor source) {
        if (!Arrays.equals(shape(), source.shape())) {
            throw new FoveaException("A tensor of shape " + Arrays.toString(shape())
                    + " cannot take the values of one of shape " + Arrays.toString(source.shape()) + ".");
        }
        try (Scope scope = Scope.open()) {
            n.detach().copy_(source.n);
        }
    }

    /** Replaces data, type and device in place: every holder of this object sees the new ones. Keeps whether it wants gradients. */
    public void replace(Tensor with) {
        boolean grad = n.requires_grad();
        org.bytedeco.pytorch.Tensor old = n;
        org.bytedeco.pytorch.Tensor fresh = new org.bytedeco.pytorch.Tensor(with.n.detach());
        fresh.retainReference();
        fresh.set_requires_grad(grad);
        n = fresh;
        old.close();
    }

    // ---- autograd ----

    public boolean requiresGrad() {
        return n.requires_grad();
    }

    public Tensor requiresGrad(boolean wanted) {
        n.set_requires_grad(wanted);
        return this;
    }

    /** The gradient that {@link Autograd#backward} accumulated here, or null. */
    public @Nullable Tensor grad() {
        org.bytedeco.pytorch.Tensor g = n.grad();
        return g.defined() ? new Tensor(g) : null;
    }

    /** Forgets the accumulated gradient. */
    public void clearGrad() {
        try (Scope scope = Scope.open()) {
            n.mutable_grad().reset();
        }
    }

    // ---- life ----

    /** Takes this tensor out of every open scope: it then lives until it is closed. */
    public Tensor keep() {
        if (owner != null) {
            n.retainReference();
            owner = null;
        }
        return this;
    }

    @Override
    public void close() {
        n.close();
    }

    @Override
    public String toString() {
        return n.isNull() ? "Tensor(closed)" : "Tensor(" + dtype() + " " + Arrays.toString(shape()) + ")";
    }
}
