package io.fovea.data;

import io.fovea.FoveaException;
import io.fovea.torch.Device;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Prepares the next batches on threads of its own while the optimiser works. Use it from one thread. */
public final class Loader implements AutoCloseable {
    private final BatchSource source;
    private final Device device;
    private final int ahead;
    private final ExecutorService workers;
    private final Deque<Future<Batch>> queue = new ArrayDeque<>();
    private long nextToQueue;
    private long waitedNanos;

    /**
     * @param firstStep the step whose batch {@link #next} gives first
     * @param threads threads that prepare batches
     * @param ahead batches that may be ready in advance
     */
    public Loader(BatchSource source, long firstStep, Device device, int threads, int ahead) {
        this.source = source;
        this.device = device;
        this.ahead = ahead;
        nextToQueue = firstStep;
        workers = Executors.newFixedThreadPool(threads, r -> {
            Thread t = new Thread(r, "fovea-loader");
            t.setDaemon(true);
            return t;
        });
        fill();
    }

    private void fill() {
        while (queue.size() < ahead) {
            long step = nextToQueue++;
            queue.add(workers.submit(() -> source.batch(step)));
        }
    }

    /** The next batch, in order; the caller closes it. */
    public Batch next() {
        long start = System.nanoTime();
        try {
            Batch batch = queue.remove().get();
            batch.to(device);
            fill();
            return batch;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FoveaException("Interrupted while waiting for data.", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof FoveaException f) {
                throw f;
            }
            throw new FoveaException("A batch could not be prepared: " + e.getCause(), e.getCause());
        } finally {
            waitedNanos += System.nanoTime() - start;
        }
    }

    /** Seconds that {@link #next} has waited since the last call of this method. */
    public double takeWaitedSeconds() {
        double seconds = waitedNanos / 1e9;
        waitedNanos = 0;
        return seconds;
    }

    @Override
    public void close() {
        workers.shutdownNow();
        for (Future<Batch> f : queue) {
            if (!f.cancel(true) && f.isDone() && !f.isCancelled()) {
                try {
                    f.get().close();
                } catch (InterruptedException | ExecutionException e) {
                    Thread.currentThread().isInterrupted(); // the batch never came to be
                }
            }
        }
        queue.clear();
    }
}
