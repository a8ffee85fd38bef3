package io.fovea.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fovea.AtomicFile;
import io.fovea.FoveaException;
import io.fovea.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A training run on the disk.
 *
 * <pre>
 * config.json      the system's configuration, as given to {@link #create}
 * journal.jsonl    what happened ({@link Journal}); the truth
 * samples/         step-00001000.png: sheets of the same inputs at growing steps
 * checkpoints/     step-00001000.safetensors: the last two and the best
 * tensorboard/     event files for TensorBoard
 * report.html      all of it, to look at
 * </pre>
 *
 * A folder that was created or opened for training is locked until it is closed or its process ends, however it ends; a second training in
 * it is refused. Reading needs no lock.
 */
public final class RunFolder implements AutoCloseable {
    private static final String LOCK = ".lock";
    private static final Pattern CHECKPOINT = Pattern.compile("step-(\\d{8,18})\\.safetensors");

    /** A lock of the operating system does not keep a process from itself, and touching a locked file may unlock it: so ours are known. */
    private static final Set<Path> LOCKED_HERE = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final @Nullable Hold hold;

    private record Hold(Path realPath, FileLock lock) {}

    /** A saved state: the weights and all else that is needed to go on after {@code step}. */
    public record Checkpoint(long step, Path file) {}

    private RunFolder(Path path, @Nullable Hold hold) {
        this.path = path;
        this.hold = hold;
    }

    /**
     * Makes the folder of a new run and locks it.
     *
     * @param folder must not exist, or be empty
     * @param config the configuration as JSON
     */
    public static RunFolder create(Path folder, String config) {
        try {
            refuseUnlessEmpty(folder);
            Files.createDirectories(folder);
            RunFolder run = new RunFolder(folder, lock(folder));
            try {
                refuseUnlessEmpty(folder);
                AtomicFile.write(run.configFile(), config);
                run.createSubfolders();
                return run;
            } catch (IOException | RuntimeException e) {
                run.close();
                throw e;
            }
        } catch (IOException e) {
            throw FoveaException.cannotWrite(folder, e);
        }
    }

    /** Locks the folder of an earlier run, to go on with it, and clears what a killed process left half-written. */
    public static RunFolder open(Path folder) {
        refuseUnlessRun(folder, List.of("config.json")); // one that was cut off at once has no journal yet
        try {
            RunFolder run = new RunFolder(folder, lock(folder));
            try {
                run.createSubfolders();
                for (Path each : List.of(folder, run.path("samples"), run.path("checkpoints"))) {
                    AtomicFile.deleteTemporaryFiles(each);
                }
                return run;
            } catch (IOException | RuntimeException e) {
                run.close();
                throw e;
            }
        } catch (IOException e) {
            throw FoveaException.cannotWrite(folder, e);
        }
    }

    /** Looks at a run, which may be in training meanwhile. Changes nothing, needs no lock and need not be closed. */
    public static RunFolder read(Path folder) {
        refuseUnlessRun(folder, List.of("config.json", "journal.jsonl"));
        return new RunFolder(folder, null);
    }

    public Path path() {
        return path;
    }

    public Path configFile() {
        return path("config.json");
    }

    /**
     * What {@code config.json} holds.
     *
     * @throws FoveaException if it cannot be read or does not fit the type
     */
    public <T> T config(Class<T> type) {
        try {
            return Json.read(Files.readString(configFile()), type, configFile().toString());
        } catch (IOException e) {
            throw FoveaException.cannotRead(configFile(), e);
        }
    }

    public Path journalFile() {
        return path("journal.jsonl");
    }

    public Path reportFile() {
        return path("report.html");
    }

    public Path tensorboard() {
        return path("tensorboard");
    }

    public Path sampleFile(long step) {
        return path("samples").resolve(name(step, "png"));
    }

    public Path checkpointFile(long step) {
        return path("checkpoints").resolve(name(step, "safetensors"));
    }

    /** The file's place in the run folder with slashes, as the journal writes it. */
    public String relative(Path file) {
        return path.relativize(file).toString().replace('\\', '/');
    }

    /** All checkpoints that are there, by growing step. */
    public List<Checkpoint> checkpoints() {
        try (Stream<Path> files = Files.list(path("checkpoints"))) {
            List<Checkpoint> found = new ArrayList<>();
            for (Path file : (Iterable<Path>) files::iterator) {
                Matcher name = CHECKPOINT.matcher(file.getFileName().toString());
                if (name.matches()) {
                    found.add(new Checkpoint(Long.parseLong(name.group(1)), file));
                }
            }
            found.sort(Comparator.comparingLong(Checkpoint::step));
            return found;
        } catch (IOException e) {
            throw FoveaException.cannotRead(path("checkpoints"), e);
        }
    }

    /** The newest checkpoint that is whole: a damaged file, say from a copy that broke off, is passed over. */
    public Optional<Checkpoint> latest() {
        List<Checkpoint> whole = wholeCheckpoints();
        return whole.isEmpty() ? Optional.empty() : Optional.of(whole.get(whole.size() - 1));
    }

    /**
     * What a user means by the path of a run where weights are wanted: its checkpoint with the best evaluation, or the newest one if that
     * is gone. Any other name or path comes back as it is.
     *
     * @throws FoveaException if it is a run without a checkpoint
     */
    public static String weightsIn(String nameOrPath) {
        Path folder;
        try {
            folder = Path.of(nameOrPath);
        } catch (InvalidPathException e) {
            return nameOrPath;
        }
        if (!isRun(folder)) {
            return nameOrPath;
        }
        RunFolder run = read(folder);
        long best = Journal.best(Journal.read(run.journalFile()))
                .map(Event.Evaluate::step)
                .orElse(-1L);
        return run.wholeCheckpoints().stream()
                .filter(c -> c.step() == best)
                .findFirst()
                .or(run::latest)
                .map(c -> c.file().toString())
                .orElseThrow(() -> new FoveaException("The run " + folder + " has no checkpoint yet."));
    }

