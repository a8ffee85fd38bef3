package io.fovea.train;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Named figures of a training step, in the order in which they were put in: {@code Scalars.of("loss/content", 0.012).and("loss/gan", 0.7)}.
 * Names that share the part before a slash are drawn in one plot. NaN and the infinities are allowed.
 */
public record Scalars(@JsonValue Map<String, Double> values) {
    public static final Scalars NONE = new Scalars(Map.of());

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public Scalars {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    public static Scalars of(String name, double value) {
        return NONE.and(name, value);
    }

    /** These and one more; a name that is there already keeps its place and takes the new value. */
    public Scalars and(String name, double value) {
        Map<String, Double> more = new LinkedHashMap<>(values);
        more.put(name, value);
        return new Scalars(more);
    }

    /** @throws IllegalArgumentException if there is no such figure */
    public double get(String name) {
        Double value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("There is no scalar " + name + " among " + values.keySet() + ".");
        }
        return value;
    }

    /** The mean of each name over those steps that have it, for instance over the steps since the journal's last line. */
    public static Scalars mean(List<Scalars> steps) {
        Map<String, double[]> sums = new LinkedHashMap<>();
        for (Scalars step : steps) {
            step.values.forEach((name, value) -> {
                double[] sumAndCount = sums.computeIfAbsent(name, n -> new double[2]);
                sumAndCount[0] += value;
                sumAndCount[1]++;
            });
        }
        Map<String, Double> means = new LinkedHashMap<>();
        sums.forEach((name, sumAndCount) -> means.put(name, sumAndCount[0] / sumAndCount[1]));
        return new Scalars(means);
    }
}
