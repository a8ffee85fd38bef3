package io.fovea.torch;

import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/**
 * Frees, when it closes, every tensor that its thread made inside it. A training step and a prediction each run in one; layers open one
 * for their own intermediates. What must outlive a scope is handed out with {@link #give} (to the scope around it) or kept with
 * {@link Tensor#keep()}.
 *
 * <p>Closing a tensor's handle never harms autograd, which holds what it needs itself.
 */
public final class Scope implements AutoCloseable {
    static {
        Natives.boot();
    }

    private static final ThreadLocal<@Nullable Scope> CURRENT = new ThreadLocal<>();

    private final PointerScope pointers = new PointerScope();
    private final @Nullable Scope outer = CURRENT.get();

    private Scope() {}

    /** Opens a scope on this thread; close it on the same thread, innermost first (try-with-resources). */
    public static Scope open() {
        Engine.applyThreads();
        Scope scope = new Scope();
        CURRENT.set(scope);
        return scope;
    }

    static @Nullable Scope current() {
        return CURRENT.get();
    }

    /** Hands a tensor made in this scope to the scope around it, or, if there is none, to the caller, who then closes it. */
    public Tensor give(Tensor t) {
        if (t.owner == this) {
            if (outer != null) {
                outer.pointers.attach(t.n);
            } else {
                t.n.retainReference();
            }
            t.owner = outer;
        }
        return t;
    }

    @Override
    public void close() {
        if (CURRENT.get() != this) {
            throw new IllegalStateException("Scopes must be closed innermost first, on the thread that opened them.");
        }
        if (outer == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(outer);
        }
        pointers.close();
    }
}
