package io.fovea.metrics;

import io.fovea.FoveaException;

/**
 * How well classes of pixels agree: one table of counts, true class x predicted class, over a whole set (Long, Shelhamer, Darrell 2015, section 5; the FCN score of pix2pix and
 * CycleGAN). A class that does not occur counts as 0 in the means.
 */
public final class SegmentationScores {
    /** In the denominators, so that an absent class gives 0. */
    private static final double TINY = 1e-12;

    private final int classes;
    private final long[] counts;

    public SegmentationScores(int classes) {
        if (classes < 1) {
            throw new FoveaException("A segmentation has at least one class, not " + classes + ".");
        }
        this.classes = classes;
        counts = new long[classes * classes];
    }

    /**
     * Counts the pixels of another picture.
     *
     * @param truth classes; a pixel whose class is not below the number of classes is left out
     * @param predicted classes, all below the number of classes
     */
    public void add(int[] truth, int[] predicted) {
        if (truth.length != predicted.length) {
            throw new FoveaException("There are " + truth.length + " true classes and " + predicted.length
                    + " predicted ones; there must be one of each for every pixel.");
        }
        for (int i = 0; i < truth.length; i++) {
            if (truth[i] >= 0 && truth[i] < classes) {
                if (predicted[i] < 0 || predicted[i] >= classes) {
                    throw new FoveaException("Class " + predicted[i] + " was predicted; there are " + classes + ".");
                }
                counts[truth[i] * classes + predicted[i]]++;
            }
        }
    }

    /** How many pixels of class {@code truth} were taken for {@code predicted}. */
    public long count(int truth, int predicted) {
        return counts[truth * classes + predicted];
    }

    private double row(int c) {
        double sum = 0;
        for (int k = 0; k < classes; k++) {
            sum += count(c, k);
        }
        return sum;
    }

    private double column(int c) {
        double sum = 0;
        for (int k = 0; k < classes; k++) {
            sum += count(k, c);
        }
        return sum;
    }

    /** Share of the pixels that were predicted right; 0 if none were counted. */
    public double pixelAccuracy() {
        double right = 0;
        double all = 0;
        for (int c = 0; c < classes; c++) {
            right += count(c, c);
            all += row(c);
        }
        return all == 0 ? 0 : right / all;
    }

    /** Share of a class's pixels that were predicted right. */
    public double accuracy(int c) {
        return count(c, c) / (row(c) + TINY);
    }

    /** Pixels that truth and prediction give to a class, as a share of those that one of them does. */
    public double iou(int c) {
        return count(c, c) / (row(c) + column(c) - count(c, c) + TINY);
    }

    public double meanAccuracy() {
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            sum += accuracy(c);
        }
        return sum / classes;
    }

    public double meanIou() {
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            sum += iou(c);
        }
        return sum / classes;
    }
}
