package io.fovea.torch;

import io.fovea.FoveaException;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Element types of tensors: every one that libtorch stores and that a safetensors file can name. */
public enum DType {
    BOOL("Bool", 1),
    U8("Byte", 1),
    I8("Char", 1),
    F8_E4M3("Float8_e4m3fn", 1),
    F8_E5M2("Float8_e5m2", 1),
    F8_E4M3FNUZ("Float8_e4m3fnuz", 1),
    F8_E5M2FNUZ("Float8_e5m2fnuz", 1),
    F8_E8M0("Float8_e8m0fnu", 1),
    I16("Short", 2),
    U16("UInt16", 2),
    F16("Half", 2),
    BF16("BFloat16", 2),
    I32("Int", 4),
    U32("UInt32", 4),
    F32("Float", 4),
    F64("Double", 8),
    I64("Long", 8),
    U64("UInt64", 8),
    C64("ComplexFloat", 8);

    private final String torchName;
    private final int bytes;

    DType(String torchName, int bytes) {
        this.torchName = torchName;
        this.bytes = bytes;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }

    public boolean isFloatingPoint() {
        return switch (this) {
            case F8_E4M3, F8_E5M2, F8_E4M3FNUZ, F8_E5M2FNUZ, F8_E8M0, F16, BF16, F32, F64 -> true;
            default -> false;
        };
    }

    // Looked up by name: touching ScalarType loads libtorch, reading a file's header must not.
    ScalarType scalarType() {
        return ScalarType.valueOf(torchName);
    }

    static DType of(ScalarType type) {
        String name = type.intern().name();
        for (DType t : values()) {
            if (t.torchName.equals(name)) {
                return t;
            }
        }
        throw new FoveaException("Tensors of libtorch's type " + name + " are not supported.");
    }
}
