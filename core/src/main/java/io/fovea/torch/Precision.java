package io.fovea.torch;

import io.fovea.FoveaException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** In which arithmetic a network computes. */
public enum Precision {
    /** float32 throughout. */
    F32,
    /** Weights in float32, convolutions and matrix products in bfloat16 (about 3 decimal digits): the fast one where the CPU has it. */
    BF16,
    /** float64 throughout: for comparing with reference numbers. */
    F64;

    /** Parses {@code f32}, {@code bf16} or {@code f64}. */
    public static Precision parse(String name) {
        for (Precision p : values()) {
            if (p.name().toLowerCase(Locale.ROOT).equals(name)) {
                return p;
            }
        }
        throw new FoveaException("Precision \"" + name + "\" is not known; use f32, bf16 or f64.");
    }

    /**
     * What networks run fastest in on a device of this machine: {@link #BF16} where its processor computes with it (as Linux tells), else
     * {@link #F32}. A GPU computes in float32 unless another precision is asked for.
     */
    public static Precision fastest(Device device) {
        return device.equals(Device.CPU) ? Fastest.ON_THIS_MACHINE : F32;
    }

    private static final class Fastest {
        static final Precision ON_THIS_MACHINE = find();

        private static Precision find() {
            try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
                return lines.anyMatch(
                                l -> l.startsWith("flags") && (l.contains(" avx512_bf16") || l.contains(" amx_bf16")))
                        ? BF16
                        : F32;
            } catch (IOException | UncheckedIOException e) {
                return F32;
            }
        }
    }

    /** The type that weights and inputs have in this precision. */
    public DType dtype() {
        return this == F64 ? DType.F64 : DType.F32;
    }

    /** Whether convolutions with batch norm are faster channels last: in bfloat16 on the CPU, where else a fifth of a step goes into reordering. */
    public boolean prefersChannelsLast(Device device) {
        return this == BF16 && device.equals(Device.CPU);
    }

    /** Makes the forward passes of this thread compute in this precision until the guard closes. Losses and backward belong outside. */
    public Autograd.Guard autocast(Device device) {
        if (this != BF16) {
            return () -> {};
        }
        Natives.boot();
        torch.DeviceType type = device.type();
        torch.set_autocast_dtype(type, ScalarType.BFloat16);
        torch.set_autocast_enabled(type, true);
        return () -> {
            torch.set_autocast_enabled(type, false);
            torch.clear_cache(); // autocast's copies of the weights: stale after the next update
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
