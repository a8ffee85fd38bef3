package io.fovea.train;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;

/** The figures of one evaluation. The first decides which checkpoint is the best. */
public record Scores(@JsonValue List<Score> list) {
    /** @throws IllegalArgumentException if the list is empty */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public Scores {
        list = List.copyOf(list);
        if (list.isEmpty()) {
            throw new IllegalArgumentException("An evaluation gives at least one score.");
        }
    }

    public static Scores of(Score... scores) {
        return new Scores(List.of(scores));
    }

    public Score first() {
        return list.get(0);
    }

    /** Whether the first score is strictly better than that of {@code other}. */
    public boolean beat(Scores other) {
        return first().beats(other.first().value());
    }
}
