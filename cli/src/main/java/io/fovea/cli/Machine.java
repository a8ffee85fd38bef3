package io.fovea.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The computer, as far as it matters for speed.
 *
 * @param processor the CPU's name
 * @param features those of its instruction sets that matter, as Linux calls them; empty where they are not known
 * @param cores that this process may use
 * @param memoryBytes of the machine, 0 where it is not known
 */
record Machine(String system, String processor, Set<String> features, int cores, long memoryBytes) {
    private static final List<String> MATTER =
            List.of("avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "amx_tile");

    static Machine here() {
        String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        int cores = Runtime.getRuntime().availableProcessors();
        try {
            Path cpuinfo = Path.of("/proc/cpuinfo");
            if (Files.exists(cpuinfo)) {
                List<String> lines = Files.readAllLines(cpuinfo);
                Set<String> flags =
                        Set.copyOf(Arrays.asList(value(lines, "flags").split(" ")).stream()
                                .filter(f -> !f.isEmpty())
                                .collect(Collectors.toSet()));
                Set<String> features = MATTER.stream()
                        .filter(flags::contains)
                        .collect(Collectors.toCollection(java.util.LinkedHashSet::new));
                return new Machine(system, value(lines, "model name"), features, cores, memory());
            }
        } catch (IOException e) {
            return new Machine(system, "unknown", Set.of(), cores, 0);
        }
        return new Machine(system, System.getenv().getOrDefault("PROCESSOR_IDENTIFIER", "unknown"), Set.of(), cores, 0);
    }

    boolean has(String feature) {
        return features.contains(feature);
    }

    private static String value(List<String> lines, String key) {
        return lines.stream()
                .filter(l -> l.startsWith(key))
                .map(l -> l.substring(l.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("");
    }

    private static long memory() throws IOException {
        String kilobytes =
                value(Files.readAllLines(Path.of("/proc/meminfo")), "MemTotal").replace(" kB", "");
        return kilobytes.matches("\\d{1,12}") ? Long.parseLong(kilobytes) * 1024 : 0;
    }

    /** Bytes of all files below a folder; 0 if there is none. */
    static long size(Path folder) {
        if (!Files.isDirectory(folder)) {
            return 0;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(f -> f.toFile().length())
                    .sum();
        } catch (IOException | java.io.UncheckedIOException e) {
            return 0;
        }
    }

    static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%,d MB", (bytes + 500_000) / 1_000_000);
    }
}
