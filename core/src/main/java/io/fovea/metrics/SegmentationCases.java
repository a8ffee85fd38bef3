package io.fovea.metrics;

import io.fovea.parity.Check;
import io.fovea.parity.Fill;
import io.fovea.parity.Fixture;
import io.fovea.parity.ParityCase;
import java.util.List;

/** The scores of the Cityscapes protocol. */
final class SegmentationCases {
    private static final int IGNORED = 255;

    private SegmentationCases() {}

    static List<ParityCase> all() {
        return List.of(new ParityCase(f -> f.subject().equals("segmentation_scores"), SegmentationCases::scores));
    }

    /** Labels and predictions as the fixture's note makes them: predictions mostly agree, and class 18 is absent. */
    private static void scores(Fixture fixture, Check check) {
        int classes = fixture.config().path("classes").asInt();
        int n = fixture.input("label").shape().get(0).intValue();
        int[] truth = new int[n];
        int[] predicted = new int[n];
        for (int i = 0; i < n; i++) {
            int label = (int) ((Fill.u("label", i) + 0.5) * (classes + 2));
            boolean apart = Fill.u("agree", i) > 0.1;
            truth[i] = label >= classes - 1 ? IGNORED : label;
            int same = label >= classes ? 0 : label;
            predicted[i] = apart ? (int) ((Fill.u("pred", i) + 0.5) * classes) : same;
        }
        SegmentationScores scores = new SegmentationScores(classes);
        scores.add(truth, predicted);
        double[] table = new double[classes * classes];
        double[] accuracy = new double[classes];
        double[] iou = new double[classes];
        for (int c = 0; c < classes; c++) {
            for (int k = 0; k < classes; k++) {
                table[c * classes + k] = scores.count(c, k);
            }
            accuracy[c] = scores.accuracy(c);
            iou[c] = scores.iou(c);
        }
        check.output("hist", table, 0, classes, classes);
        check.output("per_class_acc", accuracy, 1e-8, classes);
        check.output("per_class_iou", iou, 1e-8, classes);
        check.loss("mean_pixel_acc", scores.pixelAccuracy());
        check.loss("mean_class_acc", scores.meanAccuracy());
        check.loss("mean_iou", scores.meanIou());
    }
}
