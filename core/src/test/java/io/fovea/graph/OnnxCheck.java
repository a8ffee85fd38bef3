package io.fovea.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Objects;

/** What "the same" means between two engines: within 1e-4 of the largest value. */
final class OnnxCheck {
    private OnnxCheck() {}

    static <T> T get(Map<String, T> map, String key) {
        return Objects.requireNonNull(map.get(key), key);
    }

    static void close(String what, float[] expected, float[] actual) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        assertThat(error(expected, actual)).as(what).isLessThan(1e-4);
    }

    /** Largest difference as a share of the largest value. */
    static double error(float[] expected, float[] actual) {
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            difference = Math.max(difference, Math.abs((double) expected[i] - actual[i]));
        }
        return Double.isNaN(difference) ? Double.MAX_VALUE : difference / Math.max(largest, 1e-30);
    }
}
