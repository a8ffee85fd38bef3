package io.fovea.metrics;

import io.fovea.parity.ParityCase;
import java.util.List;
import java.util.stream.Stream;

/** The fixtures of pictures and metrics that Fovea can compute: {@code parity/metrics}, and of maps: {@code parity/autoencoder/metrics.json}. */
public final class MetricsParity {
    private MetricsParity() {}

    public static List<ParityCase> cases() {
        return Stream.of(
                        PictureCases.all(),
                        SimilarityCases.all(),
                        PerceptualCases.all(),
                        GradientCases.all(),
                        MapCases.all())
                .flatMap(List::stream)
                .toList();
    }
}
