package io.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads TensorBoard event files by the published format alone: the TFRecord framing of {@code tensorflow/core/lib/io/record_writer.h} and the
 * field numbers of {@code event.proto} and {@code summary.proto}. Shares no code with the writer, its checksum is bitwise.
 */
final class EventFileReader {
    record Image(long height, long width, long colourSpace, byte[] png) {}

    record Read(
            double wallTime,
            long step,
            @Nullable String fileVersion,
            Map<String, Float> scalars,
            Map<String, Image> images,
            long session) {}

    private EventFileReader() {}

    /** The events of each file in the folder, files in the order of their names. */
    static List<List<Read>> read(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().map(EventFileReader::readFile).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Read> readFile(Path file) {
        ByteBuffer bytes;
        try {
            bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<Read> events = new ArrayList<>();
        while (bytes.hasRemaining()) {
            byte[] length = new byte[8];
            bytes.get(length);
            assertThat(bytes.getInt()).as("checksum of the length").isEqualTo(masked(crc32c(length)));
            byte[] data = new byte
                    [Math.toIntExact(ByteBuffer.wrap(length)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .getLong())];
            bytes.get(data);
            assertThat(bytes.getInt()).as("checksum of the data").isEqualTo(masked(crc32c(data)));
            events.add(event(data));
        }
        return events;
    }

    /** CRC-32C by its definition: reflected polynomial 0x82f63b78. */
    static int crc32c(byte[] bytes) {
        int crc = -1;
        for (byte b : bytes) {
            crc ^= b & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ 0x82f63b78;
            }
        }
        return ~crc;
    }

    /** mask(crc) = rotate right by 15 bits, plus a constant. */
    static int masked(int crc) {
        return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
    }

    private static Read event(byte[] data) {
        double wallTime = 0;
        long step = 0;
        String fileVersion = null;
        long session = 0;
        Map<String, Float> scalars = new LinkedHashMap<>();
        Map<String, Image> images = new LinkedHashMap<>();
        for (Field field : fields(data)) {
            switch (field.number) {
                case 1 -> wallTime = Double.longBitsToDouble(field.fixed(1));
                case 2 -> step = field.fixed(0);
                case 3 -> fileVersion = field.text();
                case 5 -> summary(field.bytes, scalars, images);
                case 7 -> session = fields(field.bytes).get(0).fixed(0);
                default -> throw new AssertionError("unknown field " + field.number + " of an event");
            }
        }
        return new Read(wallTime, step, fileVersion, scalars, images, session);
    }

    private static void summary(byte[] data, Map<String, Float> scalars, Map<String, Image> images) {
        for (Field value : fields(data)) {
            assertThat(value.number).isEqualTo(1);
            List<Field> parts = fields(value.bytes);
            assertThat(parts).hasSize(2);
            String tag = parts.get(0).text();
            assertThat(parts.get(0).number).isEqualTo(1);
            if (parts.get(1).number == 2) {
                scalars.put(tag, Float.intBitsToFloat((int) parts.get(1).fixed(5)));
            } else {
                assertThat(parts.get(1).number).isEqualTo(4);
                List<Field> image = fields(parts.get(1).bytes);
                assertThat(image).extracting(Field::number).containsExactly(1, 2, 3, 4);
                images.put(
                        tag,
                        new Image(
                                image.get(0).fixed(0),
                                image.get(1).fixed(0),
                                image.get(2).fixed(0),
                                image.get(3).bytes));
            }
        }
    }

    private record Field(int number, int wireType, long value, byte[] bytes) {
        long fixed(int expectedType) {
            assertThat(wireType).as("wire type of field %d", number).isEqualTo(expectedType);
            return value;
        }

        String text() {
            assertThat(wireType).isEqualTo(2);
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private static List<Field> fields(byte[] data) {
        ByteBuffer in = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
        List<Field> fields = new ArrayList<>();
        while (in.hasRemaining()) {
            int key = (int) varint(in);
            byte[] bytes = new byte[0];
            long value = 0;
            switch (key & 7) {
                case 0 -> value = varint(in);
                case 1 -> value = in.getLong();
                case 2 -> in.get(bytes = new byte[(int) varint(in)]);
                case 5 -> value = in.getInt();
                default -> throw new AssertionError("wire type " + (key & 7));
            }
            fields.add(new Field(key >>> 3, key & 7, value, bytes));
        }
        return fields;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte b = in.get();
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }
}
