package io.fovea.gan;

import io.fovea.torch.DType;
import io.fovea.torch.Device;
import io.fovea.torch.F;
import io.fovea.torch.Rng;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;

/**
 * Earlier generated pictures, half of which a discriminator is shown in place of new ones (Shrivastava et al. 2017; 50 of them in CycleGAN). Until it is full it stores
 * and returns what it is given. Then, for each picture, with p uniform in [0,1): if p is above 0.5, a stored one drawn at random is returned and replaced by the new
 * one; else the new one is returned and the pool left alone.
 */
public final class ImagePool implements AutoCloseable {
    private final int size;
    private final Tensor images; // size,C,H,W
    /** Images stored, state of the random stream. */
    private final Tensor state;

    /**
     * An empty pool.
     *
     * @param size pictures that it holds; with 0 it returns what it is given
     * @param shape C,H,W of a picture
     */
    public ImagePool(int size, long seed, DType dtype, Device device, long... shape) {
        this.size = size;
        long[] all = new long[shape.length + 1];
        all[0] = size;
        System.arraycopy(shape, 0, all, 1, shape.length);
        images = Tensor.zeros(dtype, all).keep();
        state = Tensor.of(new long[] {0, Rng.of(seed, 23).state()}, 2).keep();
        if (!images.device().equals(device)) {
            try (Scope scope = Scope.open()) {
                images.replace(images.to(device));
            }
        }
    }

    /** One picture for each of the given ones N,C,H,W, cut off from autograd. */
    public Tensor query(Tensor fakes) {
        if (size == 0) {
            return fakes.detach();
        }
        Rng rng = new Rng(state.toLongs()[1]);
        Tensor shown = query(fakes, rng::nextDouble);
        save(stored(), rng.state());
        return shown;
    }

    /** As {@link #query(Tensor)} with draws, uniform in [0,1), from elsewhere: p, then the slot where one is needed. */
    Tensor query(Tensor fakes, DoubleSupplier draws) {
        List<Tensor> shown = new ArrayList<>();
        for (int i = 0; i < fakes.size(0); i++) {
            Tensor fresh = F.slice(fakes.detach(), 0, i, i + 1);
            shown.add(exchange(fresh, draws));
        }
        return F.cat(shown, 0);
    }

    private Tensor exchange(Tensor fresh, DoubleSupplier draws) {
        int stored = stored();
        if (stored < size) {
            slot(stored).set(fresh);
            save(stored + 1, state.toLongs()[1]);
            return fresh;
        }
        if (draws.getAsDouble() <= 0.5) {
            return fresh;
        }
        Tensor slot = slot((int) (draws.getAsDouble() * size));
        Tensor old = slot.copy();
        slot.set(fresh);
        return old;
    }

    private Tensor slot(int index) {
        return F.slice(images, 0, index, index + 1);
    }

    /** How many pictures it holds. */
    int stored() {
        return (int) state.toLongs()[0];
    }

    private void save(long stored, long stream) {
        try (Scope scope = Scope.open()) {
            state.set(Tensor.of(new long[] {stored, stream}, 2));
        }
    }

    /** What a checkpoint must hold; loading writes into it. Empty for a pool of size 0. */
    public Map<String, Tensor> state() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        if (size > 0) {
            all.put("images", images);
            all.put("state", state);
        }
        return all;
    }

    @Override
    public void close() {
        images.close();
        state.close();
    }
}
