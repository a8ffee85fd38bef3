package io.fovea.cli;

import io.fovea.nn.Module;
import io.fovea.weights.Card;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Networks with their weights, opened from the zoo or a file.
 *
 * @param name zoo name or path
 * @param layout whose file it is: Fovea's own, or a public layout by name
 * @param config configuration of the networks
 * @param whole what the file holds
 * @param networks what runs, by name: parts of the whole, or the whole itself
 * @param card what a person should know about them, if the file says it
 */
public record Weights(
        String name,
        String layout,
        Record config,
        Module whole,
        Map<String, Network> networks,
        @Nullable Card card) implements AutoCloseable {
    /** One network that is all that the file holds. */
    public static Weights of(String name, String layout, Record config, Network network, @Nullable Card card) {
        return new Weights(name, layout, config, network.layer(), Map.of(name, network), card);
    }

    @Override
    public void close() {
        whole.close();
    }
}
