package io.fovea.cli;

import io.fovea.torch.Autograd;
import io.fovea.torch.Device;
import io.fovea.torch.F;
import io.fovea.torch.Precision;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import java.util.Arrays;

/** A second of convolutions of the size that super-resolution consists of. */
final class SpeedTest {
    /** Floating-point operations a second. */
    record Speeds(double f32, double bf16) {}

    private static final int CHANNELS = 64;
    private static final int SIDE = 128;
    private static final double OPERATIONS = 2.0 * CHANNELS * CHANNELS * 9 * SIDE * SIDE;
    private static final int ROUNDS = 15;

    private SpeedTest() {}

    static Speeds run() {
        return new Speeds(measure(Precision.F32), measure(Precision.BF16));
    }

    private static double measure(Precision precision) {
        long[] nanos = new long[ROUNDS];
        try (Scope scope = Scope.open();
                Autograd.Guard off = Autograd.inference();
                Autograd.Guard cast = precision.autocast(Device.CPU)) {
            Tensor x = Tensor.of(new float[CHANNELS * SIDE * SIDE], 1, CHANNELS, SIDE, SIDE);
            Tensor w = Tensor.of(new float[CHANNELS * CHANNELS * 9], CHANNELS, CHANNELS, 3, 3);
            for (int i = 0; i < ROUNDS; i++) {
                long start = System.nanoTime();
                F.conv2d(x, w, null, 1, 1, 1, 1).close();
                nanos[i] = System.nanoTime() - start;
            }
        }
        Arrays.sort(nanos);
        return OPERATIONS / (nanos[ROUNDS / 3] / 1e9);
    }
}
