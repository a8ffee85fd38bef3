package io.fovea.autoencoder;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Labels as numbers, the most frequent first.
 *
 * @param numbers of each row's group; -1 for none
 */
record Groups(int[] numbers, List<String> names) {
    private static final int MOST = 40;

    /** Null where there are no labels, or too many different ones to colour by. */
    static @Nullable Groups of(@Nullable List<@Nullable String> labels) {
        if (labels == null) {
            return null;
        }
        Map<String, Integer> counts = new TreeMap<>();
        for (String label : labels) {
            if (label != null) {
                counts.merge(label, 1, Integer::sum);
            }
        }
        if (counts.isEmpty() || counts.size() > MOST) {
            return null;
        }
        List<String> names = new ArrayList<>(counts.keySet());
        names.sort((a, b) -> Integer.compare(counts.getOrDefault(b, 0), counts.getOrDefault(a, 0)));
        Map<String, Integer> number = new HashMap<>();
        names.forEach(name -> number.put(name, number.size()));
        int[] numbers = labels.stream()
                .mapToInt(l -> l == null ? -1 : number.getOrDefault(l, -1))
                .toArray();
        return new Groups(numbers, List.copyOf(names));
    }
}
