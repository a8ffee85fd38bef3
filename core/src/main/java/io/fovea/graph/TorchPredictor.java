package io.fovea.graph;

import io.fovea.FoveaException;
import io.fovea.nn.Layer;
import io.fovea.torch.Autograd;
import io.fovea.torch.Device;
import io.fovea.torch.Precision;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** Runs a network on libtorch. The threads of one call are those of {@link io.fovea.torch.Engine#threads(int)}. */
public final class TorchPredictor implements Predictor {
    private final Layer network;
    private final Precision precision;
    private final Device device;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private boolean closed;

    /** Takes the network over: converts and moves it, switches it to evaluation, freezes it, and closes it in the end. */
    public TorchPredictor(Layer network, Precision precision, Device device) {
        this.network = network;
        this.precision = precision;
        this.device = device;
        network.eval();
        network.requiresGrad(false);
        network.to(precision.dtype());
        network.to(device);
    }

    @Override
    public float[] predict(float[] values, long... shape) {
        lock.readLock().lock();
        try (Scope scope = Scope.open();
                Autograd.Guard inference = Autograd.inference();
                Autograd.Guard cast = precision.autocast(device)) {
            if (closed) {
                throw new FoveaException("The network is closed already.");
            }
            Tensor x = Tensor.of(values, shape).to(device).to(precision.dtype());
            return network.apply(x).toFloats();
        } finally {
            lock.readLock().unlock();
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                network.close();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
