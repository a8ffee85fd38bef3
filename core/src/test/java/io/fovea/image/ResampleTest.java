package io.fovea.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.fovea.FoveaException;
import io.fovea.image.Resample.Filter;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ResampleTest {
    static Stream<JsonNode> matlabCases() {
        return stream(Fixture.json("/parity/metrics/imresize_matlab.json").get("outputs"));
    }

    static Stream<JsonNode> pillowCases() {
        return stream(Fixture.json("/parity/metrics/resize_pil.json").get("outputs"))
                .filter(output -> output.get("name").asText().startsWith("pil "));
    }

    static Stream<JsonNode> torchCases() {
        return stream(Fixture.json("/parity/metrics/resize_pil.json").get("outputs"))
                .filter(output -> output.get("name").asText().startsWith("torch bicubic antialias"));
    }

    static Stream<JsonNode> morePillowCases() {
        return stream(Fixture.json("pillow_filters.json").get("outputs"));
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static int[] sizes(String text) {
        String[] parts = text.split("x", -1);
        return new int[] {Integer.parseInt(parts[0]), Integer.parseInt(parts[1])};
    }

    @ParameterizedTest
    @MethodSource("matlabCases")
    void matlabScaleEqualsTheReference(JsonNode output) {
        String[] words = output.get("name").asText().split(" ", -1);
        int[] size = sizes(words[1]);
        double scale =
                words[3].startsWith("1/") ? 1.0 / Integer.parseInt(words[3].substring(2)) : Integer.parseInt(words[3]);
        int height = output.get("shape").get(0).asInt();
        int width = output.get("shape").get(1).asInt();

        float[] result = Resample.matlab(Fixture.planes("img", size[0], size[1], 3), 3, size[0], size[1], scale);

        assertThat(Resample.matlabSize(size[0], scale)).isEqualTo(height);
        assertThat(Resample.matlabSize(size[1], scale)).isEqualTo(width);
        assertThat(result).hasSize(3 * height * width);
        for (int i = 0; i < output.get("indices").size(); i++) {
            int index = output.get("indices").get(i).asInt();
            assertThat((double) Fixture.hwc(result, height, width, 3, index))
                    .isCloseTo(output.get("values").get(i).asDouble(), within(2e-6));
        }
    }

    @ParameterizedTest
    @MethodSource("pillowCases")
    void pillowEqualsTheReferenceBitForBit(JsonNode output) {
        String[] words = output.get("name").asText().split(" ", -1);
        int[] from = sizes(words[2]);
        int[] to = sizes(words[4]);

        Picture result = Resample.pillow(Fixture.picture("img", from[0], from[1], 3), to[1], to[0], filter(words[1]));

        for (int i = 0; i < output.get("indices").size(); i++) {
            int index = output.get("indices").get(i).asInt();
            assertThat(result.bytes()[index] & 0xff)
                    .isEqualTo(output.get("values").get(i).asInt());
        }
    }

    @ParameterizedTest
    @MethodSource("morePillowCases")
    void everyFilterAndChannelCountEqualsPillow(JsonNode output) {
        String[] words = output.get("name").asText().split(" ", -1);
        int[] from = sizes(words[1]);
        int[] to = sizes(words[3]);
        int channels = output.get("shape").get(2).asInt();

        Picture result =
                Resample.pillow(Fixture.picture("img", from[0], from[1], channels), to[1], to[0], filter(words[0]));

        assertThat(unsigned(result)).containsExactly(ints(output.get("values")));
    }

    @ParameterizedTest
    @MethodSource("torchCases")
    void pillowTapsInFloatsEqualTorchWithAntialias(JsonNode output) {
        String[] words = output.get("name").asText().split(" ", -1);
        int[] from = sizes(words[3]);
        int[] to = sizes(words[5]);
        float[] input = Fixture.picture("img", from[0], from[1], 3).toFloats();

        float[] result = Resample.pillow(input, 3, from[0], from[1], to[0], to[1], Filter.BICUBIC);

        for (int i = 0; i < output.get("indices").size(); i++) {
            int index = output.get("indices").get(i).asInt();
            assertThat(255.0 * result[index])
                    .isCloseTo(output.get("values").get(i).asDouble(), within(1e-3));
        }
    }

    @Test
    void picturesAreRoundedOnceAtTheEnd() {
        Picture picture = Fixture.picture("img", 23, 31, 3);
        float[] exact = Resample.matlab(picture.toFloats(), 3, 23, 31, 0.25);

        Picture result = Resample.matlab(picture, 0.25);

        assertThat(result.width()).isEqualTo(8);
        assertThat(result.height()).isEqualTo(6);
        for (int i = 0; i < 8 * 6 * 3; i++) {
            double value = 255.0 * Fixture.hwc(exact, 6, 8, 3, i);
            assertThat((double) (result.bytes()[i] & 0xff)).isCloseTo(Math.max(0, Math.min(255, value)), within(0.501));
        }
    }

    @Test
    void overshootIsClampedAndNotWrapped() {
        Picture edge = Picture.of8(4, 1, 1, new byte[] {0, 0, -1, -1});

        assertThat(unsigned(Resample.matlab(edge, 16, 1))).contains(0, 255).doesNotContain(-1, 256);
        assertThat(Resample.matlab(edge, 16, 1).sample(10, 0, 0)).isEqualTo(255);
        assertThat(Resample.matlab(edge, 16, 1).sample(5, 0, 0)).isEqualTo(0);
    }

    @Test
    void aSizeGivesEachSideItsOwnScale() {
        float[] input = Fixture.planes("img", 24, 32, 1);

        assertThat(Resample.matlab(input, 1, 24, 32, 12, 16)).containsExactly(Resample.matlab(input, 1, 24, 32, 0.5));
        assertThat(Resample.matlab(input, 1, 24, 32, 24, 16)).hasSize(24 * 16);
    }

    @Test
    void sizesFollowMatlabsCeilWithoutRoundingError() {
        assertThat(Resample.matlabSize(33, 1.0 / 3)).isEqualTo(11);
        assertThat(Resample.matlabSize(31, 0.25)).isEqualTo(8);
        assertThat(Resample.matlabSize(7, 3)).isEqualTo(21);
    }

    @Test
    void sixteenBitsKeepTheirDepth() {
        Picture picture = Fixture.picture("img", 9, 7, 4).toDepth(16);

        Picture matlab = Resample.matlab(picture, 2.0);
        Picture pillow = Resample.pillow(picture, 14, 18, Filter.BICUBIC);

        assertThat(matlab.depth()).isEqualTo(16);
        assertThat(pillow.depth()).isEqualTo(16);
        assertThat(Math.abs(matlab.sample(3, 4, 1) / 257.0
                        - Resample.matlab(picture.toDepth(8), 2.0).sample(3, 4, 1)))
                .isLessThan(1);
    }

    /** Large enough to be spread over threads; the reference is the row-by-row sum for a few pixels. */
    @Test
    void largePicturesGiveTheSameFromSeveralThreads() {
        Picture picture = Fixture.picture("img", 700, 900, 3);

        Picture first = Resample.matlab(picture, 2.0);
        Picture strip = Resample.matlab(picture.crop(0, 0, 900, 40), 2.0);

        assertThat(Resample.matlab(picture, 2.0)).isEqualTo(first);
        assertThat(strip.crop(0, 0, 1800, 70)).isEqualTo(first.crop(0, 0, 1800, 70));
    }

    @Test
    void impossibleSizesAreRefused() {
        Picture picture = Fixture.picture("img", 9, 7, 1);

        assertThatThrownBy(() -> Resample.matlab(picture, 0))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining("positive");
        assertThatThrownBy(() -> Resample.matlab(picture, Double.NaN)).isInstanceOf(FoveaException.class);
        assertThatThrownBy(() -> Resample.pillow(picture, 0, 5, Filter.BOX))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining("at least 1");
        assertThatThrownBy(() -> Resample.matlab(new float[5], 1, 2, 3, 2.0)).isInstanceOf(FoveaException.class);
    }

    private static Filter filter(String name) {
        return Filter.valueOf(name.toUpperCase(Locale.ROOT));
    }

    private static int[] unsigned(Picture picture) {
        byte[] bytes = picture.bytes();
        int[] values = new int[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            values[i] = bytes[i] & 0xff;
        }
        return values;
    }

    private static int[] ints(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToInt(JsonNode::asInt)
                .toArray();
    }
}
