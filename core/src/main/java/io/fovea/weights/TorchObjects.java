package io.fovea.weights;

import io.fovea.torch.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What pickles of torch.save may name: the allow-list, and what each entry means in Java. Tensors become {@link StoredTensor}s over a
 * {@link Storage}; a dtype becomes a {@link DType}, a device the string of its kind, torch.Size a list.
 */
final class TorchObjects {
    /** Functions and classes that may be called. */
    private enum Callable {
        DICT,
        LIST,
        DEVICE,
        ENCODE,
        PARAMETER,
        TENSOR,
        TENSOR_V3,
        NUMPY_DTYPE,
        NUMPY_SCALAR
    }

    private static final Map<String, Callable> CALLABLES = Map.ofEntries(
            Map.entry("collections.OrderedDict", Callable.DICT),
            Map.entry("__builtin__.dict", Callable.DICT),
            Map.entry("builtins.dict", Callable.DICT),
            Map.entry("__builtin__.set", Callable.LIST),
            Map.entry("builtins.set", Callable.LIST),
            Map.entry("__builtin__.frozenset", Callable.LIST),
            Map.entry("builtins.frozenset", Callable.LIST),
            Map.entry("__builtin__.list", Callable.LIST),
            Map.entry("builtins.list", Callable.LIST),
            Map.entry("__builtin__.tuple", Callable.LIST),
            Map.entry("builtins.tuple", Callable.LIST),
            Map.entry("torch.Size", Callable.LIST),
            Map.entry("torch.device", Callable.DEVICE),
            Map.entry("_codecs.encode", Callable.ENCODE),
            Map.entry("torch._utils._rebuild_parameter", Callable.PARAMETER),
            Map.entry("torch._utils._rebuild_tensor", Callable.TENSOR),
            Map.entry("torch._utils._rebuild_tensor_v2", Callable.TENSOR),
            Map.entry("torch._utils._rebuild_tensor_v3", Callable.TENSOR_V3),
            Map.entry("numpy.dtype", Callable.NUMPY_DTYPE),
            Map.entry("numpy.core.multiarray.scalar", Callable.NUMPY_SCALAR),
            Map.entry("numpy._core.multiarray.scalar", Callable.NUMPY_SCALAR));

    private static final Map<String, DType> DTYPES = Map.ofEntries(
            Map.entry("torch.bool", DType.BOOL),
            Map.entry("torch.uint8", DType.U8),
            Map.entry("torch.int8", DType.I8),
            Map.entry("torch.float8_e4m3fn", DType.F8_E4M3),
            Map.entry("torch.float8_e5m2", DType.F8_E5M2),
            Map.entry("torch.float8_e4m3fnuz", DType.F8_E4M3FNUZ),
            Map.entry("torch.float8_e5m2fnuz", DType.F8_E5M2FNUZ),
            Map.entry("torch.float8_e8m0fnu", DType.F8_E8M0),
            Map.entry("torch.int16", DType.I16),
            Map.entry("torch.uint16", DType.U16),
            Map.entry("torch.float16", DType.F16),
            Map.entry("torch.bfloat16", DType.BF16),
            Map.entry("torch.int32", DType.I32),
            Map.entry("torch.uint32", DType.U32),
            Map.entry("torch.float32", DType.F32),
            Map.entry("torch.float64", DType.F64),
            Map.entry("torch.int64", DType.I64),
            Map.entry("torch.uint64", DType.U64),
            Map.entry("torch.complex64", DType.C64));

    private static final Map<String, DType> STORAGES = Map.ofEntries(
            Map.entry("BoolStorage", DType.BOOL),
            Map.entry("ByteStorage", DType.U8),
            Map.entry("CharStorage", DType.I8),
            Map.entry("ShortStorage", DType.I16),
            Map.entry("HalfStorage", DType.F16),
            Map.entry("BFloat16Storage", DType.BF16),
            Map.entry("IntStorage", DType.I32),
            Map.entry("FloatStorage", DType.F32),
            Map.entry("DoubleStorage", DType.F64),
            Map.entry("LongStorage", DType.I64),
            Map.entry("ComplexFloatStorage", DType.C64),
            Map.entry("UntypedStorage", DType.U8));

