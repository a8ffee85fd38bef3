package io.fovea.image;

import io.fovea.FoveaException;
import io.fovea.image.Resample.Filter;

/** For each output position of one side: which input positions it draws on, and with which weights, which sum to 1. */
final class Taps {
    /** Taps per output position; unused ones have weight 0. */
    final int perOutput;

    final int outputs;
    final int[] inputs;
    final double[] weights;

    private Taps(int outputs, int perOutput) {
        if ((long) outputs * perOutput > Integer.MAX_VALUE - 8) {
            throw new FoveaException("Cannot resize to " + outputs + " pixels: too large.");
        }
        this.outputs = outputs;
        this.perOutput = perOutput;
        inputs = new int[outputs * perOutput];
        weights = new double[outputs * perOutput];
    }

    private static void check(int length, int newLength) {
        if (length < 1 || newLength < 1) {
            throw new FoveaException(
                    "Cannot resize " + length + " to " + newLength + " pixels: both must be at least 1.");
        }
    }

    /** MATLAB imresize: bicubic, widened by 1/scale for reductions, the picture mirrored at its border with the edge pixel repeated. */
    static Taps matlab(int length, int newLength, double scale) {
        check(length, newLength);
        double width = scale < 1 ? 4 / scale : 4;
        double squeeze = Math.min(1, scale);
        Taps taps = new Taps(newLength, (int) Math.ceil(width) + 2);
        for (int k = 0; k < newLength; k++) {
            double centre = (k + 1) / scale + 0.5 * (1 - 1 / scale); // counted from 1
            int left = (int) Math.floor(centre - width / 2);
            for (int t = 0; t < taps.perOutput; t++) {
                taps.inputs[k * taps.perOutput + t] = mirror(left + t - 1, length);
                taps.weights[k * taps.perOutput + t] = Resample.cubic(squeeze * (centre - left - t));
            }
            taps.normalise(k);
        }
        return taps;
    }

    /** Index -1 becomes 0, -2 becomes 1, n becomes n-1, n+1 becomes n-2, and so on with period 2n. */
    private static int mirror(int index, int n) {
        int i = Math.floorMod(index, 2 * n);
        return i < n ? i : 2 * n - 1 - i;
    }

    /** Pillow: the filter widened by the scale for reductions, cut off at the border. */
    static Taps pillow(int length, int newLength, Filter filter) {
        check(length, newLength);
        double scale = (double) length / newLength;
        if (filter == Filter.NEAREST) {
            return nearest(length, newLength, scale);
        }
        double widening = Math.max(1, scale);
        double support = filter.support() * widening;
        Taps taps = new Taps(newLength, Math.min(length, (int) Math.ceil(support) * 2 + 1));
        for (int k = 0; k < newLength; k++) {
            double centre = (k + 0.5) * scale;
            int from = Math.max(0, (int) (centre - support + 0.5));
            int to = Math.min(length, (int) (centre + support + 0.5));
            for (int t = 0; t < to - from; t++) {
                taps.inputs[k * taps.perOutput + t] = from + t;
                taps.weights[k * taps.perOutput + t] = filter.at((from + t - centre + 0.5) * (1 / widening));
            }
            taps.normalise(k);
        }
        return taps;
    }

    /** Adds the scale up as Pillow does: where a centre lies between two samples, the rounding of the sum decides. */
    private static Taps nearest(int length, int newLength, double scale) {
        Taps taps = new Taps(newLength, 1);
        double centre = scale * 0.5;
        for (int k = 0; k < newLength; k++, centre += scale) {
            taps.inputs[k] = Math.min(length - 1, (int) centre);
            taps.weights[k] = 1;
        }
        return taps;
    }

    private void normalise(int output) {
        double sum = 0;
        for (int t = output * perOutput; t < (output + 1) * perOutput; t++) {
            sum += weights[t];
        }
        for (int t = output * perOutput; sum != 0 && t < (output + 1) * perOutput; t++) {
            weights[t] /= sum;
        }
    }

    /** The weights in fixed point, rounded half away from zero. */
    int[] fixed(int bits) {
        int[] fixed = new int[weights.length];
        for (int i = 0; i < fixed.length; i++) {
            fixed[i] = (int) (weights[i] * (1 << bits) + (weights[i] < 0 ? -0.5 : 0.5));
        }
        return fixed;
    }
}
