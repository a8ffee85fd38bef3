package io.fovea.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.FoveaException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TilingTest {
    /** Two zero-padded 5x5 convolutions over three channels, then each pixel repeated scale x scale times: a receptive field of 4 pixels to each side. */
    private static Tiling.TileFunction network(int scale) {
        Random random = new Random(7);
        float[] first = weights(random);
        float[] second = weights(random);
        return (chw, channels, height, width) -> repeat(
                convolve(convolve(chw, height, width, first), height, width, second), channels, height, width, scale);
    }

    private static final int FIELD = 4;

    private static float[] weights(Random random) {
        float[] weights = new float[3 * 3 * 25];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (random.nextFloat() - 0.5f) / 5;
        }
        return weights;
    }

    private static float[] convolve(float[] in, int height, int width, float[] weights) {
        float[] out = new float[in.length];
        for (int o = 0; o < 3; o++) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    out[(o * height + y) * width + x] = at(in, height, width, weights, o, y, x);
                }
            }
        }
        return out;
    }

    private static float at(float[] in, int height, int width, float[] weights, int o, int y, int x) {
        float sum = 0;
        for (int c = 0; c < 3; c++) {
            for (int dy = -2; dy <= 2; dy++) {
                for (int dx = -2; dx <= 2; dx++) {
                    if (y + dy >= 0 && y + dy < height && x + dx >= 0 && x + dx < width) {
                        sum += weights[((o * 3 + c) * 5 + dy + 2) * 5 + dx + 2]
                                * in[(c * height + y + dy) * width + x + dx];
                    }
                }
            }
        }
        return sum;
    }

    private static float[] repeat(float[] in, int channels, int height, int width, int scale) {
        float[] out = new float[in.length * scale * scale];
        for (int i = 0; i < out.length; i++) {
            int x = i % (width * scale) / scale;
            int y = i / (width * scale) % (height * scale) / scale;
            int c = i / (width * scale) / (height * scale);
            out[i] = in[(c * height + y) * width + x];
        }
        assertThat(channels).isEqualTo(3);
        return out;
    }

    private static float largestDifference(float[] a, float[] b) {
        assertThat(a).hasSameSizeAs(b);
        float largest = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs(a[i] - b[i]));
        }
        return largest;
    }

    @ParameterizedTest
    @CsvSource({"16,1", "16,3", "7,2", "1,2", "64,4", "29,1"})
    void equalsTheUntiledResultWhereTheMarginCoversTheReceptiveField(int tile, int scale) {
        float[] picture = Fixture.planes("img", 41, 29, 3);
        float[] whole = network(scale).apply(picture, 3, 41, 29);

        float[] tiled = new Tiling(tile, FIELD).run(picture, 3, 41, 29, scale, network(scale));

        assertThat(largestDifference(tiled, whole)).isLessThan(1e-5f);
    }

    @Test
    void aMarginThatIsTooSmallShowsSeams() {
        float[] picture = Fixture.planes("img", 41, 29, 3);
        float[] whole = network(2).apply(picture, 3, 41, 29);

        float[] tiled = new Tiling(16, FIELD - 1).run(picture, 3, 41, 29, 2, network(2));

        assertThat(largestDifference(tiled, whole)).isGreaterThan(1e-3f);
    }

    @Test
    void marginsAreClippedAtTheBorderAndTilesAreEven() {
        List<String> sizes = new ArrayList<>();
        Tiling tiling = new Tiling(10, 3);

        tiling.run(new float[21 * 10], 1, 10, 21, 1, (chw, c, h, w) -> {
            sizes.add(w + "x" + h);
            return chw;
        });

        assertThat(tiling.count(21, 10)).isEqualTo(3);
        assertThat(sizes).containsExactly("10x10", "13x10", "10x10");
    }

    @Test
    void bandsArriveFromTopToBottomAndHoldOneRowOfTiles() {
        List<String> bands = new ArrayList<>();

        new Tiling(10, 2)
                .run(
                        new float[3 * 25 * 21],
                        3,
                        25,
                        21,
                        2,
                        (chw, c, h, w) -> new float[c * h * w * 4],
                        (chw, c, top, rows, width) -> {
                            bands.add(top + "+" + rows + " of " + c + "x" + width);
                            assertThat(chw).hasSize(c * rows * width);
                        });

        assertThat(bands).containsExactly("0+16 of 3x42", "16+16 of 3x42", "32+18 of 3x42");
    }

    @Test
    void picturesGoThroughBandByBand() {
        Picture picture = Fixture.picture("img", 41, 29, 3);
        float[] whole = network(2).apply(picture.toFloats(), 3, 41, 29);

        for (int depth : new int[] {8, 16}) {
            Picture result = new Tiling(13, FIELD).run(picture.toDepth(depth), 2, network(2));

            assertThat(result).isEqualTo(Picture.of(whole, 3, 82, 58, depth));
        }
    }

    @Test
    void theFunctionMayChangeTheNumberOfChannels() {
        Picture grey = Fixture.picture("img", 9, 9, 2);

        Picture colour = new Tiling(4, 1).run(grey, 1, (chw, c, h, w) -> {
            assertThat(c).isEqualTo(1);
            float[] rgb = new float[3 * h * w];
            for (int k = 0; k < 3; k++) {
                System.arraycopy(chw, 0, rgb, k * h * w, h * w);
            }
            return rgb;
        });

        assertThat(colour).isEqualTo(grey.withoutAlpha().toRgb());
    }

    @Test
    void wrongScalesAndSizesAreRefused() {
        Tiling tiling = new Tiling(4, 1);

        assertThatThrownBy(() -> tiling.run(new float[25], 1, 5, 5, 2, (chw, c, h, w) -> chw))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining("scale");
        assertThatThrownBy(() -> tiling.run(new float[24], 1, 5, 5, 1, (chw, c, h, w) -> chw))
                .isInstanceOf(FoveaException.class);
        assertThatThrownBy(() -> tiling.run(new float[25], 1, 5, 5, 0, (chw, c, h, w) -> chw))
                .isInstanceOf(FoveaException.class);
        assertThatThrownBy(() -> new Tiling(0, 1)).isInstanceOf(FoveaException.class);
    }
}
