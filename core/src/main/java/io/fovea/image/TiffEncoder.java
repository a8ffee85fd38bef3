package io.fovea.image;

import io.fovea.FoveaException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * Writes a TIFF 6.0 file: one page, strips deflated after horizontal differencing, straight alpha, profile. Own code, because of the two writers at hand
 * TwelveMonkeys' has no 16-bit colour, and the JDK's fails on data that deflate cannot shrink.
 */
final class TiffEncoder {
    private static final int SHORT = 3;
    private static final int LONG = 4;
    private static final int UNDEFINED = 7;
    private static final int HEADER_BYTES = 8;
    private static final int ENTRY_BYTES = 12;
    private static final int STRIP_BYTES = 1 << 18;
    private static final long MAX_BYTES = 0xffffffffL;

    private final Picture picture;
    private final int rowSamples;
    private final int rowsPerStrip;

    TiffEncoder(Picture picture) {
        this.picture = picture;
        rowSamples = picture.width() * picture.channels();
        rowsPerStrip =
                (int) Math.min(picture.height(), Math.max(1, STRIP_BYTES / ((long) rowSamples * picture.depth() / 8)));
    }

    void write(OutputStream out) throws IOException {
        int count = (picture.height() + rowsPerStrip - 1) / rowsPerStrip;
        List<byte[]> strips =
                IntStream.range(0, count).parallel().mapToObj(this::strip).toList();
        Field offsets = new Field(273, LONG, new long[count]);
        List<Field> fields = fields(offsets, strips);
        long at = HEADER_BYTES
                + 2
                + 4
                + fields.stream()
                        .mapToLong(field -> ENTRY_BYTES + field.bytesOutside())
                        .sum();
        int headBytes = (int) at;
        for (int i = 0; i < count; i++) {
            offsets.values[i] = at;
            at += strips.get(i).length;
        }
        if (at > MAX_BYTES) {
            throw new FoveaException(
                    "A TIFF file holds at most 4 GB and this picture takes " + (at >> 20) + " MB; choose PNG.");
        }
        out.write(head(fields, headBytes));
        for (byte[] strip : strips) {
            out.write(strip);
        }
    }

    /** The tags of the page in ascending order, as the format wants them. */
    private List<Field> fields(Field offsets, List<byte[]> strips) {
        long[] bits = new long[picture.channels()];
        Arrays.fill(bits, picture.depth());
        List<Field> fields = new ArrayList<>(List.of(
                new Field(256, LONG, picture.width()),
                new Field(257, LONG, picture.height()),
                new Field(258, SHORT, bits),
                new Field(259, SHORT, 8), // deflate
                new Field(262, SHORT, picture.colourChannels() == 1 ? 1 : 2), // black is zero, or RGB
                offsets,
                new Field(277, SHORT, picture.channels()),
                new Field(278, LONG, rowsPerStrip),
                new Field(
                        279,
                        LONG,
                        strips.stream().mapToLong(strip -> strip.length).toArray()),
                new Field(284, SHORT, 1), // interleaved
                new Field(317, SHORT, 2))); // horizontal differencing
        if (picture.hasAlpha()) {
            fields.add(new Field(338, SHORT, 2)); // straight alpha
        }
        byte[] profile = picture.profile();
        if (profile != null) {
            fields.add(new Field(
                    34675,
                    UNDEFINED,
                    IntStream.range(0, profile.length)
                            .mapToLong(i -> profile[i])
                            .toArray()));
        }
        return fields;
    }

    private byte[] head(List<Field> fields, int bytes) {
        ByteBuffer out = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        out.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(HEADER_BYTES);
        out.putShort((short) fields.size());
        int outside = HEADER_BYTES + 2 + ENTRY_BYTES * fields.size() + 4;
        for (Field field : fields) {
            out.putShort((short) field.tag).putShort((short) field.type).putInt(field.values.length);
            int next = out.position() + 4;
            if (field.bytesOutside() > 0) {
                out.putInt(outside);
                out.position(outside);
                outside += field.bytesOutside();
            }
            field.put(out);
            out.position(next);
        }
        return out.array();
    }

    /** Strip number {@code index}: each sample less its left neighbour's of the same channel, little-endian, deflated. */
    private byte[] strip(int index) {
        int first = index * rowsPerStrip;
        int rows = Math.min(rowsPerStrip, picture.height() - first);
        int channels = picture.channels();
        ByteBuffer raw =
                ByteBuffer.allocate(rows * rowSamples * picture.depth() / 8).order(ByteOrder.LITTLE_ENDIAN);
        for (int y = first; y < first + rows; y++) {
            for (int i = y * rowSamples; i < (y + 1) * rowSamples; i++) {
                int left = i < y * rowSamples + channels ? 0 : picture.at(i - channels);
                int difference = picture.at(i) - left;
                if (picture.depth() == 8) {
                    raw.put((byte) difference);
                } else {
                    raw.putShort((short) difference);
                }
            }
        }
        ByteArrayOutputStream packed = new ByteArrayOutputStream(raw.capacity() / 2);
        Deflater level = new Deflater(PngEncoder.LEVEL);
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(packed, level)) {
            deflater.write(raw.array());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            level.end();
        }
        return packed.toByteArray();
    }

    /** One tag of the directory. */
    private static final class Field {
        private final int tag;
        private final int type;
        private final long[] values;

        Field(int tag, int type, long... values) {
            this.tag = tag;
            this.type = type;
            this.values = values;
        }

        /** Bytes that do not fit into the directory entry itself, made even. */
        int bytesOutside() {
            int bytes = values.length * (type == LONG ? 4 : type == SHORT ? 2 : 1);
            return bytes <= 4 ? 0 : bytes + bytes % 2;
        }

        void put(ByteBuffer out) {
            for (long value : values) {
                switch (type) {
                    case LONG -> out.putInt((int) value);
                    case SHORT -> out.putShort((short) value);
                    default -> out.put((byte) value);
                }
            }
        }
    }
}
