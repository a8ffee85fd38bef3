package io.fovea.data;

import io.fovea.torch.Rng;

/** The order in which samples are drawn: every sample once an epoch, each epoch shuffled anew, as a function of position alone. */
public final class EpochOrder {
    private final int size;
    private final long seed;
    private long epoch = -1;
    private int[] order = {};

    public EpochOrder(int size, long seed) {
        this.size = size;
        this.seed = seed;
    }

    /** Index of the sample at this position of the endless sequence. */
    public synchronized int at(long position) {
        long wanted = position / size;
        if (wanted != epoch) {
            order = Rng.of(seed, wanted).permutation(size);
            epoch = wanted;
        }
        return order[(int) (position % size)];
    }
}
