package io.fovea.gan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.train.Score;
import org.junit.jupiter.api.Test;

/** What the fixture of the public code does not hold; its own kinds are in {@link GanParityTest}. */
class RatesTest {
    @Test
    void theLinesOfOtherVersionsEndWhereTheyDidThere() {
        Rates early = new Rates(Rates.Kind.LINEAR_EARLY, 2e-4, 100, 100, 1);
        assertThat(early.at(99)).isEqualTo(2e-4);
        assertThat(early.at(100)).isEqualTo(Rates.linear(2e-4, 100, 100).at(101));
        assertThat(early.at(200)).isEqualTo(0);
        Rates late = new Rates(Rates.Kind.LINEAR_LATE, 2e-4, 100, 100, 1);
        assertThat(late.at(101)).isEqualTo(2e-4);
        assertThat(late.at(200)).isCloseTo(2e-6, within(1e-15));
    }

    @Test
    void aRunThatGoesOnFromWeightsHasFewerEpochs() {
        Rates rates = new Rates(Rates.Kind.LINEAR, 2e-4, 100, 100, 151);
        assertThat(rates.length()).isEqualTo(50);
        assertThat(rates.at(1)).isEqualTo(Rates.linear(2e-4, 100, 100).at(151));
        assertThatThrownBy(() -> new Rates(Rates.Kind.LINEAR, 2e-4, 100, 100, 201))
                .hasMessageContaining("rates.firstEpoch is 201");
    }

    @Test
    void aPlateauIsOneOfFiguresThatGrowToo() {
        try (Plateau plateau = new Plateau()) {
            for (int i = 0; i < 6; i++) {
                plateau.see(Score.higher("psnr", 20));
                plateau.see(Score.higher("psnr", 20 + i));
            }
            assertThat(plateau.factor()).isEqualTo(1);
            for (int i = 0; i < 6; i++) {
                plateau.see(Score.higher("psnr", 20));
            }
            assertThat(plateau.factor()).isEqualTo(0.2);
        }
    }
}
