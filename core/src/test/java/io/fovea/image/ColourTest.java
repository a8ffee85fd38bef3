package io.fovea.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.fovea.image.Colour.Grey;
import org.junit.jupiter.api.Test;

class ColourTest {
    private final JsonNode fixture = Fixture.json("/parity/metrics/rgb_to_y.json");

    @Test
    void lumaEqualsTheReference() {
        JsonNode values = fixture.get("outputs").get(0).get("values");

        float[] y = Colour.luma(Fixture.picture("img", 8, 8, 3), Grey.Y);

        for (int i = 0; i < values.size(); i++) {
            assertThat((double) y[i]).isCloseTo(values.get(i).asDouble(), within(1e-4));
        }
    }

    @Test
    void namedColoursEqualTheReferenceInAllForms() {
        JsonNode config = fixture.get("config");
        for (int i = 0; i < config.get("colours").size(); i++) {
            Picture pixel = Picture.of8(1, 1, 3, bytes(config.get("colours").get(i)));

            float y = Colour.luma(pixel, Grey.Y)[0];

            assertThat((double) y).isCloseTo(config.get("y_float").get(i).asDouble(), within(1e-4));
            assertThat((double) Colour.luma(pixel.toFloats())[0]).isCloseTo(y, within(1e-4));
            assertThat((double) Colour.luma(pixel.toDepth(16), Grey.Y)[0]).isCloseTo(y, within(1e-4));
            assertThat(Colour.ycbcr(pixel)[0]).isEqualTo(y);
            assertThat(Colour.roundedYcbcr(pixel))
                    .isEqualTo(bytes(config.get("ycbcr_uint8").get(i)));
            assertThat(Colour.roundedLuma(pixel, Grey.Y)[0])
                    .isEqualTo(config.get("ycbcr_uint8").get(i).get(0).asInt());
        }
    }

    @Test
    void greyIsTakenAsItIsOrThroughLuma() {
        Picture grey = Picture.of8(2, 1, 1, new byte[] {0, (byte) 200});

        assertThat(Colour.luma(grey, Grey.RAW)).containsExactly(0, 200);
        assertThat(Colour.luma(grey, Grey.Y)).containsExactly(Colour.luma(grey.toRgb(), Grey.RAW));
        assertThat((double) Colour.luma(grey, Grey.Y)[1]).isCloseTo(16 + 219 / 255.0 * 200, within(1e-4));
    }

    @Test
    void alphaIsIgnored() {
        Picture opaque = Fixture.picture("img", 3, 3, 4);

        assertThat(Colour.luma(opaque, Grey.Y)).containsExactly(Colour.luma(opaque.withoutAlpha(), Grey.Y));
        assertThat(Colour.ycbcr(opaque)).containsExactly(Colour.ycbcr(opaque.withoutAlpha()));
    }

    private static byte[] bytes(JsonNode array) {
        byte[] bytes = new byte[array.size()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) array.get(i).asInt();
        }
        return bytes;
    }
}
