package io.fovea.train;

/** One figure of an evaluation, for instance {@code Score.higher("psnr_y", 31.3)} or {@code Score.lower("lpips", 0.12)}. */
public record Score(String name, double value, Better better) {
    /** The direction in which a figure improves. */
    public enum Better {
        HIGHER,
        LOWER
    }

    public static Score higher(String name, double value) {
        return new Score(name, value, Better.HIGHER);
    }

    public static Score lower(String name, double value) {
        return new Score(name, value, Better.LOWER);
    }

    /** Whether this value is strictly better than {@code other}, read in this score's direction. NaN is worse than every number. */
    public boolean beats(double other) {
        if (Double.isNaN(value) || Double.isNaN(other)) {
            return !Double.isNaN(value);
        }
        return better == Better.HIGHER ? value > other : value < other;
    }
}