    /** A storage class; how its storages are typed. */
    private record StorageClass(DType dtype) {}

    /** A numpy dtype by its code, as "f8". */
    private record NumpyDType(String code) {}

    /** Finds the bytes of a storage that a pickle refers to. */
    interface Storages {
        Storage find(DType dtype, String key, long count);
    }

    /** A run of elements of one type in the file; in legacy files its place is known only after the pickle. */
    static final class Storage {
        final DType dtype;
        final long count;
        long at;

        Storage(DType dtype, long count, long at) {
            this.dtype = dtype;
            this.count = count;
            this.at = at;
        }
    }

    /** Part of a storage, in elements. */
    private record View(Storage storage, long offset, long count) {}

    private final FileBytes file;
    private final Storages storages;

    TorchObjects(FileBytes file, Storages storages) {
        this.file = file;
        this.storages = storages;
    }

    /** For pickles in which no tensor may be. */
    static TorchObjects plain(FileBytes file) {
        return new TorchObjects(file, (dtype, key, count) -> {
            throw file.wrong("is broken: it refers to a tensor where none can be");
        });
    }

    /** What a module's name stands for. */
    Object named(String module, String name) {
        String full = module + "." + name;
        boolean storage = module.equals("torch") || module.equals("torch.cuda") || module.equals("torch.storage");
        if (CALLABLES.containsKey(full)) {
            return nonNull(CALLABLES.get(full));
        } else if (DTYPES.containsKey(full)) {
            return nonNull(DTYPES.get(full));
        } else if (storage && STORAGES.containsKey(name)) {
            return new StorageClass(nonNull(STORAGES.get(name)));
        }
        throw file.wrong(
                "asks for " + FileBytes.quoted(full)
                        + ", which Fovea will not run: it reads tensors and plain values only, and"
                        + " nothing in the file was executed. Save the network's state_dict() alone with torch.save, or as safetensors");
    }

    /** What calling it with these arguments gives. */
    @Nullable
    Object call(@Nullable Object callable, List<@Nullable Object> arguments, Pickle pickle) {
        if (!(callable instanceof Callable known)) {
            throw pickle.broken("calls something that is no function");
        }
        return switch (known) {
            case DICT -> pickle.dict(arguments);
            case LIST -> pickle.copy(arguments);
            case DEVICE -> pickle.string(argument(arguments, 0, pickle));
            case ENCODE -> encode(pickle.string(argument(arguments, 0, pickle)), pickle);
            case PARAMETER -> parameter(argument(arguments, 0, pickle), pickle);
            case TENSOR -> tensor(null, arguments, pickle);
            case TENSOR_V3 -> {
                if (!(argument(arguments, 6, pickle) instanceof DType dtype)) {
                    throw pickle.broken("rebuilds a tensor without a dtype");
                }
                yield tensor(dtype, arguments, pickle);
            }
            case NUMPY_DTYPE -> new NumpyDType(pickle.string(argument(arguments, 0, pickle)));
            case NUMPY_SCALAR -> numpyScalar(argument(arguments, 0, pickle), argument(arguments, 1, pickle), pickle);
        };
    }

    /** Gives an object its state: attributes of a dict mean nothing here, a numpy dtype must be little-endian. */
    void setState(@Nullable Object target, @Nullable Object state) {
        if (target instanceof LinkedHashMap<?, ?>) {
            return;
        }
        boolean littleEndian = state instanceof List<?> parts
                && parts.size() > 1
                && ("<".equals(parts.get(1)) || "|".equals(parts.get(1)));
        if (!(target instanceof NumpyDType) || !littleEndian) {
            throw file.wrong("is broken: its pickle sets the state of something that has none");
        }
    }

    // ---- tensors ----

