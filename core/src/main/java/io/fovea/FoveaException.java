package io.fovea;

import org.jspecify.annotations.Nullable;

/**
 * The one exception that Fovea throws at its users: bad input, a broken file, a full disk, a shape that does not fit. Its message is one
 * clear sentence that names what went wrong, where, what was expected and, where there is something to do, what to do next.
 */
public class FoveaException extends RuntimeException {
    public FoveaException(String message) {
        super(message);
    }

    public FoveaException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
