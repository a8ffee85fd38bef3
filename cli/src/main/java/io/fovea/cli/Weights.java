package io.fovea.cli;

import io.fovea.weights.Card;
import org.jspecify.annotations.Nullable;

/**
 * A network with its weights, opened from the zoo or a file.
 *
 * @param name zoo name or path
 * @param layout whose file it is: Fovea's own, or a public layout by name
 * @param config configuration of the network
 * @param card what a person should know about them, if the file says it
 */
public record Weights(
        String name,
        String layout,
        Record config,
        Network network,
        @Nullable Card card) implements AutoCloseable {
    @Override
    public void close() {
        network.layer().close();
    }
}
