package io.fovea.cli;

import io.fovea.FoveaException;
import io.fovea.torch.Engine;
import io.fovea.torch.Natives;
import io.fovea.weights.Zoo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What {@code doctor} looks at, from the machine inwards. */
final class Checkup {
    private static final long NATIVE_BYTES = 500_000_000L;

    private final CommonOptions options;
    private final Machine machine = Machine.here();
    private final Map<String, String> environment = System.getenv();
    private final List<Finding> findings = new ArrayList<>();

    private Checkup(CommonOptions options) {
        this.options = options;
    }

    static List<Finding> run(CommonOptions options, boolean measure) {
        Checkup checkup = new Checkup(options);
        checkup.machine();
        checkup.java();
        checkup.caches();
        boolean works = checkup.engine();
        checkup.settings();
        checkup.zoo();
        if (works && measure) {
            checkup.speed();
        }
        return checkup.findings;
    }

    private void machine() {
        findings.add(Finding.good(
                "machine",
                machine.system() + ", " + machine.cores() + " cores"
                        + (machine.memoryBytes() > 0
                                ? String.format(Locale.ROOT, ", %.1f GB", machine.memoryBytes() / 1e9)
                                : "")));
        String features = machine.features().isEmpty() ? "" : " (" + String.join(" ", machine.features()) + ")";
        boolean weak = !machine.features().isEmpty() && !machine.has("avx2");
        findings.add(
                weak
                        ? Finding.slow(
                                "processor",
                                machine.processor() + features,
                                "it has no AVX2; everything runs several times slower than it could elsewhere.")
                        : Finding.good("processor", machine.processor() + features));
        double load = java.lang.management.ManagementFactory.getOperatingSystemMXBean()
                .getSystemLoadAverage();
        if (load > machine.cores() * 0.7) {
            findings.add(Finding.slow(
                    "load",
                    String.format(Locale.ROOT, "%.1f on %d cores", load, machine.cores()),
                    "other processes use the cores; results come later, and measured speeds are too low."));
        }
    }

    private void java() {
        findings.add(Finding.good(
                "Java",
                Runtime.version() + " (" + System.getProperty("java.vendor") + "), heap up to "
                        + Machine.megabytes(Runtime.getRuntime().maxMemory())));
        findings.add(Finding.good("Fovea", Version.text()));
    }

    private void caches() {
        Path natives;
        try {
            natives = Natives.cacheDir();
        } catch (FoveaException e) {
            findings.add(Finding.broken("native cache", "none", String.valueOf(e.getMessage())));
            return;
        }
        long size = Machine.size(natives);
        String value = natives + ", " + Machine.megabytes(size);
        if (Files.isWritable(natives)) {
            long free = natives.toFile().getUsableSpace();
            findings.add(
                    size < NATIVE_BYTES / 2 && free < NATIVE_BYTES
                            ? Finding.broken(
                                    "native cache",
                                    value + ", " + Machine.megabytes(free) + " free",
                                    "the native libraries take 450 MB; free some space or pass --cache-dir DIR.")
                            : Finding.good("native cache", value));
        } else {
            findings.add(Finding.broken(
                    "native cache", value + ", read-only", "pass --cache-dir DIR with a folder that can be written."));
        }
        Path maven = Path.of(System.getProperty("user.home"), ".m2", "repository");
        if (Files.isDirectory(maven)) {
            findings.add(Finding.good("Maven cache", maven + ", " + Machine.megabytes(Machine.size(maven))));
        }
    }

    private boolean engine() {
        try {
            options.startEngine();
            findings.add(Finding.good("libtorch", Engine.description()));
            findings.add(Finding.good("device", options.device().toString()));
            return true;
        } catch (FoveaException | LinkageError e) {
            findings.add(Finding.broken("libtorch", "does not load", String.valueOf(e.getMessage())));
            return false;
        }
    }

    /** What the launcher sets before Java starts; without the launcher results are the same, only later. */
    private void settings() {
        boolean linux = System.getProperty("os.name").equals("Linux");
        setting("OMP_WAIT_POLICY", "PASSIVE", "idle threads take time from working ones");
        if (linux) {
            setting("GLIBC_TUNABLES", "glibc.malloc.mmap_threshold", "memory is asked from the system over and over");
        }
        if (machine.has("avx512f")) {
            setting("OPENBLAS_CORETYPE", "SkylakeX", "matrix products may run at half their speed");
        }
        String blasThreads = environment.getOrDefault("OPENBLAS_NUM_THREADS", "set to 1 by Fovea");
        findings.add(Finding.good("OPENBLAS_NUM_THREADS", blasThreads));
        String ompThreads = environment.get("OMP_NUM_THREADS");
        if (ompThreads != null) {
            findings.add(Finding.good("OMP_NUM_THREADS", ompThreads));
        }
    }

    private void setting(String name, String wanted, String otherwise) {
        String value = environment.getOrDefault(name, "");
        findings.add(
                value.toLowerCase(Locale.ROOT).contains(wanted.toLowerCase(Locale.ROOT))
                        ? Finding.good(name, value)
                        : Finding.slow(
                                name,
                                value.isEmpty() ? "not set" : value,
                                otherwise
                                        + (value.isEmpty()
                                                ? "; start Fovea with its launcher, which sets it."
                                                : "; unset it in your environment, and the launcher sets it.")));
    }

    private void zoo() {
        try {
            int shipped = Zoo.ofClassPath().cards().size();
            findings.add(Finding.good("zoo", shipped + " weights, see fovea list"));
        } catch (FoveaException e) {
            findings.add(Finding.broken("zoo", "cannot be read", String.valueOf(e.getMessage())));
        }
    }

    private void speed() {
        SpeedTest.Speeds speeds = SpeedTest.run();
        findings.add(Finding.good(
                "convolution",
                String.format(
                        Locale.ROOT,
                        "%,.0f GFLOP/s in f32, %,.0f in bf16, with %d threads",
                        speeds.f32() / 1e9,
                        speeds.bf16() / 1e9,
                        Engine.threads())));
        double gain = speeds.bf16() / speeds.f32();
        findings.add(
                gain >= 1.2
                        ? Finding.good("bf16", String.format(Locale.ROOT, "pays: %.1f times the speed of f32", gain))
                        : Finding.slow(
                                "bf16",
                                String.format(Locale.ROOT, "%.1f times the speed of f32", gain),
                                "this processor has no fast bf16"
                                        + (machine.has("avx512_bf16") ? " in this measurement" : "")
                                        + "; use --precision f32."));
    }
}
