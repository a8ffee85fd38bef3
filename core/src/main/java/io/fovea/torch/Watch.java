package io.fovea.torch;

import org.jspecify.annotations.Nullable;

/** Holds {@link Tracer}'s thread-local, which an interface cannot keep to itself. */
final class Watch {
    static final ThreadLocal<@Nullable Tracer> TRACER = new ThreadLocal<>();

    private Watch() {}
}
