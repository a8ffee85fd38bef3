package io.fovea.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.FoveaException;
import io.fovea.parity.ParityRunner;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SegmentationScoresTest {
    @Test
    void theCityscapesScoresAreThoseOfThePublicScript() throws URISyntaxException {
        Path file = Path.of(Objects.requireNonNull(getClass().getResource("/parity/metrics/segmentation_scores.json"))
                .toURI());
        ParityRunner.Result result = ParityRunner.check(file, null, MetricsParity.cases());
        assertThat(result.verdict()).as(result.line()).isEqualTo(ParityRunner.Verdict.PASS);
    }

    @Test
    void absentClassesCountAsZeroAndIgnoredPixelsNotAtAll() {
        SegmentationScores scores = new SegmentationScores(3);
        scores.add(new int[] {0, 0, 1, 255}, new int[] {0, 1, 1, 2});
        assertThat(scores.pixelAccuracy()).isEqualTo(2 / 3.0);
        assertThat(scores.meanAccuracy()).isCloseTo((0.5 + 1 + 0) / 3, org.assertj.core.api.Assertions.within(1e-9));
        assertThat(scores.meanIou()).isCloseTo((0.5 + 0.5 + 0) / 3, org.assertj.core.api.Assertions.within(1e-9));
        assertThatThrownBy(() -> scores.add(new int[] {0}, new int[] {3}))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining("Class 3 was predicted");
    }
}
