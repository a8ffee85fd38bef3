package io.fovea.torch;

import io.fovea.FoveaException;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Loads libtorch once per process, safely.
 *
 * <p>JavaCPP extracts and loads library by library. On an empty cache that crashes the JVM where another libtorch is installed (the
 * loader finds its libtorch_cpu before ours is extracted) and when two processes start together (one loads what the other is still
 * writing). So the whole set is extracted first, under a lock file, and only then loaded. The first boot leaves a marker beside the
 * libraries; while it stands, later processes start without the lock.
 */
public final class Natives {
    private static final List<String> LINUX =
            List.of("libgomp.so.1", "libc10.so", "libtorch_cpu.so", "libtorch.so", "libjnitorch.so");
    private static final List<String> LINUX_GPU = List.of(
            "libgomp.so.1",
            "libc10.so",
            "libc10_cuda.so",
            "libtorch_cpu.so",
            "libtorch_cuda.so",
            "libtorch_cuda_linalg.so",
            "libtorch.so",
            "libjnitorch.so");
    private static final List<String> MAC =
            List.of("libomp.dylib", "libc10.dylib", "libtorch_cpu.dylib", "libtorch.dylib", "libjnitorch.dylib");
    private static final List<String> WINDOWS =
            List.of("uv.dll", "asmjit.dll", "fbgemm.dll", "c10.dll", "torch_cpu.dll", "torch.dll", "jnitorch.dll");

    /** Bytes of the libraries that are not in those lists. */
    private static final long SMALL_LIBRARIES = 60_000_000;

    private static boolean booted;

    private Natives() {}

    /** Folder that the native libraries are extracted to; does not load them. */
    public static Path cacheDir() {
        String wanted = System.getProperty("org.bytedeco.javacpp.cachedir");
        try {
            Path dir = Loader.getCacheDir().toPath();
            if (wanted != null
                    && !dir.equals(new File(wanted).getCanonicalFile().toPath())) {
                throw new IOException(wanted + " is not a folder that can be written"); // JavaCPP would take another
            }
            return dir;
        } catch (IOException e) {
            throw new FoveaException(
                    "No folder for the native libraries can be created (" + e.getMessage()
                            + "). Pass --cache-dir DIR, or -Dorg.bytedeco.javacpp.cachedir=DIR, with a folder that can be written.",
                    e);
        }
    }

    /**
     * Loads the native libraries if that has not happened yet. Cheap to call again. Tensors do it themselves; whoever begins with this call
     * gets a {@link FoveaException} where the libraries cannot be had, not the error of a class that could not be initialised.
     */
    public static synchronized void boot() {
        if (booted) {
            return;
        }
        Path dir = cacheDir();
        Path marker = dir.resolve("fovea-" + Loader.getPlatform() + extension() + "-" + version() + ".ready");
        try {
            if (Files.exists(marker) && complete(marker)) {
                load();
            } else {
                extractAndLoad(dir, marker);
            }
        } catch (IOException e) {
            throw notExtracted(dir, e);
        } catch (UnsatisfiedLinkError e) {
            // JavaCPP extracts the smaller libraries while it loads, and says no more than that one is not there.
            throw dir.toFile().getUsableSpace() < SMALL_LIBRARIES
                    ? notExtracted(dir, e)
                    : new FoveaException(missing(e), e);
        }
        booted = true;
    }

    private static FoveaException notExtracted(Path dir, Throwable cause) {
        String said = cause instanceof IOException io && io.getMessage() != null ? io.getMessage() + ", " : "";
        return new FoveaException(
                String.format(
                        Locale.ROOT,
                        "The native libraries could not be extracted to %s (%s%.0f MB free). "
                                + "Pass --cache-dir DIR with a folder that can be written and has 500 MB free.",
                        dir,
                        said,
                        dir.toFile().getUsableSpace() / 1e6),
                cause);
    }

    private static void extractAndLoad(Path dir, Path marker) throws IOException {
        Files.createDirectories(dir);
        try (FileChannel channel = FileChannel.open(
                        dir.resolve(".fovea.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (!lock.isValid()) {
                throw new IOException("the lock file " + dir.resolve(".fovea.lock") + " cannot be locked");
            }
            StringBuilder manifest = new StringBuilder();
            for (String library : libraries()) {
                File file = extract(library);
                if (file != null) {
                    manifest.append(file.length()).append(' ').append(file).append('\n');
                }
            }
            load();
            Path temporary = Files.createTempFile(dir, "fovea", ".tmp");
            Files.writeString(temporary, manifest);
            Files.move(temporary, marker, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static @Nullable File extract(String library) throws IOException {
        Enumeration<URL> found = Natives.class
                .getClassLoader()
                .getResources("org/bytedeco/pytorch/" + Loader.getPlatform() + extension() + "/" + library);
        return found.hasMoreElements() ? Loader.cacheResource(found.nextElement()) : null;
    }

    /** True when every library that the marker names is still there at its size. */
    private static boolean complete(Path marker) throws IOException {
        for (String line : Files.readAllLines(marker)) {
            int space = line.indexOf(' ');
            if (space < 0 || new File(line.substring(space + 1)).length() != Long.parseLong(line.substring(0, space))) {
                return false;
            }
        }
        return true;
    }

    private static void load() {
        Loader.load(torch.class);
        Loader.load(openblas.class);
        // OpenBLAS spins a thread pool of its own beside libtorch's OpenMP; with one thread mixed networks run twice as
        // fast.
        openblas.blas_set_num_threads(1);
        torch.globalContext()
                .setUserEnabledNNPACK(false); // it warns on every CPU it does not know, and oneDNN is faster
    }

    private static List<String> libraries() {
        String platform = Loader.getPlatform();
        if (platform.startsWith("linux")) {
            return extension().isEmpty() ? LINUX : LINUX_GPU;
        }
        return platform.startsWith("macosx") ? MAC : WINDOWS;
    }

    /** "-gpu" when the CUDA build of libtorch is on the class path, else "". */
    static String extension() {
        String gpu = "org/bytedeco/pytorch/" + Loader.getPlatform() + "-gpu/";
        String library = Loader.getPlatform().startsWith("windows") ? "jnitorch.dll" : "libjnitorch.so";
        return Natives.class.getClassLoader().getResource(gpu + library) != null ? "-gpu" : "";
    }

    /** Version of the libtorch binding on the class path, e.g. "2.10.0-1.5.13", or "unknown". */
    public static String version() {
        try {
            String version = Loader.getVersion("org.bytedeco", "pytorch");
            return version == null ? "unknown" : version;
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static String missing(UnsatisfiedLinkError e) {
        String platform = Loader.getPlatform();
        boolean absent =
                Natives.class.getClassLoader().getResource("org/bytedeco/pytorch/" + platform + extension()) == null;
        return absent
                ? "The native libraries for " + platform
                        + " are not on the class path. Add org.bytedeco:javacpp, openblas and pytorch with the classifier "
                        + platform + " (see docs/library.md)."
                : "libtorch could not be loaded on " + platform + ": " + e.getMessage();
    }
}
