package io.fovea.graph;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A message in protobuf's wire format, written field by field. Large fields are asked for their bytes only when the message is written,
 * and a message within a message is not copied.
 */
final class ProtoMessage {
    private static final int VARINT = 0;
    private static final int DELIMITED = 2;
    private static final int FIXED32 = 5;

    /** Bytes that come when they are asked for. */
    interface Content {
        void writeTo(WritableByteChannel channel) throws IOException;
    }

    private final List<Content> parts = new ArrayList<>();
    private final ByteArrayOutputStream tail = new ByteArrayOutputStream();
    private long size;

    long size() {
        return size;
    }

    ProtoMessage integer(int field, long value) {
        varint((long) field << 3 | VARINT);
        varint(value);
        return this;
    }

    ProtoMessage real(int field, float value) {
        varint((long) field << 3 | FIXED32);
        return bytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(value)
                .array());
    }

    ProtoMessage text(int field, String value) {
        return data(field, value.getBytes(StandardCharsets.UTF_8));
    }

    ProtoMessage data(int field, byte[] value) {
        header(field, value.length);
        return bytes(value);
    }

    ProtoMessage data(int field, long length, Content content) {
        header(field, length);
        endPart();
        parts.add(content);
        size += length;
        return this;
    }

    ProtoMessage message(int field, ProtoMessage m) {
        header(field, m.size);
        if (!m.parts.isEmpty()) {
            endPart();
            parts.addAll(m.parts);
        }
        tail.writeBytes(m.tail.toByteArray());
        size += m.size;
        return this;
    }

    void writeTo(WritableByteChannel channel) throws IOException {
        for (Content part : parts) {
            part.writeTo(channel);
        }
        writeAll(channel, ByteBuffer.wrap(tail.toByteArray()));
    }

    static void writeAll(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private void endPart() {
        byte[] done = tail.toByteArray();
        tail.reset();
        parts.add(channel -> writeAll(channel, ByteBuffer.wrap(done)));
    }

    private void header(int field, long length) {
        varint((long) field << 3 | DELIMITED);
        varint(length);
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            tail.write((int) ((rest & 0x7f) | 0x80));
            size++;
            rest >>>= 7;
        }
        tail.write((int) rest);
        size++;
    }

    private ProtoMessage bytes(byte[] value) {
        tail.writeBytes(value);
        size += value.length;
        return this;
    }
}