    /** The storage that a persistent id names: "storage", class, key, device, element count, and in old files a view of it or None. */
    Object stored(List<@Nullable Object> id) {
        boolean known = id.size() >= 5
                && "storage".equals(id.get(0))
                && id.get(1) instanceof StorageClass
                && id.get(2) instanceof String;
        if (!known || !(id.get(4) instanceof Long count) || count < 0) {
            throw file.wrong("is broken: its pickle refers to something that is no storage");
        }
        DType dtype = ((StorageClass) nonNull(id.get(1))).dtype;
        Storage storage = storages.find(dtype, (String) nonNull(id.get(2)), count);
        Object view = id.size() > 5 ? id.get(5) : null;
        if (view == null) {
            return new View(storage, 0, count);
        }
        if (view instanceof List<?> v && v.size() == 3 && v.get(1) instanceof Long from && v.get(2) instanceof Long n) {
            if (from >= 0 && n >= 0 && from <= count && n <= count - from) {
                return new View(storage, from, n);
            }
        }
        throw file.wrong("is broken: its pickle has a view that lies outside its storage");
    }

    private StoredTensor tensor(@Nullable DType as, List<@Nullable Object> arguments, Pickle pickle) {
        if (!(argument(arguments, 0, pickle) instanceof View view)
                || !(argument(arguments, 1, pickle) instanceof Long offset)) {
            throw pickle.broken("rebuilds a tensor without a storage");
        }
        long[] shape = numbers(argument(arguments, 2, pickle), pickle);
        long[] strides = numbers(argument(arguments, 3, pickle), pickle);
        DType dtype = as == null ? view.storage.dtype : as;
        Strided layout = new Strided(shape, strides, offset, dtype.bytes());
        long held = view.count * view.storage.dtype.bytes();
        if (!layout.fits(held) || layout.bytes() > file.length()) {
            throw pickle.broken("rebuilds a tensor of " + FileBytes.quoted(layout.toString()) + " from a storage of "
                    + held + " bytes");
        }
        long start = view.offset * view.storage.dtype.bytes();
        return new StoredTensor(dtype, shape, use -> layout.read(file, view.storage.at + start, use));
    }

    private static Object parameter(@Nullable Object data, Pickle pickle) {
        if (data instanceof StoredTensor tensor) {
            return tensor;
        }
        throw pickle.broken("makes a parameter of something that is no tensor");
    }

    private static long[] numbers(@Nullable Object value, Pickle pickle) {
        List<@Nullable Object> list = pickle.list(value);
        pickle.spend(list.size());
        long[] numbers = new long[list.size()];
        for (int i = 0; i < numbers.length; i++) {
            if (!(list.get(i) instanceof Long n) || n < 0) {
                throw pickle.broken("has a shape or stride that is no whole number from 0");
            }
            numbers[i] = n;
        }
        return numbers;
    }

    private static @Nullable Object argument(List<@Nullable Object> arguments, int i, Pickle pickle) {
        if (i >= arguments.size()) {
            throw pickle.broken(
                    "calls a function with " + arguments.size() + " arguments, at least " + (i + 1) + " were expected");
        }
        return arguments.get(i);
    }

    private static <T> T nonNull(@Nullable T value) {
        return Objects.requireNonNull(value);
    }

    // ---- numpy scalars, as in {"best_loss": np.float64(0.1)} ----

    private static byte[] encode(String latin1, Pickle pickle) {
        pickle.spend(latin1.length());
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static Object numpyScalar(@Nullable Object dtype, @Nullable Object data, Pickle pickle) {
        byte[] bytes = data instanceof byte[] b ? b : new byte[0];
        String code = dtype instanceof NumpyDType d ? d.code + "/" + bytes.length : "none";
        ByteBuffer value = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return switch (code) {
            case "f8/8" -> value.getDouble();
            case "f4/4" -> (double) value.getFloat();
            case "i8/8" -> value.getLong();
            case "i4/4" -> (long) value.getInt();
            case "i2/2" -> (long) value.getShort();
            case "i1/1" -> (long) value.get();
            case "u1/1" -> (long) (value.get() & 0xff);
            case "b1/1" -> value.get() != 0;
            default -> throw pickle.broken("has a numpy scalar of another kind than the common ones");
        };
    }
}
