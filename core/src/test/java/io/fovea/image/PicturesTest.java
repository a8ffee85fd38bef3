package io.fovea.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.FoveaException;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PicturesTest {
    private static final byte[] LINEAR_RGB =
            ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
    private static final byte[] GREY_PROFILE =
            ICC_Profile.getInstance(ColorSpace.CS_GRAY).getData();

    @TempDir
    private Path folder;

    private static double meanDifference(Picture a, Picture b) {
        assertThat(a.width()).isEqualTo(b.width());
        assertThat(a.height()).isEqualTo(b.height());
        assertThat(a.channels()).isEqualTo(b.channels());
        return IntStream.range(0, a.bytes().length)
                .map(i -> Math.abs((a.bytes()[i] & 0xff) - (b.bytes()[i] & 0xff)))
                .average()
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({"PNG,8", "PNG,16", "TIFF,8", "TIFF,16"})
    void losslessFormatsKeepEverySampleAndTheProfile(Format format, int depth) {
        for (int channels = 1; channels <= 4; channels++) {
            byte[] profile = channels < 3 ? GREY_PROFILE : LINEAR_RGB;
            Picture noise = Fixture.picture("img", 37, 53, channels).toDepth(depth);

            assertThat(Samples.decode(Samples.encode(noise, format))).isEqualTo(noise);
            assertThat(Samples.decode(Samples.encode(noise.withProfile(profile), format)))
                    .isEqualTo(noise.withProfile(profile));
        }
    }

    @Test
    void sixteenBitsAreSixteenBits() {
        short[] all = new short[65536];
        for (int i = 0; i < all.length; i++) {
            all[i] = (short) i;
        }
        Picture ramp = Picture.of16(256, 256, 1, all);

        assertThat(Samples.decode(Samples.encode(ramp, Format.PNG))).isEqualTo(ramp);
        assertThat(Samples.decode(Samples.encode(ramp, Format.TIFF))).isEqualTo(ramp);
    }

    /** Noise that deflate cannot shrink, and more strips than one. */
    @Test
    void tiffOfManyStripsIsRead() {
        Picture noise = Fixture.picture("img", 600, 401, 4).toDepth(16);

        assertThat(Samples.decode(Samples.encode(noise, Format.TIFF))).isEqualTo(noise);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void bmpKeepsEverySample(int channels) {
        Picture noise = Fixture.picture("img", 37, 53, channels);

        assertThat(Samples.decode(Samples.encode(noise, Format.BMP))).isEqualTo(noise);
        assertThat(Samples.decode(Samples.encode(noise.toDepth(16), Format.BMP)))
                .isEqualTo(noise);
    }

    @Test
    void formatsWithoutAlphaShowThePictureOverWhite() {
        Picture picture = Fixture.picture("img", 37, 53, 4);

        assertThat(Samples.decode(Samples.encode(picture, Format.BMP))).isEqualTo(picture.overWhite());
        Picture smooth = Samples.smooth(37, 53, 3).withAlpha(Samples.smooth(37, 53, 1));
        assertThat(meanDifference(Samples.decode(Samples.encode(smooth, Format.JPEG)), smooth.overWhite()))
                .isLessThan(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void jpegComesCloseAndKeepsTheProfile(int channels) {
        byte[] profile = channels == 1 ? GREY_PROFILE : LINEAR_RGB;
        Picture smooth = Samples.smooth(61, 43, channels).withProfile(profile);

        Picture back = Samples.decode(Samples.encode(smooth.toDepth(16), Format.JPEG));

        assertThat(meanDifference(back, smooth)).isLessThan(1);
        assertThat(back.profile()).isEqualTo(profile);
        assertThat(meanDifference(Samples.decode(Samples.progressive(smooth.withProfile(null))), smooth))
                .isLessThan(2);
    }

    @Test
    void jpegKeepsALargeProfileInSeveralParts() {
        byte[] large = Arrays.copyOf(LINEAR_RGB, 150_000);
        for (int i = LINEAR_RGB.length; i < large.length; i++) {
            large[i] = (byte) (i * 31);
        }
        Picture picture = Samples.smooth(16, 16, 3).withProfile(large);

        assertThat(Samples.decode(Samples.encode(picture, Format.JPEG)).profile())
                .isEqualTo(large);
    }

    /** One saturated column beside another: half-resolution colour would smear it. */
    @Test
    void highQualityJpegKeepsColourAtFullResolution() {
        byte[] stripes = new byte[32 * 32 * 3];
        for (int i = 0; i < stripes.length; i++) {
            stripes[i] = (byte) (i / 3 % 2 == 0 && i % 3 == 0 ? 200 : i / 3 % 2 == 1 && i % 3 == 2 ? 200 : 30);
        }
        Picture picture = Picture.of8(32, 32, 3, stripes);

        Picture fine = Samples.decode(Samples.encode(
                picture, WriteOptions.DEFAULT.withFormat(Format.JPEG).withJpegQuality(95)));
        Picture coarse = Samples.decode(Samples.encode(
                picture, WriteOptions.DEFAULT.withFormat(Format.JPEG).withJpegQuality(80)));

        assertThat(meanDifference(fine, picture)).isLessThan(4);
        assertThat(meanDifference(coarse, picture)).isGreaterThan(15);
    }

    @Test
    void qualitySetsTheSizeOfAJpeg() {
        Picture noise = Fixture.picture("img", 64, 64, 3);
        List<Integer> sizes = Stream.of(1, 30, 60, 90, 100)
                .map(quality -> Samples.encode(
                                noise,
                                WriteOptions.DEFAULT.withFormat(Format.JPEG).withJpegQuality(quality))
                        .length)
                .toList();

        assertThat(sizes).isSorted().doesNotHaveDuplicates();
        assertThatThrownBy(() -> WriteOptions.DEFAULT.withJpegQuality(0)).isInstanceOf(FoveaException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void orientationIsAppliedInEveryFormatThatHasOne(int orientation) {
        Picture upright = Samples.smooth(24, 16, 3);
        Picture stored = switch (orientation) {
            case 2 -> upright.flipHorizontal();
            case 3 -> upright.rotate90(2);
            case 4 -> upright.flipVertical();
            case 5 -> upright.transpose();
            case 6 -> upright.rotate90(1); // shown turned clockwise
            case 7 ->
                upright.rotate90(1).flipHorizontal().rotate90(2).flipVertical().flipHorizontal();
            case 8 -> upright.rotate90(-1);
            default -> upright;
        };
        byte[] jpeg = Samples.withSegment(
                Samples.encode(stored, Format.JPEG), 0xe1, Samples.join("Exif\0\0", Samples.exif(orientation)));
        byte[] plain = Samples.encode(stored, Format.PNG);
        byte[] png = ByteBuffer.allocate(plain.length + 38)
                .put(plain, 0, 33)
                .put(Samples.chunk("eXIf", Samples.exif(orientation)))
                .put(plain, 33, plain.length - 33)
                .array();

        assertThat(Samples.decode(png)).isEqualTo(upright);
        assertThat(meanDifference(Samples.decode(jpeg), upright)).isLessThan(1);
        assertThat(Pictures.header(jpeg, "a.jpg")).isEqualTo(new Pictures.Header(Format.JPEG, 24, 16));
    }

    @Test
    void webpIsTurnedUpright() {
        byte[] file = Fixture.bytes("turned.webp");

        Picture picture = Samples.decode(file);

        assertThat(picture).isEqualTo(formula().withoutAlpha().rotate90(-1));
        assertThat(Pictures.header(file, "turned.webp")).isEqualTo(new Pictures.Header(Format.WEBP, 12, 20));
    }

    /** The picture from which the lossless WebP samples were made. */
    private static Picture formula() {
        byte[] samples = new byte[20 * 12 * 4];
        for (int i = 0; i < 20 * 12; i++) {
            int x = i % 20;
            int y = i / 20;
            samples[4 * i] = (byte) (7 * x + 3 * y);
            samples[4 * i + 1] = (byte) (x * y);
            samples[4 * i + 2] = (byte) (255 - 5 * x);
            samples[4 * i + 3] = (byte) (20 * y + x);
        }
        return Picture.of8(20, 12, 4, samples);
    }

    @Test
    void losslessWebpKeepsEverySample() {
        assertThat(Samples.decode(Fixture.bytes("lossless-alpha.webp"))).isEqualTo(formula());
    }

    @Test
    void lossyWebpEqualsWhatLibwebpDecodes() {
        Picture expected = Samples.decode(Fixture.bytes("lossy-by-libwebp.png")).toRgb();

        assertThat(meanDifference(Samples.decode(Fixture.bytes("lossy.webp")), expected))
                .isLessThan(0.5);
        Picture withAlpha = Samples.decode(Fixture.bytes("lossy-alpha.webp"));
        assertThat(meanDifference(withAlpha.withoutAlpha(), expected)).isLessThan(1);
        assertThat(withAlpha.sample(60, 9, 3)).isEqualTo(124);
    }

    @Test
    void ofAnAnimatedWebpTheFirstFrameIsShownOnItsCanvas() {
        Picture picture = Samples.decode(Fixture.bytes("animated.webp"));

        assertThat(picture.width()).isEqualTo(20);
        assertThat(picture.crop(6, 4, 8, 6).withoutAlpha())
                .isEqualTo(formula().crop(6, 4, 8, 6).withoutAlpha());
        assertThat(picture.sample(7, 5, 3)).isEqualTo(255);
        assertThat(picture.sample(5, 4, 3)).isZero();
    }

    @Test
    void gifIsReadAndAFrameIsPlacedOnItsScreen() {
        Picture grey = Samples.smooth(9, 7, 1);
        byte[] file = Samples.gif(grey);
        assertThat(Samples.decode(file)).isEqualTo(grey);

        file[6] = 15; // logical screen 15 x 10
        file[8] = 10;
        int descriptor = indexOf(file, new byte[] {0x2c, 0, 0, 0, 0, 9, 0, 7, 0});
        file[descriptor + 1] = 4;
        file[descriptor + 3] = 2;

        Picture placed = Samples.decode(file);

        assertThat(placed.width()).isEqualTo(15);
        assertThat(placed.height()).isEqualTo(10);
        assertThat(placed.crop(4, 2, 9, 7).withoutAlpha()).isEqualTo(grey);
        assertThat(placed.sample(3, 2, 1)).isZero();
        assertThat(placed.sample(4, 2, 1)).isEqualTo(255);
    }

    private static int indexOf(byte[] file, byte[] part) {
        return IntStream.range(0, file.length - part.length)
                .filter(i -> Arrays.equals(file, i, i + part.length, part, 0, part.length))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void paletteBmpIsExpanded() {
        Picture grey = Samples.smooth(9, 7, 1);
        for (boolean runLengths : new boolean[] {false, true}) {
            Picture picture = Samples.decode(Samples.paletteBmp(grey, runLengths));

            assertThat(picture.channels()).isEqualTo(3);
            assertThat(picture.sample(8, 6, 0)).isEqualTo(grey.sample(8, 6, 0));
            assertThat(picture.sample(8, 6, 1)).isEqualTo(255 - grey.sample(8, 6, 0));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"LZW", "ZLib", "Deflate", "PackBits"})
    void tiffCompressionsAreRead(String compression) {
        for (int channels : new int[] {1, 3, 4}) {
            Picture smooth = Samples.smooth(31, 22, channels);

            assertThat(Samples.decode(Samples.tiff(smooth, compression))).isEqualTo(smooth);
        }
        Picture deep = Samples.smooth(31, 22, 3).toDepth(16);
        assertThat(Samples.decode(Samples.tiff(deep, compression))).isEqualTo(deep);
    }

    @Test
    void pngOfEveryBitDepthIsRead() {
        assertThat(Samples.decode(Samples.png(8, 1, 1, 0, new byte[] {(byte) 0b10110001}))
                        .bytes())
                .containsExactly(-1, 0, -1, -1, 0, 0, 0, -1);
        assertThat(Samples.decode(Samples.png(4, 1, 2, 0, new byte[] {0b00011011}))
                        .bytes())
                .containsExactly(0, 85, 170, 255);
        assertThat(Samples.decode(Samples.png(2, 1, 4, 0, new byte[] {(byte) 0xf3}))
                        .bytes())
                .containsExactly(255, 51);
        Picture deep = Samples.decode(Samples.png(1, 1, 16, 2, new byte[] {1, 2, 3, 4, (byte) 255, (byte) 254}));
        assertThat(deep.shorts()).containsExactly(0x0102, 0x0304, 0xfffe);
    }

    @Test
    void pngPalettesAreExpanded() {
        byte[] palette = Samples.chunk("PLTE", new byte[] {1, 2, 3, 40, 50, 60, 7, 8, 9});

        Picture opaque = Samples.decode(Samples.png(4, 1, 2, 3, new byte[] {0b00011000}, palette));
        Picture transparent = Samples.decode(Samples.png(
                4, 1, 2, 3, new byte[] {0b00011000}, palette, Samples.chunk("tRNS", new byte[] {(byte) 200, 0})));

        assertThat(opaque.bytes()).containsExactly(1, 2, 3, 40, 50, 60, 7, 8, 9, 1, 2, 3);
        assertThat(transparent.bytes()).containsExactly(1, 2, 3, 200, 40, 50, 60, 0, 7, 8, 9, 255, 1, 2, 3, 200);
    }

    @Test
    void aTransparentColourBecomesAlphaAtTheFilesOwnDepth() {
        byte[] key = Samples.chunk("tRNS", new byte[] {0, 3});
        assertThat(Samples.decode(Samples.png(2, 1, 4, 0, new byte[] {0x35}, key))
                        .bytes())
                .containsExactly(51, 0, 85, 255);

        byte[] deepKey = Samples.chunk("tRNS", new byte[] {1, 2, 3, 4, 5, 6});
        byte[] rows = {1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 7};
        assertThat(Samples.decode(Samples.png(2, 1, 16, 2, rows, deepKey))
                        .alpha()
                        .shorts())
                .containsExactly(0, 0xffff);
    }

    @Test
    void aDamagedProfileDoesNotCostThePicture() {
        byte[] nonsense = Samples.chunk("iCCP", Samples.join("name\0\0", new byte[] {1, 2, 3, 4, 5}));

        Picture picture = Samples.decode(Samples.png(1, 1, 8, 0, new byte[] {77}, nonsense));

        assertThat(picture).isEqualTo(Picture.of8(1, 1, 1, new byte[] {77}));
    }

    private static WritableRaster fourBands(int... pixel) {
        WritableRaster raster = Raster.createInterleavedRaster(0, 16, 16, 4, null);
        for (int i = 0; i < 256; i++) {
            raster.setPixel(i % 16, i / 16, pixel);
        }
        return raster;
    }

    private static byte[] adobe(int transform) {
        return Samples.join("Adobe", new byte[] {0, 100, 0, 0, 0, 0, (byte) transform});
    }

    /** Stored inverted, as Adobe does: 255 is no ink. */
    @Test
    void cmykJpegBecomesRgb() {
        byte[] plain = Samples.fourComponents(fourBands(200, 100, 255, 128));

        for (byte[] file : List.of(plain, Samples.withSegment(plain, 0xee, adobe(0)))) {
            Picture picture = Samples.decode(file);

            assertThat(picture.channels()).isEqualTo(3);
            assertThat(picture.sample(3, 3, 0)).isBetween(99, 101);
            assertThat(picture.sample(3, 3, 1)).isBetween(49, 51);
            assertThat(picture.sample(3, 3, 2)).isBetween(127, 129);
        }
    }

    /** Y = 100, Cb = Cr = 128 is the ink 255 - 100 on all three plates, black plate 255 (none). */
    @Test
    void ycckJpegBecomesRgb() {
        Picture neutral = Samples.decode(
                Samples.withSegment(Samples.fourComponents(fourBands(100, 128, 128, 255)), 0xee, adobe(2)));
        Picture red = Samples.decode(
                Samples.withSegment(Samples.fourComponents(fourBands(100, 128, 178, 255)), 0xee, adobe(2)));

        assertThat(neutral.sample(3, 3, 0)).isBetween(154, 156);
        assertThat(neutral.sample(3, 3, 2)).isBetween(154, 156);
        assertThat(red.sample(3, 3, 0)).isBetween(84, 86);
        assertThat(red.sample(3, 3, 1)).isBetween(190, 192);
    }

    /** Names and marker decide as in libjpeg: components called R, G, B are not converted, nor are those that Adobe's marker calls untransformed. */
    @Test
    void threeComponentsAreConvertedOnlyIfTheyAreYcbcr() {
        Picture smooth = Samples.smooth(16, 16, 3);
        byte[] jpeg = Samples.encode(smooth, Format.JPEG);
        byte[] noJfif = new byte[jpeg.length - 18];
        System.arraycopy(jpeg, 0, noJfif, 0, 2);
        System.arraycopy(jpeg, 20, noJfif, 2, jpeg.length - 20);
        byte[] raw = Samples.withSegment(noJfif, 0xee, adobe(0));

        assertThat(meanDifference(Samples.decode(noJfif), smooth)).isLessThan(1);
        assertThat(Samples.decode(Samples.withSegment(noJfif, 0xee, adobe(1)))).isEqualTo(Samples.decode(noJfif));
        assertThat(meanDifference(Samples.decode(raw), smooth)).isGreaterThan(20);
        assertThat((double) Samples.decode(raw).sample(8, 8, 0))
                .isCloseTo(
                        0.299 * smooth.sample(8, 8, 0)
                                + 0.587 * smooth.sample(8, 8, 1)
                                + 0.114 * smooth.sample(8, 8, 2),
                        org.assertj.core.api.Assertions.within(2.0));
    }

    @Test
    void contentCountsAndNotTheName() throws IOException {
        Path misnamed = folder.resolve("really-a-png.jpg");
        Files.write(misnamed, Samples.encode(Samples.smooth(8, 8, 3), Format.PNG));

        assertThat(Pictures.read(misnamed)).isEqualTo(Samples.smooth(8, 8, 3));
        assertThat(Pictures.header(misnamed).format()).isEqualTo(Format.PNG);
    }

    @Test
    void streamsAndPathsAreTheSame() throws IOException {
        Picture picture = Samples.smooth(8, 8, 4);
        Path file = folder.resolve("a.png");
        Pictures.write(picture, file, WriteOptions.DEFAULT);

        assertThat(Pictures.read(file)).isEqualTo(picture);
        assertThat(Pictures.read(new ByteArrayInputStream(Files.readAllBytes(file)), "a stream", Limits.DEFAULT))
                .isEqualTo(picture);
        assertThat(Files.readAllBytes(file)).isEqualTo(Samples.encode(picture, Format.PNG));
    }

    @Test
    void nothingIsOverwrittenUnasked() throws IOException {
        Path file = folder.resolve("a.png");
        Pictures.write(Samples.smooth(8, 8, 3), file, WriteOptions.DEFAULT);

        assertThatThrownBy(() -> Pictures.write(Samples.smooth(9, 9, 3), file, WriteOptions.DEFAULT))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining("a.png")
                .hasMessageContaining("exists already");
        assertThat(Pictures.header(file).width()).isEqualTo(8);

        Pictures.write(Samples.smooth(9, 9, 3), file, WriteOptions.DEFAULT.withOverwrite(true));
        assertThat(Pictures.header(file).width()).isEqualTo(9);
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).containsExactly(file);
        }
    }

    @ParameterizedTest
    @EnumSource(Format.class)
    void theNameChoosesTheFormat(Format format) {
        Path file = folder.resolve("a." + format.extensions().get(0).toUpperCase(java.util.Locale.ROOT));
        if (!format.writable()) {
            assertThatThrownBy(() -> Pictures.write(Samples.smooth(8, 8, 3), file, WriteOptions.DEFAULT))
                    .isInstanceOf(FoveaException.class)
                    .hasMessageContaining(format.name());
            return;
        }
        Pictures.write(Samples.smooth(8, 8, 3), file, WriteOptions.DEFAULT);
        assertThat(Pictures.header(file)).isEqualTo(new Pictures.Header(format, 8, 8));
    }

    @Test
    void whatCannotBeWrittenIsRefusedBeforeAFileIsTouched() {
        Picture wide = Picture.of8(65_501, 1, 1, new byte[65_501]);

        assertThatThrownBy(() -> Pictures.write(wide, folder.resolve("a.jpg"), WriteOptions.DEFAULT))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining("a.jpg")
                .hasMessageContaining("65500");
        assertThatThrownBy(() -> Pictures.write(wide, folder.resolve("a.xyz"), WriteOptions.DEFAULT))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining(".png");
        assertThatThrownBy(() -> Pictures.write(wide, folder.resolve("none").resolve("a.png"), WriteOptions.DEFAULT))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining("none");
        assertThat(folder).isEmptyDirectory();
    }
}
