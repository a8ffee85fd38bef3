package io.fovea.torch;

/**
 * A small random stream for data order and augmentation (SplitMix64, Steele 2014). Independent of libtorch, cheap to make for every
 * batch, and its whole state is one number.
 */
public final class Rng {
    private long state;

    public Rng(long state) {
        this.state = state;
    }

    /** A stream for one place of a run: the same keys give the same stream, other keys an unrelated one. */
    public static Rng of(long seed, long... keys) {
        Rng rng = new Rng(seed);
        for (long key : keys) {
            rng = new Rng(rng.nextLong() ^ (key * 0xD1342543DE82EF95L));
        }
        return new Rng(rng.nextLong());
    }

    public long state() {
        return state;
    }

    public long nextLong() {
        state += 0x9E3779B97F4A7C15L;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** Uniform in [0, bound). */
    public int nextInt(int bound) {
        return (int) Math.multiplyHigh(nextLong() >>> 1, (long) bound << 1);
    }

    public boolean nextBoolean() {
        return nextLong() < 0;
    }

    /** Uniform in [0, 1). */
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1.0p-53;
    }

    /** Standard normal (Box and Muller 1958). */
    public double nextGaussian() {
        double u = 1 - nextDouble();
        return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * nextDouble());
    }

    /** A random order of 0..n-1. */
    public int[] permutation(int n) {
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            int j = nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
