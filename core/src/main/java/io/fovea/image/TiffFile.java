package io.fovea.image;

import com.twelvemonkeys.imageio.metadata.CompoundDirectory;
import com.twelvemonkeys.imageio.metadata.Directory;
import com.twelvemonkeys.imageio.metadata.Entry;
import com.twelvemonkeys.imageio.metadata.tiff.TIFF;
import com.twelvemonkeys.imageio.metadata.tiff.TIFFReader;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.reflect.Array;
import org.jspecify.annotations.Nullable;

/** A TIFF file: its first page, decoded by TwelveMonkeys. */
final class TiffFile implements Encoded {
    private final byte[] file;
    private final Directory page;
    private final int width;
    private final int height;

    TiffFile(byte[] file) throws IOException {
        this.file = file;
        try (ByteArrayImageInputStream in = new ByteArrayImageInputStream(file)) {
            Directory all = new TIFFReader().read(in);
            page = all instanceof CompoundDirectory pages ? pages.getDirectory(0) : all;
        }
        width = number(TIFF.TAG_IMAGE_WIDTH);
        height = number(TIFF.TAG_IMAGE_HEIGHT);
        boolean tiled = page.getEntryById(TIFF.TAG_TILE_OFFSETS) != null;
        long[] offsets = numbers(tiled ? TIFF.TAG_TILE_OFFSETS : TIFF.TAG_STRIP_OFFSETS);
        long[] counts = numbers(tiled ? TIFF.TAG_TILE_BYTE_COUNTS : TIFF.TAG_STRIP_BYTE_COUNTS);
        for (int i = 0; i < offsets.length && i < counts.length; i++) {
            if (offsets[i] < 0 || counts[i] < 0 || counts[i] > file.length - offsets[i]) {
                throw new EOFException();
            }
        }
    }

    private int number(int tag) throws IOException {
        long[] all = numbers(tag);
        if (all.length != 1) {
            throw new IOException("its directory does not give the picture's size");
        }
        return (int) Math.min(Integer.MAX_VALUE, Math.max(0, all[0]));
    }

    /** The numbers of a tag, whatever integer type they are stored in; none where the tag is absent or holds something else. */
    private long[] numbers(int tag) {
        Entry entry = page.getEntryById(tag);
        Object value = entry == null ? null : entry.getValue();
        if (value instanceof Number n) {
            return new long[] {n.longValue()};
        }
        if (value == null || !value.getClass().isArray()) {
            return new long[0];
        }
        long[] all = new long[Array.getLength(value)];
        for (int i = 0; i < all.length; i++) {
            all[i] = Array.get(value, i) instanceof Number n ? n.longValue() : -1;
        }
        return all;
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public int orientation() {
        long[] value = numbers(TIFF.TAG_ORIENTATION);
        return value.length == 1 && value[0] >= 1 && value[0] <= 8 ? (int) value[0] : 1;
    }

    @Override
    public byte @Nullable [] profile() {
        Entry entry = page.getEntryById(TIFF.TAG_ICC_PROFILE);
        return entry != null && entry.getValue() instanceof byte[] icc ? icc : null;
    }

    @Override
    public Picture decode() throws IOException {
        return Codec.read(new TIFFImageReaderSpi(), file, reader -> Picture.of(reader.read(0)));
    }
}
