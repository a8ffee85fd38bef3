package io.fovea.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Contenders that take turns. */
final class Race {
    /** Who does what. */
    record Lane(String label, Contender contender, String work) {}

    private final Map<String, List<Double>> seconds = new LinkedHashMap<>();

    /**
     * Runs all lanes in turn, once to warm up and {@code rounds} times for the figures.
     *
     * @param times repetitions of the work in a turn
     */
    static Race run(List<Lane> lanes, int rounds, int times) {
        Race race = new Race();
        for (int round = -1; round < rounds; round++) {
            for (Lane lane : lanes) {
                double s = lane.contender.seconds(lane.work, times);
                if (round >= 0) {
                    race.seconds
                            .computeIfAbsent(lane.label, l -> new ArrayList<>())
                            .add(s);
                }
            }
        }
        return race;
    }

    /** Median seconds of a lane. */
    double median(String label) {
        return median(seconds.getOrDefault(label, List.of()));
    }

    /** How many times as fast {@code a} is as {@code b}: a ratio of medians. */
    double speed(String a, String b) {
        return median(b) / median(a);
    }

    private static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int n = sorted.length;
        return n == 0 ? Double.NaN : (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    }

    /** A line for each lane: median, smallest and largest milliseconds. */
    String text() {
        StringBuilder text = new StringBuilder();
        seconds.forEach((label, all) -> text.append(String.format(
                Locale.ROOT,
                "%-34s %8.1f ms  (%.1f to %.1f, %d rounds)%n",
                label,
                1000 * median(all),
                1000 * all.stream().mapToDouble(Double::doubleValue).min().orElseThrow(),
                1000 * all.stream().mapToDouble(Double::doubleValue).max().orElseThrow(),
                all.size())));
        return text.toString();
    }
}
