package io.fovea.weights;

import io.fovea.FoveaException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where the entries of a zip archive lie, zip64 included, so that their bytes can be used in place; {@code java.util.zip} does not tell.
 * Layout: PKWARE's APPNOTE, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.14 to 4.3.16 (zip64 and plain end record).
 */
final class ZipIndex {
    private static final int LOCAL = 0x04034b50;
    private static final int DIRECTORY = 0x02014b50;
    private static final int END = 0x06054b50;
    private static final int END64 = 0x06064b50;
    private static final int LOCATOR64 = 0x07064b50;
    private static final long ESCAPED = 0xffffffffL;

    /** Where an entry's bytes begin, how many there are, and whether they are stored as they are. */
    record Entry(long at, long size, boolean stored) {}

    private final FileBytes file;

    private ZipIndex(FileBytes file) {
        this.file = file;
    }

    /** Every entry by its name, in the directory's order. */
    static Map<String, Entry> of(FileBytes file) {
        return new ZipIndex(file).read();
    }

    private Map<String, Entry> read() {
        long end = findEnd();
        long count = file.shortAt(end + 10);
        long at = file.intAt(end + 16) & ESCAPED;
        if (end >= 20 && file.intAt(end - 20) == LOCATOR64) {
            long end64 = inside(file.longAt(end - 12), 56);
            if (file.intAt(end64) != END64) {
                throw broken("its zip64 end record is missing");
            }
            count = file.longAt(end64 + 32);
            at = file.longAt(end64 + 48);
        }
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (long i = 0; i < count; i++) {
            if (file.intAt(inside(at, 46)) != DIRECTORY) {
                throw broken("its directory has no entry " + i + " of " + count);
            }
            int nameLength = file.shortAt(at + 28);
            int extraLength = file.shortAt(at + 30);
            inside(at, 46 + nameLength + extraLength);
            String name = new String(file.copy(at + 46, nameLength), StandardCharsets.UTF_8);
            if (entries.put(name, entry(at, at + 46 + nameLength, extraLength)) != null) {
                throw broken("it has two entries " + FileBytes.quoted(name));
            }
            at += 46 + nameLength + extraLength + file.shortAt(at + 32);
        }
        return entries;
    }

    private long findEnd() {
        long first = Math.max(0, file.length() - 22 - 0xffff);
        for (long at = file.length() - 22; at >= first; at--) {
            if (file.intAt(at) == END) {
                return at;
            }
        }
        throw broken("its directory, which should be at the end, is missing; the file is cut off");
    }

    private Entry entry(long at, long extra, int extraLength) {
        int method = file.shortAt(at + 10);
        long packed = file.intAt(at + 20) & ESCAPED;
        long size = file.intAt(at + 24) & ESCAPED;
        long local = file.intAt(at + 42) & ESCAPED;
        long wide = extra64(extra, extraLength);
        if (size == ESCAPED) {
            size = file.longAt(inside(wide, 8));
            wide += 8;
        }
        if (packed == ESCAPED) {
            packed = file.longAt(inside(wide, 8));
            wide += 8;
        }
        if (local == ESCAPED) {
            local = file.longAt(inside(wide, 8));
        }
        if (file.intAt(inside(local, 30)) != LOCAL) {
            throw broken("its directory points to byte " + local + ", where no entry begins");
        }
        long data = local + 30 + file.shortAt(local + 26) + file.shortAt(local + 28);
        inside(data, packed);
        boolean stored = method == 0;
        if (stored && size != packed) {
            throw broken("an entry claims " + size + " bytes and takes " + packed);
        }
        return new Entry(data, packed, stored);
    }

    /** Where the zip64 values of an entry begin, or the end of the file if it has none. */
    private long extra64(long at, int length) {
        long end = at + length;
        while (at + 4 <= end) {
            if (file.shortAt(at) == 1) {
                return at + 4;
            }
            at += 4 + file.shortAt(at + 2);
        }
        return file.length();
    }

    private long inside(long at, long count) {
        if (at < 0 || count < 0 || at > file.length() - count) {
            throw broken("its directory points outside the file; the file is cut off or damaged");
        }
        return at;
    }

    private FoveaException broken(String what) {
        return file.wrong("is a broken zip archive: " + what);
    }
}
