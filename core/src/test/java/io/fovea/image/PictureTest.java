package io.fovea.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.FoveaException;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PictureTest {
    /** 2 wide, 3 high: rows "ab", "cd", "ef". */
    private static final Picture LETTERS = Picture.of8(2, 3, 1, new byte[] {'a', 'b', 'c', 'd', 'e', 'f'});

    private static String rows(Picture picture) {
        StringBuilder text = new StringBuilder();
        for (int y = 0; y < picture.height(); y++) {
            for (int x = 0; x < picture.width(); x++) {
                text.append((char) picture.sample(x, y, 0));
            }
            text.append(y + 1 < picture.height() ? "/" : "");
        }
        return text.toString();
    }

    @Test
    void turnsAndFlips() {
        assertThat(rows(LETTERS.flipHorizontal())).isEqualTo("ba/dc/fe");
        assertThat(rows(LETTERS.flipVertical())).isEqualTo("ef/cd/ab");
        assertThat(rows(LETTERS.transpose())).isEqualTo("ace/bdf");
        assertThat(rows(LETTERS.rotate90(1))).isEqualTo("bdf/ace");
        assertThat(rows(LETTERS.rotate90(-1))).isEqualTo("eca/fdb");
        assertThat(rows(LETTERS.rotate90(2))).isEqualTo("fe/dc/ba");
        assertThat(LETTERS.rotate90(4)).isEqualTo(LETTERS);
    }

    @Test
    void turnsMoveWholePixels() {
        Picture picture = Fixture.picture("img", 5, 3, 4).toDepth(16);

        assertThat(picture.rotate90(1).rotate90(-1)).isEqualTo(picture);
        assertThat(picture.flipHorizontal().sample(0, 4, 2)).isEqualTo(picture.sample(2, 4, 2));
        assertThat(picture.transpose().sample(4, 2, 3)).isEqualTo(picture.sample(2, 4, 3));
    }

    @Test
    void cropsInsideOnly() {
        assertThat(rows(LETTERS.crop(1, 1, 1, 2))).isEqualTo("d/f");
        assertThat(rows(LETTERS.cropToMultiple(2))).isEqualTo("ab/cd");
        assertThatThrownBy(() -> LETTERS.crop(1, 1, 2, 1))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining("inside");
        assertThatThrownBy(() -> LETTERS.cropToMultiple(4)).isInstanceOf(FoveaException.class);
    }

    @ParameterizedTest
    @CsvSource({"1,8", "2,8", "3,8", "4,8", "1,16", "2,16", "3,16", "4,16"})
    void buffersAndFloatsKeepEverySample(int channels, int depth) {
        Picture picture = Fixture.picture("img", 6, 7, channels).toDepth(depth);
        Picture colour = picture.withoutAlpha();

        assertThat(Picture.of(picture.toBufferedImage())).isEqualTo(picture);
        assertThat(Picture.of(colour.toFloats(), colour.channels(), 6, 7, depth))
                .isEqualTo(colour);
    }

    @Test
    void greyIsReadFromTheRaster() {
        BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_BYTE_GRAY);
        byte[] values = {10, 100, (byte) 200};
        System.arraycopy(values, 0, ((DataBufferByte) image.getRaster().getDataBuffer()).getData(), 0, 3);

        assertThat(Picture.of(image)).isEqualTo(Picture.of8(3, 1, 1, values));
        assertThat(image.getRGB(1, 0) & 0xff).as("what getRGB would have said").isNotEqualTo(100);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                BufferedImage.TYPE_INT_RGB,
                BufferedImage.TYPE_INT_BGR,
                BufferedImage.TYPE_3BYTE_BGR,
                BufferedImage.TYPE_INT_ARGB,
                BufferedImage.TYPE_4BYTE_ABGR,
                BufferedImage.TYPE_4BYTE_ABGR_PRE,
                BufferedImage.TYPE_INT_ARGB_PRE
            })
    void standardImageTypesAreRead(int type) {
        BufferedImage image = new BufferedImage(2, 2, type);
        image.setRGB(1, 1, 0xff102030);
        image.setRGB(0, 1, 0xffc0ffee);

        Picture picture = Picture.of(image);

        assertThat(picture.channels()).isEqualTo(image.getColorModel().hasAlpha() ? 4 : 3);
        assertThat(picture.sample(1, 1, 0)).isEqualTo(0x10);
        assertThat(picture.sample(1, 1, 2)).isEqualTo(0x30);
        assertThat(picture.sample(0, 1, 1)).isEqualTo(0xff);
    }

    @Test
    void aPartOfAnImageIsReadWhereItLies() {
        BufferedImage image = Fixture.picture("img", 6, 7, 3).toBufferedImage();

        assertThat(Picture.of(image.getSubimage(2, 1, 4, 3)))
                .isEqualTo(Picture.of(image).crop(2, 1, 4, 3));
    }

    @Test
    void premultipliedAlphaIsDividedOut() {
        BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_4BYTE_ABGR_PRE);
        image.getRaster().setPixel(0, 0, new int[] {50, 100, 0, 128});

        assertThat(Picture.of(image).bytes()).containsExactly(100, 199, 0, 128);
    }

    @Test
    void fiveBitSamplesAreSpread() {
        BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_USHORT_565_RGB);
        image.setRGB(0, 0, 0xffffffff);

        assertThat(Picture.of(image).bytes()).containsExactly(255, 255, 255);
    }

    @Test
    void anImageCarriesAUsableProfile() {
        byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
        Picture picture = Fixture.picture("img", 2, 2, 3).withProfile(profile);

        assertThat(Picture.of(picture.toBufferedImage())).isEqualTo(picture);
        assertThat(Picture.of(picture.withProfile(new byte[] {1, 2, 3}).toBufferedImage())
                        .profile())
                .isNull();
    }

    @Test
    void floatsAreClampedAndRoundedHalfUp() {
        float[] values = {-0.5f, 1.5f, Float.NaN, 0.5f, 100.5f / 255, 100.49f / 255};

        assertThat(Picture.of(values, 1, 1, 6, 8).bytes()).containsExactly(0, 255, 0, 128, 101, 100);
        assertThat(Picture.of(values, 1, 1, 6, 16).sample(3, 0, 0)).isEqualTo(32768);
    }

    @Test
    void chosenChannelsComeInTheOrderAsked() {
        Picture pixel = Picture.of8(1, 1, 4, new byte[] {0, 51, 102, (byte) 255});

        assertThat(pixel.toFloats(3, 1)).containsExactly(1f, 0.2f);
        assertThatThrownBy(() -> pixel.toFloats(4)).isInstanceOf(FoveaException.class);
    }

    @Test
    void alphaIsSplitMergedAndLaidOverWhite() {
        Picture picture = Fixture.picture("img", 4, 5, 4);

        assertThat(picture.withoutAlpha().withAlpha(picture.alpha())).isEqualTo(picture);
        Picture pixels = Picture.of8(3, 1, 2, new byte[] {100, 0, 100, -1, 100, (byte) 128});
        assertThat(pixels.overWhite().bytes())
                .containsExactly(255, 100, (byte) Math.round((100 * 128 + 255 * 127) / 255.0));
        assertThatThrownBy(() -> picture.withoutAlpha().alpha()).isInstanceOf(FoveaException.class);
        assertThatThrownBy(() -> picture.withAlpha(picture)).isInstanceOf(FoveaException.class);
    }

    @Test
    void depthsConvertBackAndForth() {
        Picture all = Picture.of8(256, 1, 1, bytes());

        assertThat(all.toDepth(16).sample(255, 0, 0)).isEqualTo(65535);
        assertThat(all.toDepth(16).toDepth(8)).isEqualTo(all);
        assertThat(Picture.of16(3, 1, 1, new short[] {128, 129, (short) 65406})
                        .toDepth(8)
                        .bytes())
                .containsExactly(0, 1, 254);
    }

    private static byte[] bytes() {
        byte[] all = new byte[256];
        for (int i = 0; i < 256; i++) {
            all[i] = (byte) i;
        }
        return all;
    }

    @Test
    void greyBecomesColourByCopying() {
        assertThat(Picture.of8(1, 1, 2, new byte[] {7, 9}).toRgb().bytes()).containsExactly(7, 7, 7, 9);
    }

    @Test
    void impossiblePicturesAreRefused() {
        assertThatThrownBy(() -> Picture.of8(2, 2, 3, new byte[11]))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining("12");
        assertThatThrownBy(() -> Picture.of8(2, 2, 5, new byte[20])).isInstanceOf(FoveaException.class);
        assertThatThrownBy(() -> Picture.of8(0, 2, 1, new byte[0])).isInstanceOf(FoveaException.class);
        assertThatThrownBy(() -> Picture.of(new float[3], 1, 2, 2, 8)).isInstanceOf(FoveaException.class);
        assertThatThrownBy(() -> Picture.of(new float[4], 1, 2, 2, 12)).isInstanceOf(FoveaException.class);
        assertThatThrownBy(LETTERS::shorts).isInstanceOf(FoveaException.class);
    }
}
