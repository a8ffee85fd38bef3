package io.fovea.train;

import io.fovea.FoveaException;
import io.fovea.image.Pictures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * A file that TensorBoard reads: {@code Event} messages of {@code tensorflow/core/util/event.proto}, each framed as a TFRecord (length,
 * masked CRC-32C of the length, bytes, masked CRC-32C of the bytes; all little-endian). Every start and resume writes a file of its own, and
 * a resume tells TensorBoard to forget the steps that are done once more.
 */
public final class EventFile implements AutoCloseable {
    private static final Pattern NAME = Pattern.compile("events\\.out\\.tfevents\\.(\\d{10})\\..*");
    private static final String VERSION = "brain.Event:2";
    private static final int SESSION_START = 1;
    private static final int RGB = 3;

    private final Path file;
    private final RandomAccessFile records;

    private EventFile(Path file) throws IOException {
        this.file = file;
        this.records = new RandomAccessFile(file.toFile(), "rw");
    }

    /**
     * A new event file in {@code folder}.
     *
     * @param step the step after which training goes on; 0 for a new run
     */
    public static EventFile create(Path folder, long step) {
        try {
            Path file = folder.resolve(String.format(Locale.ROOT, "events.out.tfevents.%010d.fovea", seconds(folder)));
            Files.createFile(file);
            EventFile events = new EventFile(file);
            events.append(event(0).text(3, VERSION));
            if (step > 0) {
                events.append(event(step + 1).message(7, new Message().integer(1, SESSION_START)));
            }
            return events;
        } catch (IOException e) {
            throw FoveaException.cannotWrite(folder, e);
        }
    }

    /** TensorBoard reads the files of a folder in the order of their names, so each one's time must be later than the last one's. */
    private static long seconds(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            long last = files.map(each -> NAME.matcher(each.getFileName().toString()))
                    .filter(Matcher::matches)
                    .mapToLong(name -> Long.parseLong(name.group(1)))
                    .max()
                    .orElse(0);
            return Math.max(last + 1, System.currentTimeMillis() / 1000);
        }
    }

    /** One point in the curve of each scalar, in single precision, which is all that the format has. */
    public void scalars(long step, Scalars scalars) {
        Message summary = new Message();
        for (Map.Entry<String, Double> scalar : scalars.values().entrySet()) {
            summary.message(
                    1,
                    new Message()
                            .text(1, scalar.getKey())
                            .real(2, scalar.getValue().floatValue()));
        }
        append(event(step).message(5, summary));
    }

    /** A picture from a PNG file. */
    public void image(long step, String tag, Path png) {
        try {
            byte[] content = Files.readAllBytes(png);
            Pictures.Header header = Pictures.header(content, png.toString());
            Message image = new Message()
                    .integer(1, header.height())
                    .integer(2, header.width())
                    .integer(3, RGB)
                    .data(4, content);
            append(event(step)
                    .message(
                            5,
                            new Message().message(1, new Message().text(1, tag).message(4, image))));
        } catch (IOException e) {
            throw FoveaException.cannotRead(png, e);
        }
    }

    @Override
    public synchronized void close() {
        try {
            records.close();
        } catch (IOException e) {
            throw FoveaException.cannotWrite(file, e);
        }
    }

    private static Message event(long step) {
        return new Message().real(1, System.currentTimeMillis() / 1e3).integer(2, step);
    }

    /** Hands one record to the operating system; one that does not fit on the disk leaves no part of itself. */
    private synchronized void append(Message event) {
        byte[] data = event.bytes.toByteArray();
        ByteBuffer record = ByteBuffer.allocate(16 + data.length).order(ByteOrder.LITTLE_ENDIAN);
        record.putLong(data.length);
        record.putInt(maskedCrc(record.array(), 8));
        record.put(data);
        record.putInt(maskedCrc(data, data.length));
        try {
            long before = records.getFilePointer();
            try {
                records.write(record.array());
            } catch (IOException e) {
                records.setLength(before);
                throw e;
            }
        } catch (IOException e) {
            throw FoveaException.cannotWrite(file, e);
        }
    }

    private static int maskedCrc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
    }

    /** A message in protobuf's wire format. */
    private static final class Message {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Message integer(int field, long value) {
            key(field, 0);
            varint(value);
            return this;
        }

        Message real(int field, double value) {
            key(field, 1);
            return little(Double.doubleToLongBits(value), Double.BYTES);
        }

        Message real(int field, float value) {
            key(field, 5);
            return little(Float.floatToIntBits(value), Float.BYTES);
        }

        Message text(int field, String value) {
            return data(field, value.getBytes(StandardCharsets.UTF_8));
        }

        Message message(int field, Message value) {
            return data(field, value.bytes.toByteArray());
        }

        Message data(int field, byte[] value) {
            key(field, 2);
            varint(value.length);
            bytes.writeBytes(value);
            return this;
        }

        private void key(int field, int wireType) {
            varint((long) field << 3 | wireType);
        }

        private void varint(long value) {
            long rest = value;
            for (; (rest & ~0x7fL) != 0; rest >>>= 7) {
                bytes.write((int) ((rest & 0x7f) | 0x80));
            }
            bytes.write((int) rest);
        }

        private Message little(long bits, int size) {
            for (int i = 0; i < size; i++) {
                bytes.write((int) (bits >>> (8 * i)));
            }
            return this;
        }
    }
}
