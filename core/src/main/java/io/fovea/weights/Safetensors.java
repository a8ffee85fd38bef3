package io.fovea.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.fovea.AtomicFile;
import io.fovea.FoveaException;
import io.fovea.torch.DType;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A file in Hugging Face's safetensors format: eight bytes of header length (little-endian), a JSON header with the type, shape and byte
 * range of every tensor, and the values. Opening one reads and checks the header only; the values are read tensor by tensor.
 *
 * @param metadata the file's own {@code __metadata__}, empty if there is none
 * @param tensors by name, in the header's order
 */
public record Safetensors(Map<String, String> metadata, Map<String, StoredTensor> tensors) {
    private static final long MAX_HEADER = 100_000_000;
    private static final String METADATA = "__metadata__";
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(16)
                    .maxStringLength((int) MAX_HEADER)
                    .maxNameLength((int) MAX_HEADER)
                    .build())
            .build();

    private record Entry(String name, DType dtype, List<Long> shape, long begin, long end) {}

    /**
     * Opens a file and checks its header against every rule of the format.
     *
     * @throws FoveaException naming the file, the tensor and the rule that is broken
     */
    public static Safetensors open(Path path) {
        return read(FileBytes.open(path));
    }

    static Safetensors read(FileBytes file) {
        if (file.length() < 8) {
            throw broken(file, "it has " + file.length() + " bytes, the header's length alone takes 8");
        }
        long header = file.longAt(0);
        if (header < 0 || header > MAX_HEADER) {
            throw broken(
                    file,
                    "its header claims " + Long.toUnsignedString(header) + " bytes, at most " + MAX_HEADER
                            + " are allowed");
        }
        if (8 + header > file.length()) {
            throw broken(
                    file,
                    "its header claims " + header + " bytes, the file has only " + (file.length() - 8)
                            + " more; it is cut off");
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        List<Entry> entries = parse(file, header, metadata);
        checkRanges(file, entries, file.length() - 8 - header);
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        for (Entry e : entries) {
            long[] shape = e.shape.stream().mapToLong(Long::longValue).toArray();
            tensors.put(e.name, StoredTensor.of(e.dtype, shape, file, 8 + header + e.begin));
        }
        return new Safetensors(metadata, tensors);
    }

    // ---- the header ----

    private static List<Entry> parse(FileBytes file, long length, Map<String, String> metadata) {
        if (!file.has(8, (byte) '{')) {
            throw broken(file, "its header does not begin with {");
        }
        List<Entry> entries = new ArrayList<>();
        try (JsonParser json = JSON.createParser(new InputStreamReader(
                new ByteArrayInputStream(file.copy(8, (int) length)), StandardCharsets.UTF_8.newDecoder()))) {
            json.nextToken();
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                if (name.equals(METADATA)) {
                    parseMetadata(file, json, metadata);
                } else {
                    entries.add(parseEntry(file, json, name));
                }
            }
            if (json.nextToken() != null) {
                throw broken(file, "its header has text after the closing brace");
            }
        } catch (CharacterCodingException e) {
            throw broken(file, "its header is not valid UTF-8");
        } catch (JsonProcessingException e) {
            boolean twice = e.getOriginalMessage().startsWith("Duplicate field");
            String reason = FileBytes.quoted(e.getOriginalMessage());
            throw broken(
                    file, "its header " + (twice ? "names a key twice" : "is not valid JSON") + " (" + reason + ")");
        } catch (IOException e) {
            throw broken(file, "its header cannot be read (" + e.getMessage() + ")");
        }
        return entries;
    }

    private static void parseMetadata(FileBytes file, JsonParser json, Map<String, String> metadata)
            throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw broken(file, METADATA + " is not an object");
        }
        for (String key = json.nextFieldName(); key != null; key = json.nextFieldName()) {
            String value = json.nextTextValue();
            if (value == null) {
                throw broken(file, "the value of " + FileBytes.quoted(key) + " in " + METADATA + " is not a string");
            }
            metadata.put(key, value);
        }
    }

    private static Entry parseEntry(FileBytes file, JsonParser json, String name) throws IOException {
        DType dtype = null;
        List<Long> shape = null;
        List<Long> range = null;
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw broken(file, name, "is not described by an object");
        }
        for (String field = json.nextFieldName(); field != null; field = json.nextFieldName()) {
            switch (field) {
                case "dtype" -> dtype = dtype(file, name, json.nextTextValue());
                case "shape" -> shape = numbers(file, json, name, field);
                case "data_offsets" -> range = numbers(file, json, name, field);
                default -> {
                    json.nextToken();
                    json.skipChildren();
                }
            }
        }
        if (dtype == null || shape == null || range == null) {
            throw broken(file, name, "lacks one of dtype, shape and data_offsets");
        }
        if (range.size() != 2) {
            throw broken(file, name, "has " + range.size() + " data_offsets instead of a begin and an end");
        }
        return new Entry(name, dtype, shape, range.get(0), range.get(1));
    }

    private static DType dtype(FileBytes file, String name, @Nullable String value) {
        for (DType t : DType.values()) {
            if (t.name().equals(value)) {
                return t;
            }
        }
        throw broken(
                file,
                name,
                "has the dtype " + (value == null ? "of no string" : FileBytes.quoted(value)) + ", known are "
                        + Arrays.toString(DType.values()));
    }

    private static List<Long> numbers(FileBytes file, JsonParser json, String name, String field) throws IOException {
        if (json.nextToken() != JsonToken.START_ARRAY) {
            throw broken(file, name, "has a " + field + " that is not an array");
        }
        List<Long> numbers = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            boolean whole = json.currentToken() == JsonToken.VALUE_NUMBER_INT
                    && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
            if (!whole || json.getLongValue() < 0) {
                throw broken(
                        file,
                        name,
                        "has " + FileBytes.quoted(json.getText()) + " in its " + field
                                + ", whole numbers from 0 were expected");
            }
            numbers.add(json.getLongValue());
        }
        return numbers;
    }

    /** The byte ranges must have their tensors' sizes and cover the data once, without holes. */
    private static void checkRanges(FileBytes file, List<Entry> entries, long dataLength) {
        List<Entry> sorted = new ArrayList<>(entries);
        sorted.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        long end = 0;
        for (Entry e : sorted) {
            if (e.begin > e.end) {
                throw broken(file, e.name, "begins at byte " + e.begin + ", after its end at " + e.end);
            }
            if (e.end > dataLength) {
                throw broken(
                        file,
                        e.name,
                        "ends at byte " + e.end + " of the data, which has only " + dataLength
                                + "; the file is cut off");
            }
            if (e.end - e.begin != size(file, e)) {
                throw broken(
                        file,
                        e.name,
                        "takes " + size(file, e) + " bytes as " + e.dtype + " " + e.shape + ", its data_offsets hold "
                                + (e.end - e.begin));
            }
            if (e.begin != end) {
                throw broken(
                        file,
                        e.name,
                        "begins at byte " + e.begin + " where " + end + " was expected: the data may have no "
                                + (e.begin > end ? "holes" : "overlaps"));
            }
            end = e.end;
        }
        if (end != dataLength) {
            throw broken(file, "it has " + (dataLength - end) + " bytes of data that belong to no tensor");
        }
    }

    private static long size(FileBytes file, Entry e) {
        try {
            long size = e.dtype.bytes();
            for (long d : e.shape) {
                size = Math.multiplyExact(size, Math.max(d, 1));
            }
            return e.shape.contains(0L) ? 0 : size;
        } catch (ArithmeticException overflow) {
            throw broken(
                    file, e.name, "has the shape " + FileBytes.quoted(e.shape.toString()) + ", whose size overflows");
        }
    }

    private static FoveaException broken(FileBytes file, String rule) {
        return file.wrong("is not a valid safetensors file: " + rule);
    }

    private static FoveaException broken(FileBytes file, String tensor, String rule) {
        return broken(file, "tensor " + FileBytes.quoted(tensor) + " " + rule);
    }

    // ---- writing ----

    /**
     * Writes a file, whole or not at all. The order is stable: large element types first (which aligns every tensor), then by name.
     *
     * @param tensors by name; read one after another while writing
     * @param metadata goes into {@code __metadata__}
     * @throws FoveaException if the file exists already or cannot be written
     */
    public static void write(Path path, Map<String, StoredTensor> tensors, Map<String, String> metadata) {
        AtomicFile.writeNew(path, file -> write(file, tensors, metadata));
    }

    /** Like {@link #write(Path, Map, Map)}, putting the new file in the place of one that may be there. */
    public static void replace(Path path, Map<String, StoredTensor> tensors, Map<String, String> metadata) {
        AtomicFile.write(path, file -> write(file, tensors, metadata));
    }

    private static void write(FileChannel file, Map<String, StoredTensor> tensors, Map<String, String> metadata)
            throws IOException {
        List<Map.Entry<String, StoredTensor>> sorted = new ArrayList<>(tensors.entrySet());
        sorted.sort(Comparator.comparing((Map.Entry<String, StoredTensor> e) ->
                        -e.getValue().dtype().bytes())
                .thenComparing(Map.Entry::getKey));
        byte[] header = header(sorted, metadata);
        ByteBuffer start = ByteBuffer.allocate(8 + header.length).order(ByteOrder.LITTLE_ENDIAN);
        writeFully(file, start.putLong(header.length).put(header).flip());
        for (Map.Entry<String, StoredTensor> e : sorted) {
            write(file, e.getKey(), e.getValue());
        }
    }

    private static void write(FileChannel file, String name, StoredTensor tensor) throws IOException {
        long begin = file.position();
        List<IOException> failed = new ArrayList<>();
        tensor.read(piece -> {
            try {
                writeFully(file, piece);
            } catch (IOException e) {
                failed.add(e);
            }
        });
        if (!failed.isEmpty()) {
            throw failed.get(0);
        }
        if (file.position() - begin != tensor.bytes()) {
            throw new IOException("tensor " + FileBytes.quoted(name) + " gave " + (file.position() - begin)
                    + " bytes instead of " + tensor.bytes());
        }
    }

    private static void writeFully(FileChannel file, ByteBuffer data) throws IOException {
        while (data.hasRemaining()) {
            file.write(data);
        }
    }

    private static byte[] header(List<Map.Entry<String, StoredTensor>> tensors, Map<String, String> metadata)
            throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeObjectFieldStart(METADATA);
                for (Map.Entry<String, String> e : new TreeMap<>(metadata).entrySet()) {
                    json.writeStringField(e.getKey(), e.getValue());
                }
                json.writeEndObject();
            }
            long at = 0;
            for (Map.Entry<String, StoredTensor> e : tensors) {
                writeEntry(json, e.getKey(), e.getValue(), at);
                at += e.getValue().bytes();
            }
            json.writeEndObject();
        }
        while (out.size() % 8 != 0) {
            out.write(' ');
        }
        if (out.size() > MAX_HEADER) {
            throw new IOException("its header would take " + out.size() + " bytes, the format allows " + MAX_HEADER);
        }
        return out.toByteArray();
    }

    private static void writeEntry(JsonGenerator json, String name, StoredTensor tensor, long at) throws IOException {
        if (name.equals(METADATA)) {
            throw new IOException("no tensor may be named " + METADATA);
        }
        json.writeObjectFieldStart(name);
        json.writeStringField("dtype", tensor.dtype().name());
        json.writeFieldName("shape");
        json.writeArray(tensor.shape(), 0, tensor.shape().length);
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {at, at + tensor.bytes()}, 0, 2);
        json.writeEndObject();
    }
}
