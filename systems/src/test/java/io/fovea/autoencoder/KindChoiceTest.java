package io.fovea.autoencoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class KindChoiceTest {
    @Test
    void everyKindIsComparedAndTheChoiceRepeats() {
        Rows rows = Samples.plane(40, 6, 0.3);
        KindChoice.Choice choice = KindChoice.choose(rows, 2, 1, (done, of) -> {});
        assertThat(choice.neighbours()).isEqualTo(2);
        assertThat(choice.candidates())
                .extracting(KindChoice.Candidate::kind)
                .containsExactlyInAnyOrderElementsOf(KindChoice.kinds(2, 1).keySet());
        assertThat(choice.best()).isEqualTo(choice.candidates().get(0));
        assertThat(choice.candidates())
                .allSatisfy(c ->
                        assertThat(c.trust()).isLessThanOrEqualTo(choice.best().trust()));
    }

    @Test
    void aPlaneIsBestLeftToPca() {
        Rows rows = Samples.plane(200, 6, 0.05);
        AutoencoderEvaluation.Split split = AutoencoderEvaluation.split(200);
        Rows training = rows.pick(split.training());
        Rows test = rows.pick(split.test());
        try (Autoencoder map =
                Autoencoder.fit(training, Samples.small(AutoencoderConfig.deep(), 10), Autoencoder.Watcher.NONE)) {
            AutoencoderEvaluation.Report report = AutoencoderEvaluation.newRows(map, training, test, null);
            assertThat(report.sentence()).startsWith("For new rows the measures prefer PCA: better in");
            assertThat(report.rows()).isEqualTo(split.test().length);
            assertThat(report.map().figures().keySet()).containsAll(List.of("trustworthiness@10", "r2", "recon_mse"));
        }
        try (Autoencoder linear = Autoencoder.fit(training, AutoencoderConfig.linear(), Autoencoder.Watcher.NONE)) {
            assertThat(AutoencoderEvaluation.newRows(linear, training, test, null)
                            .sentence())
                    .isEqualTo("For new rows the measures see no difference between the linear map and PCA.");
        }
    }

    @Test
    void fewRowsAreGivenToTheLinearKindUnseen() {
        KindChoice.Choice choice = KindChoice.choose(Samples.plane(12, 3, 0.3), 2, 1, (done, of) -> {});
        assertThat(choice.best().kind()).isEqualTo("linear");
        assertThat(choice.neighbours()).isZero();
    }
}
