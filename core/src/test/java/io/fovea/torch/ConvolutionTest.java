package io.fovea.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.BinaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Every shape of convolution against float64: output and both gradients. The engine's own kernels are wrong for some (see {@link Convolution}). */
class ConvolutionTest {
    private static final int[] CHANNELS = {1, 3, 4, 8, 12, 16, 20, 32, 40, 48, 64, 96};

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "BF16"})
    void everyNumberOfChannels(DType dtype) {
        for (int in : CHANNELS) {
            for (int out : CHANNELS) {
                compare(dtype, in, out, 1, 3, 1);
                compare(dtype, in, out, 1, 4, 2);
                compareTransposed(dtype, in, out, 3, 2);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "3,64,1,9,1",
        "64,3,1,9,1",
        "64,3,1,1,1",
        "6,64,1,4,2",
        "3,32,1,11,4",
        "24,24,24,5,2",
        "40,40,40,3,1",
        "64,64,64,3,2",
        "48,48,48,3,2",
        "160,224,1,3,1",
        "224,160,1,3,2",
        "80,112,1,1,1",
        "80,112,1,1,2",
        "12,24,4,3,1",
        "24,12,2,3,2",
        "64,64,4,3,1",
        "64,1,1,4,1",
        "32,3,1,5,1",
        "20,2,1,7,1",
        "16,1,1,9,1"
    })
    void kernelsStridesAndGroups(int in, int out, int groups, int kernel, int stride) {
        for (DType dtype : new DType[] {DType.F32, DType.BF16}) {
            compare(dtype, in, out, groups, kernel, stride);
        }
    }

    private static void compare(DType dtype, int in, int out, int groups, int kernel, int stride) {
        compare(
                dtype,
                new long[] {2, in, 13, 12},
                new long[] {out, in / groups, kernel, kernel},
                (x, wb) -> F.conv2d(x, wb, null, stride, kernel / 2, 1, groups));
    }

    private static void compareTransposed(DType dtype, int in, int out, int kernel, int stride) {
        compare(
                dtype,
                new long[] {2, in, 7, 6},
                new long[] {in, out, kernel, kernel},
                (x, w) -> F.convTranspose2d(x, w, null, stride, 1, 0, 1));
    }

    private static void compare(DType dtype, long[] xShape, long[] wShape, BinaryOperator<Tensor> f) {
        try (Scope scope = Scope.open()) {
            for (int variant = 0; variant < 4; variant++) {
                boolean inputGradient = variant % 2 == 1;
                boolean channelsLast = variant >= 2;
                Tensor x = F.cast(F.add(Tensor.rand(xShape), -0.4), dtype);
                Tensor w = F.cast(F.add(Tensor.rand(wShape), -0.4), dtype);
                Tensor x64 = F.cast(x, DType.F64).detach().requiresGrad(inputGradient);
                Tensor w64 = F.cast(w, DType.F64).detach().requiresGrad(true);
                x = (channelsLast ? F.channelsLast(x) : x).detach().requiresGrad(inputGradient);
                w = (channelsLast ? F.channelsLast(w) : w).detach().requiresGrad(true);
                Tensor expected = f.apply(x64, w64);
                Tensor actual = f.apply(x, w);
                Autograd.backward(F.sum(F.square(expected)));
                Autograd.backward(F.sum(F.square(actual)));
                String what = dtype + " " + x64 + " " + w64;
                close(what, expected, actual, dtype);
                close(what + " weight gradient", w64.grad(), w.grad(), dtype);
                if (inputGradient) {
                    close(what + " input gradient", x64.grad(), x.grad(), dtype);
                }
            }
        }
    }

    private static void close(
            String what,
            @org.jspecify.annotations.Nullable Tensor expected,
            @org.jspecify.annotations.Nullable Tensor actual,
            DType dtype) {
        assertThat(expected).isNotNull();
        assertThat(actual).isNotNull();
        double[] e = expected.toDoubles();
        double[] a = actual.toDoubles();
        double error = 0;
        double largest = 0;
        for (int i = 0; i < e.length; i++) {
            error = Math.max(error, Double.isNaN(a[i]) ? Double.MAX_VALUE : Math.abs(e[i] - a[i]));
            largest = Math.max(largest, Math.abs(e[i]));
        }
        assertThat(error / largest).as(what).isLessThan(dtype == DType.F32 ? 1e-5 : 0.02);
    }
}
