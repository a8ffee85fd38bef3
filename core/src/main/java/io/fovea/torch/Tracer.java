package io.fovea.torch;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Watches one forward pass: what {@link F} computed, and inside which modules. Package {@code graph} implements it; {@link #watch}
 * installs it for the calling thread.
 */
public interface Tracer {
    /**
     * One operation happened.
     *
     * @param op its name in {@link F}
     * @param attributes numbers, booleans, strings and {@code long[]}, by name
     * @param inputs in the operation's order; null where an optional one was left out
     */
    void record(String op, Map<String, Object> attributes, List<@Nullable Tensor> inputs, Tensor output);

    /** A module begins; what follows belongs to it until {@link #exit}. */
    void enter(Object module);

    /** The module that began last ends with this result; null if it failed. */
    void exit(Object module, @Nullable Tensor output);

    /** The tracer of this thread, or null. */
    static @Nullable Tracer current() {
        return Watch.TRACER.get();
    }

    /** Installs a tracer for this thread until the guard closes. */
    static Autograd.Guard watch(Tracer tracer) {
        if (Watch.TRACER.get() != null) {
            throw new IllegalStateException("This thread is being traced already.");
        }
        Watch.TRACER.set(tracer);
        return Watch.TRACER::remove;
    }
}
