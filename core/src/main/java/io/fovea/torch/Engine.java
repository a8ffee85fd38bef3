package io.fovea.torch;

import io.fovea.FoveaException;
import java.nio.ByteBuffer;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.global.torch;

/** What is set once for the process: threads, seeds, and the state of libtorch's random generator. */
public final class Engine {
    private static volatile int threads;
    private static final ThreadLocal<int[]> APPLIED = ThreadLocal.withInitial(() -> new int[1]);

    static {
        Natives.boot();
        threads = Runtime.getRuntime().availableProcessors(); // libtorch's own guess is 1 on some virtual machines
    }

    private Engine() {}

    /** Threads that one operation may use. Results are bit-equal only between runs of the same number. */
    public static int threads() {
        return threads;
    }

    /** Sets the threads that one operation may use, for every Java thread. */
    public static void threads(int n) {
        if (n < 1) {
            throw new FoveaException("--threads is " + n + "; it must be at least 1.");
        }
        threads = n;
        applyThreads();
    }

    // libtorch keeps the number per calling thread; Scope.open passes here, so a new Java thread takes it over at its
    // first scope.
    static void applyThreads() {
        int[] applied = APPLIED.get();
        if (applied[0] != threads) {
            applied[0] = threads;
            torch.set_num_threads(threads);
        }
    }

    /** Seeds libtorch's own generator (initial weights, dropout, noise). */
    public static void seed(long seed) {
        torch.manual_seed(seed);
    }

    /** State of libtorch's CPU generator; {@link #generatorState(byte[])} restores it exactly. */
    public static byte[] generatorState() {
        try (Scope scope = Scope.open()) {
            Generator generator = torch.getDefaultCPUGenerator();
            return new Tensor(generator.get_state()).toBytes();
        }
    }

    /** Restores a state that {@link #generatorState()} returned. */
    public static void generatorState(byte[] state) {
        try (Scope scope = Scope.open()) {
            Generator generator = torch.getDefaultCPUGenerator();
            generator.set_state(Tensor.of(ByteBuffer.wrap(state), DType.U8, state.length).n);
        }
    }

    /** One line about the build of libtorch that is loaded. */
    public static String description() {
        return "libtorch " + Natives.version() + ", " + threads + (threads == 1 ? " thread" : " threads")
                + (torch.cuda_is_available() ? ", CUDA" : "");
    }
}
