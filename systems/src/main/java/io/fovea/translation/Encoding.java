package io.fovea.translation;

/** Between pictures, in [0,1], and what networks compute with, in [-1,1]. */
final class Encoding {
    private Encoding() {}

    /** [0,1] to [-1,1], in place. */
    static float[] signed(float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = values[i] * 2 - 1;
        }
        return values;
    }

    /** [-1,1] to [0,1], in place. */
    static float[] unit(float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (values[i] + 1) / 2;
        }
        return values;
    }

    /** The 8-bit level that the public code writes for a value in [-1,1]: cut off, not rounded. */
    static int truncated(float value) {
        return (int) ((value + 1) / 2.0f * 255.0f);
    }
}
