package io.fovea.metrics;

import io.fovea.parity.ParityCase;
import java.util.List;
import java.util.stream.Stream;

/** The fixtures of pictures and metrics that Fovea can compute: {@code parity/metrics}, of maps ({@code parity/autoencoder/metrics.json}) and of
 * segmentation ({@code parity/pix2pix/segmentation_scores.json}). */
public final class MetricsParity {
    private MetricsParity() {}

    public static List<ParityCase> cases() {
        return Stream.of(
                        PictureCases.all(),
                        SimilarityCases.all(),
                        PerceptualCases.all(),
                        GradientCases.all(),
                        SegmentationCases.all(),
                        MapCases.all())
                .flatMap(List::stream)
                .toList();
    }
}
