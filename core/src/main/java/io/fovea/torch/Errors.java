package io.fovea.torch;

import io.fovea.FoveaException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns libtorch's C++ exceptions (a reason and 3 kB of frames) into one sentence with the shapes at hand. */
final class Errors {
    private Errors() {}

    static FoveaException of(String operation, RuntimeException e, @Nullable Tensor... inputs) {
        if (e instanceof FoveaException f) {
            return f;
        }
        String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        int frames = reason.indexOf("\nException raised from ");
        if (frames > 0) {
            reason = reason.substring(0, frames);
        }
        reason = reason.strip().replaceAll("\\s*\\n\\s*", " ");
        if (e instanceof NullPointerException && reason.contains("Pointer address of argument")) {
            reason = "a tensor was used after it was closed or after its scope ended";
        }
        String shapes = Arrays.stream(inputs)
                .map(t -> t == null ? "none" : t.toString())
                .collect(Collectors.joining(", "));
        return new FoveaException(operation + ": " + reason + (shapes.isEmpty() ? "" : " [inputs: " + shapes + "]"), e);
    }
}