    /** Deletes all checkpoints but the two newest whole ones and that of the best step. Called after a new one was written. */
    public void prune(OptionalLong best) {
        List<Checkpoint> whole = wholeCheckpoints();
        Set<Checkpoint> kept = new HashSet<>(whole.subList(Math.max(0, whole.size() - 2), whole.size()));
        for (Checkpoint checkpoint : checkpoints()) {
            boolean isBest = best.isPresent() && checkpoint.step() == best.getAsLong();
            if (!isBest && !kept.contains(checkpoint)) {
                try {
                    Files.delete(checkpoint.file());
                } catch (IOException e) {
                    throw FoveaException.cannotWrite(checkpoint.file(), e);
                }
            }
        }
    }

    /** Whether a training holds this folder now, in this process or another. */
    public boolean inTraining() {
        try {
            if (LOCKED_HERE.contains(path.toRealPath())) {
                return true;
            }
            try (FileChannel channel = FileChannel.open(path(LOCK), StandardOpenOption.READ);
                    FileLock probe = channel.tryLock(Long.MAX_VALUE - 1, 1, true)) {
                return probe == null;
            }
        } catch (IOException e) {
            return false;
        }
    }

    /** Gives the folder free for the next training. */
    @Override
    public void close() {
        if (hold == null || !hold.lock.isValid()) {
            return;
        }
        try {
            hold.lock.acquiredBy().close();
            LOCKED_HERE.remove(hold.realPath);
        } catch (IOException e) {
            throw FoveaException.cannotWrite(path(LOCK), e);
        }
    }

    private Path path(String name) {
        return path.resolve(name);
    }

    private static String name(long step, String extension) {
        return String.format(Locale.ROOT, "step-%08d.%s", step, extension);
    }

    private void createSubfolders() throws IOException {
        for (String name : List.of("samples", "checkpoints", "tensorboard")) {
            Files.createDirectories(path(name));
        }
    }

    private static void refuseUnlessEmpty(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        if (!Files.isDirectory(folder)) {
            throw new FoveaException(folder + " is a file; a folder was expected for the new run.");
        }
        try (Stream<Path> files = Files.list(folder)) {
            if (files.anyMatch(file -> !file.getFileName().toString().equals(LOCK) && !AtomicFile.isTemporary(file))) {
                throw new FoveaException("The folder " + folder + " is not empty. A new run needs a new folder"
                        + (isRun(folder) ? "; to go on with the run in it, use resume." : "."));
            }
        }
    }

    private static boolean isRun(Path folder) {
        return Files.isRegularFile(folder.resolve("config.json"))
                && Files.isRegularFile(folder.resolve("journal.jsonl"));
    }

    private static void refuseUnlessRun(Path folder, List<String> needed) {
        if (!Files.isDirectory(folder)) {
            throw new FoveaException("There is no folder " + folder + "; expected was the folder of a training run.");
        }
        for (String file : needed) {
            if (!Files.isRegularFile(folder.resolve(file))) {
                throw new FoveaException(
                        "The folder " + folder + " is no training run: " + file + " is missing in it.");
            }
        }
    }

    /** Locks one byte far behind the text, since Windows lets nobody read what is locked, and the text tells who holds it. */
    private static Hold lock(Path folder) throws IOException {
        Path real = folder.toRealPath();
        if (!LOCKED_HERE.add(real)) {
            throw new FoveaException("A training runs in " + folder + " already, in this process.");
        }
        FileLock lock = null;
        try {
            FileChannel channel = FileChannel.open(
                    real.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                lock = channel.tryLock(Long.MAX_VALUE - 1, 1, false);
                if (lock == null) {
                    throw new FoveaException("A training runs in " + folder + " already" + holder(channel)
                            + ". Wait for its end, or stop it, then run the command again.");
                }
                channel.truncate(0);
                channel.write(
                        StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n"));
                return new Hold(real, lock);
            } finally {
                if (lock == null) {
                    channel.close();
                }
            }
        } finally {
            if (lock == null) {
                LOCKED_HERE.remove(real);
            }
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(32);
        channel.read(text, 0);
        String pid = StandardCharsets.US_ASCII.decode(text.flip()).toString().strip();
        return pid.matches("\\d+") ? ", in process " + pid : "";
    }

    private List<Checkpoint> wholeCheckpoints() {
        return checkpoints().stream()
                .filter(checkpoint -> isWhole(checkpoint.file()))
                .toList();
    }

    /** Whether a safetensors file is as long as its header says. Read here, since a file that is mapped to read it could not be pruned on Windows. */
    private static boolean isWhole(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            channel.read(length);
            long headerLength = length.hasRemaining() ? -1 : length.getLong(0);
            if (headerLength < 0 || headerLength > channel.size() - Long.BYTES || headerLength > 100_000_000) {
                return false;
            }
            byte[] header = new byte[(int) headerLength];
            channel.read(ByteBuffer.wrap(header));
            long end = 0;
            for (JsonNode tensor : new ObjectMapper().readTree(header)) {
                end = Math.max(end, tensor.path("data_offsets").path(1).asLong());
            }
            return Long.BYTES + headerLength + end == channel.size();
        } catch (IOException e) {
            return false;
        }
    }
}
