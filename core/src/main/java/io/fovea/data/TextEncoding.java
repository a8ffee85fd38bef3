package io.fovea.data;

import io.fovea.FoveaException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a file's bytes are to be read as text.
 *
 * @param bom bytes of the byte order mark
 * @param guessed whether the encoding was concluded from the first bytes, so that later ones may prove it wrong
 */
record TextEncoding(Charset charset, int bom, boolean guessed) {
    static final Charset WINDOWS = Charset.forName("windows-1252");

    static TextEncoding of(Path file, byte[] head, @Nullable String wanted) {
        TextEncoding marked = byMark(head);
        if (wanted != null) {
            Charset charset = named(wanted);
            boolean same = marked != null && marked.charset.name().startsWith(charset.name());
            return new TextEncoding(
                    marked != null && same ? marked.charset : charset, same && marked != null ? marked.bom : 0, false);
        }
        if (marked != null) {
            return marked;
        }
        int even = 0;
        int odd = 0;
        int looked = Math.min(head.length, 4096);
        for (int i = 0; i < looked; i++) {
            if (head[i] == 0) {
                even += 1 - (i & 1);
                odd += i & 1;
            }
        }
        if (odd > looked / 5 && even < looked / 50 + 1) {
            return new TextEncoding(StandardCharsets.UTF_16LE, 0, false);
        }
        if (even > looked / 5 && odd < looked / 50 + 1) {
            return new TextEncoding(StandardCharsets.UTF_16BE, 0, false);
        }
        if (even + odd > 0) {
            throw new FoveaException(file + " is not a text table: it holds zero bytes, as binary files do.");
        }
        return new TextEncoding(isUtf8(head) ? StandardCharsets.UTF_8 : WINDOWS, 0, true);
    }

    private static Charset named(String name) {
        try {
            return Charset.forName(name);
        } catch (IllegalArgumentException e) {
            throw new FoveaException(
                    "There is no encoding \"" + name + "\"; try UTF-8, UTF-16, ISO-8859-1 or windows-1252.", e);
        }
    }

    private static @Nullable TextEncoding byMark(byte[] b) {
        if (b.length >= 3 && b[0] == (byte) 0xef && b[1] == (byte) 0xbb && b[2] == (byte) 0xbf) {
            return new TextEncoding(StandardCharsets.UTF_8, 3, false);
        }
        if (b.length >= 2 && b[0] == (byte) 0xff && b[1] == (byte) 0xfe) {
            return new TextEncoding(StandardCharsets.UTF_16LE, 2, false);
        }
        if (b.length >= 2 && b[0] == (byte) 0xfe && b[1] == (byte) 0xff) {
            return new TextEncoding(StandardCharsets.UTF_16BE, 2, false);
        }
        return null;
    }

    private static boolean isUtf8(byte[] head) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CoderResult result = decoder.decode(
                ByteBuffer.wrap(head), CharBuffer.allocate(head.length + 1), head.length < CsvDialect.SAMPLE_BYTES);
        return !result.isError();
    }

    /** The text of the file's first bytes, whatever does not fit replaced. */
    String decode(byte[] head) {
        CharBuffer text = CharBuffer.allocate(head.length + 1);
        charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE)
                .decode(ByteBuffer.wrap(head, bom, head.length - bom), text, false);
        return text.flip().toString();
    }
}
