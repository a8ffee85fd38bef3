package io.fovea.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.FoveaException;
import io.fovea.image.Picture;
import io.fovea.image.Pictures;
import io.fovea.image.WriteOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures as rows of floats. */
class PictureRowsTest {
    @TempDir
    Path folder;

    private static byte[] idx(int[] sizes, byte[] values) {
        ByteBuffer b = ByteBuffer.allocate(4 + 4 * sizes.length + values.length);
        b.put(new byte[] {0, 0, 8, (byte) sizes.length});
        Arrays.stream(sizes).forEach(b::putInt);
        return b.put(values).array();
    }

    private Path write(String name, byte[] content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, content);
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(content);
        }
        return out.toByteArray();
    }

    @Test
    void idxWithLabelsGzippedOrNot() throws IOException {
        byte[] pixels = {0, (byte) 255, 51, 102, 1, 2, 3, 4};
        Path plain = write("images", idx(new int[] {2, 2, 2}, pixels));
        Path packed = write("images.gz", gzip(idx(new int[] {2, 2, 2}, pixels)));
        Path labels = write("labels.gz", gzip(idx(new int[] {2}, new byte[] {9, 3})));
        PictureRows rows = PictureRows.read(plain, labels, null);
        assertThat(rows.rows()).startsWith(0, 1, 0.2f, 0.4f, 1 / 255f);
        assertThat(rows.size()).isEqualTo(new PictureRows.Size(1, 2, 2));
        assertThat(rows.labels()).containsExactly("9", "3");
        assertThat(rows.names()).containsExactly("0", "1");
        assertThat(PictureRows.read(packed, null, null).rows()).containsExactly(rows.rows());
        PictureRows larger = PictureRows.read(packed, null, new PictureRows.Size(3, 4, 4));
        assertThat(larger.rows()).hasSize(2 * 48);
    }

    @Test
    void damagedIdxFilesAreRefused() throws IOException {
        byte[] whole = idx(new int[] {2, 2, 2}, new byte[8]);
        Path cut = write("cut", Arrays.copyOf(whole, whole.length - 1));
        Path longer = write("longer", Arrays.copyOf(whole, whole.length + 1));
        Path huge = write("huge", idx(new int[] {Integer.MAX_VALUE, 28, 28}, new byte[10]));
        Path negative = write("negative", idx(new int[] {-2, 2, 2}, new byte[8]));
        Path flat = write("flat", idx(new int[] {8}, new byte[8]));
        Path good = write("good", whole);
        Path three = write("three", idx(new int[] {3}, new byte[3]));
        Path packed = write(
                "packed.gz", Arrays.copyOf(gzip(idx(new int[] {2, 2, 2}, new byte[] {1, 5, 7, 3, 9, 2, 8, 4})), 28));
        for (Path broken : new Path[] {cut, longer, huge, negative, flat, packed}) {
            assertThatThrownBy(() -> PictureRows.read(broken, null, null))
                    .isInstanceOf(FoveaException.class)
                    .hasMessageContaining(broken.toString());
        }
        assertThatThrownBy(() -> PictureRows.read(good, three, null)).hasMessageContaining("2 pictures");
    }

    @Test
    void foldersAreLabels() throws IOException {
        Files.createDirectories(folder.resolve("set/cat"));
        Files.createDirectories(folder.resolve("set/dog"));
        byte[] red = {(byte) 255, 0, 0, (byte) 255, 0, 0, (byte) 255, 0, 0, (byte) 255, 0, 0};
        Pictures.write(Picture.of8(2, 2, 3, red), folder.resolve("set/cat/a.png"), WriteOptions.DEFAULT);
        Pictures.write(
                Picture.of8(2, 2, 1, new byte[] {0, 0, 51, 51}), folder.resolve("set/dog/b.png"), WriteOptions.DEFAULT);
        PictureRows rows = PictureRows.read(folder.resolve("set"), null, null);
        assertThat(rows.size()).isEqualTo(new PictureRows.Size(3, 2, 2));
        assertThat(rows.names()).containsExactly("cat/a.png", "dog/b.png");
        assertThat(rows.labels()).containsExactly("cat", "dog");
        assertThat(Arrays.copyOf(rows.rows(), 8)).containsExactly(1, 1, 1, 1, 0, 0, 0, 0);
        assertThat(Arrays.copyOfRange(rows.rows(), 12, 16)).containsExactly(0, 0, 0.2f, 0.2f);
        PictureRows grey = PictureRows.read(folder.resolve("set"), null, new PictureRows.Size(1, 1, 1));
        assertThat(grey.rows()[0]).isCloseTo(0.299f, within(1e-6f));
        assertThat(grey.rows()[1]).isCloseTo(0.1f, within(1e-6f));
        assertThat(PictureRows.read(folder.resolve("set/cat"), null, null).labels())
                .isNull();
    }

    @Test
    void zipsAreReadAndDifferentSizesRefused() throws IOException {
        Path a = folder.resolve("a.png");
        Path b = folder.resolve("b.png");
        Pictures.write(Picture.of8(2, 2, 1, new byte[4]), a, WriteOptions.DEFAULT);
        Pictures.write(Picture.of8(3, 2, 1, new byte[6]), b, WriteOptions.DEFAULT);
        Path zip = folder.resolve("set.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (Path p : new Path[] {a, b}) {
                out.putNextEntry(new ZipEntry("pictures/" + p.getFileName()));
                out.write(Files.readAllBytes(p));
            }
        }
        assertThatThrownBy(() -> PictureRows.read(zip, null, null))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining("pictures/b.png")
                .hasMessageContaining("3 x 2");
        assertThat(PictureRows.read(zip, null, new PictureRows.Size(1, 2, 2)).count())
                .isEqualTo(2);
        assertThatThrownBy(() -> PictureRows.read(zip, a, null)).hasMessageContaining("IDX");
        assertThatThrownBy(() -> new PictureRows.Size(2, 4, 4)).isInstanceOf(FoveaException.class);
    }
}
