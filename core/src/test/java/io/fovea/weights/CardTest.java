package io.fovea.weights;

import static io.fovea.weights.SafetensorsTest.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.FoveaException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CardTest {
    static Card card(String name, @Nullable String sha256) {
        return new Card(
                name,
                "srgan",
                "SRResNet, 16 blocks",
                1_549_462,
                "T91 and BSDS300-train",
                "Apache-2.0",
                "fovea srgan train",
                new Card.Training("9 h", 100_000, "2 cores", "2026-11-25"),
                List.of(new Card.Figure("PSNR-Y dB", "Set5", 31.25, "fovea srgan evaluate")),
                "Photographs only.",
                sha256,
                1);
    }

    @Test
    void jsonKeepsEverything() {
        Card card = card("srresnet-x4", "ab");
        assertThat(Card.fromJson(card.toJson(), "test")).isEqualTo(card);
        assertThat(Card.fromJson(card.withSha256(null).toJson(), "test").sha256())
                .isNull();
    }

    @Test
    void theCardInsideAFileHasNoSumOfThatFile() {
        String json = at(WeightsFormat.metadata("srgan", "{}", card("a", "ab")), WeightsFormat.CARD);
        assertThat(Card.fromJson(json, "test")).isEqualTo(card("a", null));
    }

    @Test
    void wrongCardsAreNamed() {
        String json = card("a", "b").toJson();
        assertThatThrownBy(() -> Card.fromJson(json.replace("licence", "license"), "zoo:a"))
                .isExactlyInstanceOf(FoveaException.class)
                .hasMessage("The card of zoo:a: \"license\" is not known, did you mean \"licence\"?");
        assertThatThrownBy(() -> Card.fromJson(json.replaceAll("\"licence\".*\n", ""), "zoo:a"))
                .isExactlyInstanceOf(FoveaException.class)
                .hasMessageContaining("licence");
        assertThatThrownBy(() -> Card.fromJson(json.replace("1549462", "\"many\""), "zoo:a"))
                .isExactlyInstanceOf(FoveaException.class);
        assertThatThrownBy(() -> Card.fromJson("{", "zoo:a")).isExactlyInstanceOf(FoveaException.class);
    }
}
