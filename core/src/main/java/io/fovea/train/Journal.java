package io.fovea.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.cfg.EnumFeature;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.fovea.AtomicFile;
import io.fovea.FoveaException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The truth about a run: a file with one JSON object a line, one line an {@link Event}, each written when it happens. The first line is the
 * start and carries the format's version. Figures that are no numbers in JSON are the strings {@code "NaN"}, {@code "Infinity"} and
 * {@code "-Infinity"}; times are ISO 8601 in UTC.
 *
 * <p>A line that a killed process has left unfinished is not there for any reader. On resume the lines later than the checkpoint's step are
 * dropped, since those steps are done once more, and a resume line that counts them takes their place: the journal reads as one unbroken
 * run in which no step occurs twice. The file is replaced as a whole, so a crash at that moment leaves the old journal.
 */
public final class Journal implements AutoCloseable {
    /** Version of the format; journals of a newer one are refused. */
    public static final int FORMAT = 1;

    private static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new SimpleModule()
                    .addSerializer(Instant.class, ToStringSerializer.instance)
                    .addDeserializer(Instant.class, new InstantReader()))
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final Path file;
    private final RandomAccessFile lines;

    private Journal(Path file) {
        this.file = file;
        try {
            this.lines = new RandomAccessFile(file.toFile(), "rw");
            lines.seek(lines.length());
        } catch (IOException e) {
            throw FoveaException.cannotWrite(file, e);
        }
    }

    /** Adds to a journal that is there. */
    static Journal open(Path file) {
        return new Journal(file);
    }

    /** A new journal whose first line is {@code start}. */
    public static Journal create(Path file, Event.Start start) {
        if (Files.exists(file)) {
            throw new FoveaException(file + " exists already; a new run needs a new folder.");
        }
        AtomicFile.write(file, line(start));
        return new Journal(file);
    }

    /**
     * Goes on with a journal after {@code step}, the step of the checkpoint that was loaded; 0 if there was none.
     *
     * @param steps how many steps are planned in all
     */
    public static Journal resume(Path file, long step, long steps, Map<String, String> facts) {
        long[] lastStep = {step};
        AtomicFile.write(file, channel -> {
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
            forEachEvent(file, (event, line) -> {
                if (event.step() <= step) {
                    out.write(line);
                    out.write('\n');
                }
                lastStep[0] = Math.max(lastStep[0], event.step());
            });
            out.write(line(new Event.Resume(Event.now(), step, lastStep[0] - step, steps, facts)));
            out.flush();
        });
        return new Journal(file);
    }

    /**
     * Adds a line and hands it to the operating system, so that it survives a killed process; checkpoints and the end are forced to the disk
     * and survive a power cut. A line that does not fit on the disk leaves no part of itself.
     */
    public synchronized void append(Event event) {
        byte[] line = line(event);
        try {
            long before = lines.getFilePointer();
            try {
                lines.write(line);
            } catch (IOException e) {
                lines.setLength(before);
                throw e;
            }
            if (event instanceof Event.Checkpoint || event instanceof Event.End) {
                lines.getFD().sync();
            }
        } catch (IOException e) {
            throw FoveaException.cannotWrite(file, e);
        }
    }

    /** All events of a journal, which may be in use meanwhile. */
    public static List<Event> read(Path file) {
        List<Event> events = new ArrayList<>();
        try {
            forEachEvent(file, (event, line) -> events.add(event));
        } catch (IOException e) {
            throw FoveaException.cannotRead(file, e);
        }
        return events;
    }

    /**
     * The evaluation whose first score is the best, the earliest of equals; none where every one is NaN. Only those count whose first score
     * is the one that the newest begins with: figures of another stage of the training cannot be compared with it.
     */
    public static Optional<Event.Evaluate> best(List<Event> events) {
        List<Event.Evaluate> evaluations = events.stream()
                .filter(Event.Evaluate.class::isInstance)
                .map(Event.Evaluate.class::cast)
                .toList();
        Event.Evaluate best = null;
        for (Event.Evaluate evaluation : evaluations) {
            Score first = evaluation.scores().first();
            String newest =
                    evaluations.get(evaluations.size() - 1).scores().first().name();
            double toBeat = best == null ? Double.NaN : best.scores().first().value();
            if (first.name().equals(newest) && first.beats(toBeat)) {
                best = evaluation;
            }
        }
        return Optional.ofNullable(best);
    }

    @Override
    public synchronized void close() {
        try {
            lines.close();
        } catch (IOException e) {
            throw FoveaException.cannotWrite(file, e);
        }
    }

    private static byte[] line(Event event) {
        try {
            return (JSON.writeValueAsString(event) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    @FunctionalInterface
    private interface Reader {
        void accept(Event event, byte[] line) throws IOException;
    }

    private static void forEachEvent(Path file, Reader reader) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            int number = 0;
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int b = in.read(); b >= 0; b = in.read()) {
                if (b != '\n') {
                    line.write(b);
                } else {
                    reader.accept(parse(file, ++number, line.toByteArray()), line.toByteArray());
                    line.reset();
                }
            }
            if (number == 0) {
                throw new FoveaException(file + " holds no whole line; a journal begins with its start.");
            }
        }
    }

    private static Event parse(Path file, int number, byte[] line) {
        try {
            JsonNode json = JSON.readTree(line);
            if (number == 1) {
                checkFirst(file, json);
            }
            if (!json.isObject()) {
                throw noEvent(file, number, "it is no JSON object", null);
            }
            return JSON.treeToValue(json, Event.class);
        } catch (JsonProcessingException e) {
            throw noEvent(
                    file, number, e.getOriginalMessage().lines().findFirst().orElse("broken JSON"), e);
        } catch (IOException e) {
            throw FoveaException.cannotRead(file, e);
        }
    }

    private static FoveaException noEvent(Path file, int number, String reason, @Nullable Throwable cause) {
        return new FoveaException(
                "Line " + number + " of " + file + " is no event of a journal (" + reason
                        + "); remove or repair that line.",
                cause);
    }

    private static void checkFirst(Path file, JsonNode json) {
        if (!json.path("event").asText().equals("start") || !json.path("format").isIntegralNumber()) {
            throw new FoveaException(
                    file + " is not a journal of Fovea: its first line must be a start event with a format.");
        }
        if (json.path("format").asLong() > FORMAT) {
            throw new FoveaException(
                    file + " was written in format " + json.path("format").asLong()
                            + " of a newer Fovea; this one reads up to format " + FORMAT + ". Use the newer Fovea.");
        }
    }

    private static final class InstantReader extends FromStringDeserializer<Instant> {
        InstantReader() {
            super(Instant.class);
        }

        @Override
        protected Instant _deserialize(String value, DeserializationContext context) throws IOException {
            try {
                return Instant.parse(value);
            } catch (DateTimeException e) {
                return (Instant) context.handleWeirdStringValue(Instant.class, value, "not a time in ISO 8601");
            }
        }
    }
}
