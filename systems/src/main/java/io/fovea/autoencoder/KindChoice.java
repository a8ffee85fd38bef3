package io.fovea.autoencoder;

import io.fovea.metrics.MapQuality;
import io.fovea.torch.Natives;
import io.fovea.torch.Rng;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Which kind of map suits some rows: by 5-fold cross-validation among the given, i.e. training rows alone. Each kind is fitted to four
 * fifths, places the last fifth, and is judged by the trustworthiness of that fifth's map for min(10, N/4) neighbours.
 */
public final class KindChoice {
    private static final int FOLDS = 5;
    private static final int FEWEST = 4 * FOLDS;
    /** Of more rows, so many are drawn. */
    private static final int MOST = 3000;

    private static final long FOLD = 5;

    private KindChoice() {}

    /**
     * A kind and how it did.
     *
     * @param trust mean trustworthiness over the folds
     * @param spread standard error of that mean
     */
    public record Candidate(String kind, AutoencoderConfig config, double trust, double spread) {}

    /**
     * What was found.
     *
     * @param candidates by falling trustworthiness
     * @param neighbours K of the trustworthiness; 0 where there were too few rows to compare
     */
    public record Choice(Candidate best, List<Candidate> candidates, int neighbours) {
        public Choice {
            candidates = List.copyOf(candidates);
        }
    }

    /** Is told how many of the trainings are done; called from several threads. */
    @FunctionalInterface
    public interface Watcher {
        void fitted(int done, int of);
    }

    /** The kinds that are compared, by the names of their presets. */
    public static Map<String, AutoencoderConfig> kinds(int code, long seed) {
        Map<String, AutoencoderConfig> kinds = new LinkedHashMap<>();
        kinds.put("linear", AutoencoderConfig.linear());
        kinds.put("deep", AutoencoderConfig.deep());
        kinds.put("deep-pca", fromPca(code));
        kinds.put("denoising", AutoencoderConfig.denoising());
        kinds.put("variational", AutoencoderConfig.variational());
        kinds.put("neighbours", AutoencoderConfig.neighbours());
        kinds.replaceAll((name, c) -> c.withCode(code).withSeed(seed));
        return kinds;
    }

    /** Hidden layers must be twice as wide as the code. */
    private static AutoencoderConfig fromPca(int code) {
        AutoencoderConfig start = AutoencoderConfig.fromPca();
        List<Integer> hidden = start.network().hidden().stream()
                .map(h -> Math.max(h, 2 * code))
                .toList();
        return start.with(NetworkConfig.mlp(hidden, code, Unit.RELU));
    }

    /** Compares {@link #kinds}; below 20 rows the linear kind is taken unseen. */
    public static Choice choose(Rows rows, int code, long seed, Watcher watcher) {
        Natives.boot();
        List<Map.Entry<String, AutoencoderConfig>> kinds =
                List.copyOf(kinds(code, seed).entrySet());
        int[] shuffled = Rng.of(seed, FOLD).permutation(rows.n());
        int used = Math.min(MOST, rows.n());
        if (used < FEWEST) {
            Candidate linear = new Candidate("linear", kinds.get(0).getValue(), Double.NaN, Double.NaN);
            return new Choice(linear, List.of(linear), 0);
        }
        int fold = used / FOLDS;
        int k = Math.min(10, fold / 4);
        double[][] trust = new double[kinds.size()][FOLDS];
        int tasks = kinds.size() * FOLDS;
        java.util.concurrent.atomic.AtomicInteger done = new java.util.concurrent.atomic.AtomicInteger();
        IntStream.range(0, tasks).parallel().forEach(task -> {
            int kind = task % kinds.size();
            int part = task / kinds.size();
            trust[kind][part] =
                    trust(rows, shuffled, used, part, k, kinds.get(kind).getValue());
            watcher.fitted(done.incrementAndGet(), tasks);
        });
        List<Candidate> candidates = new ArrayList<>();
        for (int i = 0; i < kinds.size(); i++) {
            candidates.add(candidate(kinds.get(i), trust[i]));
        }
        candidates.sort((a, b) -> Double.compare(b.trust(), a.trust())); // stable: the simpler kind first
        return new Choice(candidates.get(0), candidates, k);
    }

    private static double trust(Rows rows, int[] shuffled, int used, int part, int k, AutoencoderConfig config) {
        int from = part * used / FOLDS;
        int to = (part + 1) * used / FOLDS;
        int[] held = Arrays.copyOfRange(shuffled, from, to);
        int[] others = IntStream.concat(Arrays.stream(shuffled, 0, from), Arrays.stream(shuffled, to, used))
                .toArray();
        Rows test = rows.pick(held);
        try (Autoencoder model = Autoencoder.fit(rows.pick(others), config, Autoencoder.Watcher.NONE)) {
            float[] map = model.transform(test.values(), test.n());
            return MapQuality.of(test.values(), test.d(), map, model.codeSize(), null, k)
                    .trustworthiness(k);
        }
    }

    private static Candidate candidate(Map.Entry<String, AutoencoderConfig> kind, double[] trust) {
        double mean = Arrays.stream(trust).average().orElse(0);
        double squares = Arrays.stream(trust).map(t -> (t - mean) * (t - mean)).sum();
        return new Candidate(kind.getKey(), kind.getValue(), mean, Math.sqrt(squares / (FOLDS - 1) / FOLDS));
    }
}
