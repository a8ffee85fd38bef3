package io.fovea.weights;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes pickles and torch files by hand, right ones and wrong ones. */
final class TorchWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    TorchWriter() {
        raw(0x80, 2);
    }

    TorchWriter raw(int... bytes) {
        for (int b : bytes) {
            out.write(b);
        }
        return this;
    }

    TorchWriter global(String module, String name) {
        out.write('c');
        out.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
        return this;
    }

    TorchWriter text(String s) {
        byte[] utf8 = s.getBytes(StandardCharsets.UTF_8);
        out.write('X');
        out.writeBytes(little(4, utf8.length));
        out.writeBytes(utf8);
        return this;
    }

    TorchWriter number(long n) {
        out.write(0x8a);
        out.write(8);
        out.writeBytes(little(8, n));
        return this;
    }

    TorchWriter numbers(long... numbers) {
        out.write('(');
        for (long n : numbers) {
            number(n);
        }
        return raw('t');
    }

    /** A float tensor over a storage of {@code count} values. */
    TorchWriter tensor(String key, long count, long offset, long[] shape, long[] strides) {
        global("torch._utils", "_rebuild_tensor_v2").raw('(', '(');
        text("storage")
                .global("torch", "FloatStorage")
                .text(key)
                .text("cpu")
                .number(count)
                .raw('t', 'Q');
        number(offset).numbers(shape).numbers(strides).raw(0x89);
        return global("collections", "OrderedDict").raw(')', 'R', 't', 'R');
    }

    /** A dict with a tensor of two values, 1 and 2, in storage "0". */
    static byte[] pair() {
        return new TorchWriter()
                .raw('}')
                .text("w")
                .tensor("0", 2, 0, new long[] {2}, new long[] {1})
                .raw('s')
                .end();
    }

    byte[] end() {
        out.write('.');
        return out.toByteArray();
    }

    static byte[] floats(float... values) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (float v : values) {
            bytes.writeBytes(little(4, Float.floatToIntBits(v)));
        }
        return bytes.toByteArray();
    }

    private static byte[] little(int bytes, long value) {
        byte[] little = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            little[i] = (byte) (value >> (8 * i));
        }
        return little;
    }

    // ---- containers ----

    /** A zip archive as torch writes it, storages by key. */
    static byte[] zip(byte[] pickle, Map<String, byte[]> storages) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("archive/data.pkl", pickle);
        storages.forEach((key, data) -> entries.put("archive/data/" + key, data));
        entries.put("archive/version", "3\n".getBytes(StandardCharsets.UTF_8));
        return zip(entries, ZipEntry.STORED);
    }

    static byte[] zip(Map<String, byte[]> entries, int method) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> e : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(e.getKey());
                CRC32 crc = new CRC32();
                crc.update(e.getValue());
                entry.setMethod(method);
                entry.setSize(e.getValue().length);
                entry.setCrc(crc.getValue());
                zip.putNextEntry(entry);
                zip.write(e.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** The legacy stream of pickles, for one float storage "0". */
    static byte[] legacy(byte[] pickle, byte[] storage) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(HexFormat.of().parseHex("80028a0a6cfc9c46f9206aa850192e"));
        bytes.writeBytes(new TorchWriter().number(1001).end());
        bytes.writeBytes(
                new TorchWriter().raw('}').text("little_endian").raw(0x88, 's').end());
        bytes.writeBytes(pickle);
        bytes.writeBytes(new TorchWriter().raw(']').text("0").raw('a').end());
        bytes.writeBytes(little(8, storage.length / 4));
        bytes.writeBytes(storage);
        return bytes.toByteArray();
    }

    static List<byte[]> both(byte[] pickle, byte[] storage) {
        return List.of(zip(pickle, Map.of("0", storage)), legacy(pickle, storage));
    }
}
