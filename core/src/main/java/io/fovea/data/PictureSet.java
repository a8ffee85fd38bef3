package io.fovea.data;

import io.fovea.FoveaException;
import io.fovea.image.Limits;
import io.fovea.image.Picture;
import io.fovea.image.Pictures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * The pictures of a folder (with its subfolders), a zip or single files, read in place and in the order of their names. Hidden files and
 * what does not look like a picture by its name are passed over. Safe to read from several threads.
 */
public final class PictureSet implements AutoCloseable {
    private static final Set<String> EXTENSIONS =
            Set.of("jpg", "jpeg", "jpe", "png", "webp", "tif", "tiff", "bmp", "gif");

    /** One picture: its path below the set's root with slashes, and where its bytes are. */
    private record Entry(
            String name,
            @Nullable Path file,
            @Nullable ZipFile zip,
            @Nullable ZipEntry inside) {}

    private final String where;
    private final List<Entry> entries;
    private final List<ZipFile> zips;

    private PictureSet(String where, List<Entry> entries, List<ZipFile> zips) {
        this.where = where;
        this.entries = entries;
        this.zips = zips;
    }

    /**
     * Opens folders, zips and picture files together.
     *
     * @throws FoveaException if a path does not exist or no picture is found
     */
    public static PictureSet open(List<Path> paths) {
        List<Entry> entries = new ArrayList<>();
        List<ZipFile> zips = new ArrayList<>();
        for (Path path : paths) {
            List<Entry> found = new ArrayList<>();
            try {
                if (Files.isDirectory(path)) {
                    folder(path, found);
                } else if (!Files.exists(path)) {
                    throw new FoveaException("There is no file or folder " + path + ".");
                } else if (isPicture(path.toString())) {
                    found.add(new Entry(String.valueOf(path.getFileName()), path, null, null));
                } else {
                    zips.add(zip(path, found));
                }
            } catch (IOException e) {
                throw FoveaException.cannotRead(path, e);
            }
            found.sort(Comparator.comparing(Entry::name));
            entries.addAll(found);
        }
        String where = String.join(", ", paths.stream().map(Path::toString).toList());
        if (entries.isEmpty()) {
            throw new FoveaException("No pictures in " + where + "; looked for "
                    + String.join(", ", EXTENSIONS.stream().sorted().toList()) + ".");
        }
        return new PictureSet(where, List.copyOf(entries), zips);
    }

    public static PictureSet open(Path path) {
        return open(List.of(path));
    }

    /** Whether a file of this name is taken for a picture. */
    public static boolean isPicture(String name) {
        int dot = name.lastIndexOf('.');
        return dot >= 0 && EXTENSIONS.contains(name.substring(dot + 1).toLowerCase(Locale.ROOT));
    }

    private static void folder(Path root, List<Entry> into) throws IOException {
        try (Stream<Path> walk = Files.walk(root, 32, FileVisitOption.FOLLOW_LINKS)) {
            for (Path file : (Iterable<Path>) walk::iterator) {
                String name = root.relativize(file).toString().replace('\\', '/');
                if (visible(name) && isPicture(name) && Files.isRegularFile(file)) {
                    into.add(new Entry(name, file, null, null));
                }
            }
        }
    }

    private static ZipFile zip(Path path, List<Entry> into) throws IOException {
        ZipFile zip;
        try {
            zip = new ZipFile(path.toFile());
        } catch (java.util.zip.ZipException e) {
            throw new FoveaException(path + " is neither a picture, a folder nor a zip.", e);
        }
        Enumeration<? extends ZipEntry> all = zip.entries();
        while (all.hasMoreElements()) {
            ZipEntry entry = all.nextElement();
            if (!entry.isDirectory() && visible(entry.getName()) && isPicture(entry.getName())) {
                into.add(new Entry(entry.getName(), null, zip, entry));
            }
        }
        return zip;
    }

    private static boolean visible(String name) {
        for (String part : name.split("/", -1)) {
            if (part.startsWith(".") || part.equals("__MACOSX")) {
                return false;
            }
        }
        return true;
    }

    public int size() {
        return entries.size();
    }

    /** Path of a picture below its root, with slashes. */
    public String name(int index) {
        return entries.get(index).name();
    }

    /** Index of the picture of this name, or -1 if there is none. */
    public int indexOf(String name) {
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /** The file itself, or null for a picture inside a zip. */
    public @Nullable Path file(int index) {
        return entries.get(index).file();
    }

    /** What was opened, for messages. */
    public String where() {
        return where;
    }

    /** Decodes a picture; the message of a broken one names it. */
    public Picture read(int index) {
        Entry e = entries.get(index);
        return Pictures.read(bytes(e), e.file() == null ? e.name() : e.file().toString(), Limits.DEFAULT);
    }

    private byte[] bytes(Entry e) {
        try {
            if (e.file() != null) {
                return Files.readAllBytes(e.file());
            }
            try (InputStream in = java.util.Objects.requireNonNull(e.zip()).getInputStream(e.inside())) {
                return in.readAllBytes();
            }
        } catch (IOException x) {
            throw FoveaException.cannotRead(e.file() == null ? Path.of(e.name()) : e.file(), x);
        }
    }

    @Override
    public void close() {
        for (ZipFile zip : zips) {
            try {
                zip.close();
            } catch (IOException e) {
                throw FoveaException.cannotRead(Path.of(zip.getName()), e);
            }
        }
    }
}
