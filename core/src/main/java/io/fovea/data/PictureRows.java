package io.fovea.data;

import io.fovea.FoveaException;
import io.fovea.image.Picture;
import io.fovea.image.Resample;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Pictures of one size as rows of floats in [0,1]: planar, C x H x W a row, in the order of the source.
 *
 * @param rows count x channels x height x width
 * @param size of every picture
 * @param names of the pictures: paths below their folder, or numbers from 0
 * @param labels of the pictures, or null where there are none
 */
public record PictureRows(
        float[] rows,
        Size size,
        List<String> names,
        @Nullable List<String> labels) {
    /** Larger pictures are reduced only where that was asked for. */
    private static final int MOST_PIXELS = 256 * 256;

    /**
     * Size of a picture.
     *
     * @param channels 1 for grey, 3 for red, green and blue
     */
    public record Size(int channels, int height, int width) {
        public Size {
            if ((channels != 1 && channels != 3) || height < 1 || width < 1) {
                throw new FoveaException("Pictures have 1 or 3 channels and at least 1 x 1 pixels, not " + channels
                        + " channels and " + width + " x " + height + " pixels.");
            }
        }

        /** Floats in a row. */
        public int values() {
            return Math.multiplyExact(channels, Math.multiplyExact(height, width));
        }
    }

    public int count() {
        return names.size();
    }

    /** Whether a source is one of pictures: a folder, a zip or an IDX file, by its kind and first bytes. */
    public static boolean is(Path source) {
        String name = String.valueOf(source.getFileName()).toLowerCase(java.util.Locale.ROOT);
        return Files.isDirectory(source) || name.endsWith(".zip") || (Files.isRegularFile(source) && Idx.is(source));
    }

    /**
     * Reads a folder or a zip of pictures, or an IDX file, gzipped or not. Pictures in folders have the name of their folder as label, if there is more than one. Alpha is laid over
     * white; grey is the luma of BT.601; sizes are changed as Pillow does with its bicubic filter.
     *
     * @param labels IDX file with one label for each picture of an IDX file; or null
     * @param size that all pictures get; null keeps their own, which must then be the same for all and no more than 65,536 pixels
     * @throws FoveaException if something cannot be read or is no picture, sizes differ, or the labels do not fit; the file is named
     */
    public static PictureRows read(Path source, @Nullable Path labels, @Nullable Size size) {
        if (Files.isRegularFile(source) && Idx.is(source)) {
            return idx(source, labels, size);
        }
        if (labels != null) {
            throw new FoveaException("Labels in a file of their own (" + labels + ") belong to an IDX file, and "
                    + source + " is none; put the pictures into a folder for each label instead.");
        }
        try (PictureSet set = PictureSet.open(source)) {
            return of(set, size);
        }
    }

    // ---- pictures ----

    private static PictureRows of(PictureSet set, @Nullable Size wanted) {
        Size size = wanted != null ? wanted : sizeOf(set);
        float[] rows = room(set.size(), size, set.where());
        IntStream.range(0, set.size()).parallel().forEach(i -> {
            Picture picture = set.read(i).overWhite();
            if (wanted == null && (picture.width() != size.width || picture.height() != size.height)) {
                throw new FoveaException(set.name(i) + " in " + set.where() + " has " + picture.width() + " x "
                        + picture.height() + " pixels, the first picture " + size.width + " x " + size.height
                        + "; name a size that all shall get.");
            }
            System.arraycopy(fitted(picture, size), 0, rows, i * size.values(), size.values());
        });
        List<String> names = IntStream.range(0, set.size()).mapToObj(set::name).toList();
        return new PictureRows(rows, size, names, folders(names));
    }

    private static Size sizeOf(PictureSet set) {
        Picture first = set.read(0);
        if (first.width() * (long) first.height() > MOST_PIXELS) {
            throw new FoveaException(
                    set.name(0) + " in " + set.where() + " has " + first.width() + " x " + first.height()
                            + " pixels; name a smaller size that all pictures shall get, for instance 64 x 64.");
        }
        boolean grey = IntStream.range(0, set.size()).allMatch(i -> set.read(i).colourChannels() == 1);
        return new Size(grey ? 1 : 3, first.height(), first.width());
    }

    private static float[] room(int count, Size size, String where) {
        long values = (long) count * size.values();
        if (values > Integer.MAX_VALUE - 8) {
            throw new FoveaException(count + " pictures of " + size.width + " x " + size.height + " pixels and "
                    + size.channels + " channels (" + where + ") do not fit into one array; name a smaller size.");
        }
        return new float[(int) values];
    }

    private static float[] fitted(Picture picture, Size size) {
        float[] chw;
        if (size.channels == 3) {
            chw = picture.toRgb().toFloats();
        } else {
            chw = picture.colourChannels() == 1 ? picture.toFloats() : luma(picture.toFloats());
        }
        if (picture.width() == size.width && picture.height() == size.height) {
            return chw;
        }
        float[] resized = Resample.pillow(
                chw,
                size.channels,
                picture.height(),
                picture.width(),
                size.height,
                size.width,
                Resample.Filter.BICUBIC);
        for (int i = 0; i < resized.length; i++) {
            resized[i] = Math.max(0, Math.min(1, resized[i]));
        }
        return resized;
    }

    private static float[] luma(float[] rgb) {
        int pixels = rgb.length / 3;
        float[] grey = new float[pixels];
        for (int p = 0; p < pixels; p++) {
            grey[p] = 0.299f * rgb[p] + 0.587f * rgb[pixels + p] + 0.114f * rgb[2 * pixels + p];
        }
        return grey;
    }

    private static @Nullable List<String> folders(List<String> names) {
        List<String> folders = new ArrayList<>();
        for (String name : names) {
            int end = name.lastIndexOf('/');
            folders.add(end < 0 ? "" : name.substring(name.lastIndexOf('/', end - 1) + 1, end));
        }
        boolean tell = folders.stream().distinct().count() > 1 && !folders.contains("");
        return tell ? List.copyOf(folders) : null;
    }

    // ---- IDX ----

    private static PictureRows idx(Path source, @Nullable Path labels, @Nullable Size wanted) {
        Idx idx = Idx.read(source);
        int[] sizes = idx.sizes();
        if (sizes.length != 3) {
            throw new FoveaException(source + " has " + sizes.length
                    + " dimensions, where pictures have 3: count, height, width"
                    + (sizes.length == 1 ? "; it may be the file of labels" : "") + ".");
        }
        Size own = new Size(1, sizes[1], sizes[2]);
        Size size = wanted != null ? wanted : own;
        float[] rows = room(sizes[0], size, source.toString());
        if (size.equals(own)) {
            for (int i = 0; i < rows.length; i++) {
                rows[i] = (idx.values()[i] & 0xff) / 255f;
            }
        } else {
            for (int i = 0; i < sizes[0]; i++) {
                byte[] pixels = java.util.Arrays.copyOfRange(idx.values(), i * own.values(), (i + 1) * own.values());
                Picture picture = Picture.of8(own.width, own.height, 1, pixels);
                System.arraycopy(fitted(picture, size), 0, rows, i * size.values(), size.values());
            }
        }
        List<String> names =
                IntStream.range(0, sizes[0]).mapToObj(Integer::toString).toList();
        return new PictureRows(rows, size, names, labels == null ? null : labels(labels, source, sizes[0]));
    }

    private static List<String> labels(Path file, Path source, int count) {
        Idx idx = Idx.read(file);
        if (idx.sizes().length != 1 || idx.values().length != count) {
            throw new FoveaException(file + " holds " + java.util.Arrays.toString(idx.sizes()) + " values, where "
                    + source + " has " + count + " pictures and needs as many labels.");
        }
        return IntStream.range(0, count)
                .mapToObj(i -> Integer.toString(idx.values()[i] & 0xff))
                .toList();
    }
}
