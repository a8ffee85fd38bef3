package io.fovea.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.fovea.FoveaException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever a file holds: a picture comes out, or one FoveaException with the file's name. */
class DamagedFilesTest {
    private static final int MUTATIONS = 2000;
    private static final Limits SMALL = new Limits(50_000, 4000, 1 << 20);

    @TempDir
    private Path folder;

    private static List<byte[]> files(Format format) {
        Picture rgb = Samples.smooth(24, 20, 3);
        Picture rgba = Fixture.picture("img", 20, 24, 4);
        return switch (format) {
            case PNG ->
                List.of(
                        Samples.encode(rgb, format),
                        Samples.encode(rgba.toDepth(16), format),
                        Samples.png(
                                8,
                                4,
                                2,
                                3,
                                new byte[8],
                                Samples.chunk("PLTE", new byte[9]),
                                Samples.chunk("tRNS", new byte[2])));
            case JPEG ->
                List.of(
                        Samples.withSegment(
                                Samples.encode(rgb, format), 0xe1, Samples.join("Exif\0\0", Samples.exif(6))),
                        Samples.progressive(rgb),
                        Samples.encode(
                                rgb.crop(0, 0, 20, 20),
                                WriteOptions.DEFAULT.withFormat(format).withJpegQuality(50)));
            case TIFF ->
                List.of(
                        Samples.encode(rgb, format),
                        Samples.tiff(rgb, "LZW"),
                        Samples.tiff(rgba, "PackBits"),
                        Samples.tiff(rgb, "JPEG"),
                        Samples.encode(rgb.toDepth(16), format));
            case BMP ->
                List.of(
                        Samples.encode(rgb, format),
                        Samples.paletteBmp(Samples.smooth(24, 20, 1), false),
                        Samples.paletteBmp(Samples.smooth(24, 20, 1), true));
            case WEBP ->
                Stream.of(
                                "small-lossy.webp",
                                "lossless-alpha.webp",
                                "animated.webp",
                                "small-lossy-alpha.webp",
                                "turned.webp")
                        .map(Fixture::bytes)
                        .toList();
            case GIF -> List.of(Samples.gif(Samples.smooth(24, 20, 1)), Samples.gif(rgb));
        };
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    @Timeout(120)
    void mutatedFilesAreDecodedOrRefusedWithOneSentence(Format format) {
        Random random = new Random(format.name().hashCode());
        List<byte[]> originals = files(format);
        int decoded = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] file = mutate(originals.get(i % originals.size()), random);
            if (format == Format.PNG && i % 4 != 0) {
                Samples.repairChecksums(file);
            }
            decoded += reads(file, format + " mutation " + i) ? 1 : 0;
        }
        assertThat(decoded).as("mutations that still decode").isBetween(MUTATIONS / 50, MUTATIONS * 49 / 50);
    }

    private static byte[] mutate(byte[] original, Random random) {
        byte[] file = original.clone();
        if (random.nextInt(10) == 0) {
            return Arrays.copyOf(file, random.nextInt(file.length));
        }
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(random.nextBoolean() ? file.length : Math.min(64, file.length));
            file[at] = (byte) (random.nextInt(4) == 0 ? -random.nextInt(2) : random.nextInt(256));
        }
        return file;
    }

    private static boolean reads(byte[] file, String name) {
        try {
            assertThat(Pictures.read(file, name, SMALL).width()).isPositive();
            return true;
        } catch (FoveaException e) {
            assertThat(e).hasMessageStartingWith("Cannot read " + name + ":").hasMessageEndingWith(".");
            return false;
        } catch (Throwable e) {
            return fail(name + " threw something else", e);
        }
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void cutOffFilesAreCalledSo(Format format) {
        for (byte[] whole : files(format)) {
            for (int share : new int[] {40, 60, 80, 95}) {
                byte[] part = Arrays.copyOf(whole, whole.length * share / 100);

                assertThatThrownBy(() -> Pictures.read(part, "part", SMALL))
                        .as("%s, %d of %d bytes", format, part.length, whole.length)
                        .isInstanceOf(FoveaException.class)
                        .hasMessageContaining("part")
                        .hasMessageContaining("cut off");
            }
        }
    }

    @Test
    void emptyFilesGarbageAndTextAreRefusedByName() throws IOException {
        Path empty = Files.createFile(folder.resolve("empty.png"));
        Path text = Files.writeString(folder.resolve("text.png"), "I am not a picture, whatever my name says.\n");
        Path garbage = Files.write(folder.resolve("garbage.jpg"), new byte[] {1, 2, 3});

        assertRefused(empty, "empty");
        assertRefused(text, "none of the picture formats");
        assertRefused(garbage, "none of the picture formats");
        assertRefused(folder.resolve("missing.png"), "does not exist");
        assertRefused(folder, folder.toString());
    }

    private static void assertRefused(Path file, String reason) {
        assertThatThrownBy(() -> Pictures.read(file))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining(String.valueOf(file.getFileName()))
                .hasMessageContaining(reason);
    }

    private static byte[] pngClaiming(int width, int height) {
        byte[] png = Samples.png(1, 1, 8, 0, new byte[1]);
        ByteBuffer.wrap(png).putInt(16, width).putInt(20, height);
        Samples.repairChecksums(png);
        return png;
    }

    private static void assertRefused(byte[] file, String reason) {
        assertThatThrownBy(() -> Pictures.read(file, "bomb", Limits.DEFAULT))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining("bomb")
                .hasMessageContaining(reason);
    }

    @Test
    void claimedSizesAreCheckedBeforeAnythingIsAllocated() {
        assertRefused(pngClaiming(60_000, 60_000), "60000 x 60000");
        assertRefused(pngClaiming(19_999, 19_999), "far too short");
        assertRefused(pngClaiming(1, 2_000_000), "far too short");
        assertThatThrownBy(() -> Pictures.read(pngClaiming(0, 5), "bomb", Limits.DEFAULT))
                .isInstanceOf(FoveaException.class);

        byte[] jpeg = Samples.encode(Samples.smooth(8, 8, 1), Format.JPEG);
        int frame = new String(jpeg, StandardCharsets.ISO_8859_1).indexOf("\u00ff\u00c0");
        ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) 20_000).putShort(frame + 7, (short) 20_000);
        assertRefused(jpeg, "far too short");

        byte[] gif = Samples.gif(Samples.smooth(8, 8, 1));
        Arrays.fill(gif, 6, 10, (byte) 0xff);
        assertRefused(gif, "65535 x 65535");

        byte[] bmp = Samples.encode(Samples.smooth(8, 8, 1), Format.BMP);
        ByteBuffer.wrap(bmp).putInt(18, Integer.reverseBytes(50_000)).putInt(22, Integer.reverseBytes(50_000));
        assertRefused(bmp, "cut off");

        byte[] tiff = Samples.encode(Samples.smooth(8, 8, 1), Format.TIFF);
        ByteBuffer.wrap(tiff).putInt(18, Integer.reverseBytes(90_000)).putInt(30, Integer.reverseBytes(90_000));
        assertRefused(tiff, "90000 x 90000");
    }

    @Test
    void limitsCanBeSet() {
        byte[] png = Samples.encode(Samples.smooth(30, 20, 1), Format.PNG);

        assertThatThrownBy(() -> Pictures.read(png, "a", new Limits(599, 100, 1000)))
                .hasMessageContaining("limit of 599");
        assertThatThrownBy(() -> Pictures.read(png, "a", new Limits(600, 29, 1000)))
                .hasMessageContaining("sides of 29");
        assertThat(Pictures.read(png, "a", new Limits(600, 30, 1000)).width()).isEqualTo(30);
        assertThatThrownBy(() -> Pictures.read(new ByteArrayInputStream(png), "a", new Limits(600, 30, png.length - 1)))
                .hasMessageContaining("longer than");
        assertThat(Pictures.read(new ByteArrayInputStream(png), "a", new Limits(600, 30, png.length))
                        .width())
                .isEqualTo(30);
        assertThatThrownBy(() -> new Limits(0, 1, 1)).isInstanceOf(FoveaException.class);
    }

    @Test
    void aWrongChecksumIsNoticed() {
        byte[] png = Samples.encode(Fixture.picture("img", 20, 20, 3), Format.PNG);
        png[png.length / 2] ^= 1;

        assertThatThrownBy(() -> Pictures.read(png, "a.png", SMALL))
                .hasMessageContaining("a.png")
                .hasMessageContaining("checksum");
    }

    /** Noise coded with long Huffman codes: a damaged scan must not come out as grey. */
    @Test
    void aJpegThatEndsInTheMiddleOfItsScanIsRefusedThoughItHasAnEndMarker() {
        byte[] jpeg = Samples.encode(Fixture.picture("img", 64, 64, 3), Format.JPEG);
        byte[] closed = Arrays.copyOf(jpeg, jpeg.length * 3 / 4);
        closed[closed.length - 2] = (byte) 0xff;
        closed[closed.length - 1] = (byte) 0xd9;

        assertThatThrownBy(() -> Pictures.read(closed, "a.jpg", SMALL))
                .hasMessageContaining("a.jpg")
                .hasMessageContaining("cut off");
    }

    @Test
    void aJpegWithoutItsEndMarkerIsStillWhole() {
        byte[] jpeg = Samples.encode(Samples.smooth(16, 16, 3), Format.JPEG);

        assertThat(Samples.decode(Arrays.copyOf(jpeg, jpeg.length - 2))).isEqualTo(Samples.decode(jpeg));
    }

    @Test
    void kindsOfJpegThatNobodyReadsAreNamed() {
        byte[] jpeg = Samples.encode(Samples.smooth(8, 8, 1), Format.JPEG);
        int frame = new String(jpeg, StandardCharsets.ISO_8859_1).indexOf("\u00ff\u00c0");
        byte[] lossless = jpeg.clone();
        lossless[frame + 1] = (byte) 0xc3;
        byte[] deep = jpeg.clone();
        deep[frame + 4] = 12;

        assertRefused(lossless, "lossless");
        assertRefused(deep, "12 bits");
    }
}
