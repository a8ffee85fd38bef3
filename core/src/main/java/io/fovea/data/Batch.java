package io.fovea.data;

import io.fovea.torch.Device;
import io.fovea.torch.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tensors of one training step by name, each with the samples in its first dimension. */
public record Batch(Map<String, Tensor> tensors) implements AutoCloseable {
    public static Batch of(String name, Tensor t) {
        return new Batch(new LinkedHashMap<>(Map.of(name, t.keep())));
    }

    public Batch and(String name, Tensor t) {
        tensors.put(name, t.keep());
        return this;
    }

    public Tensor get(String name) {
        Tensor t = tensors.get(name);
        if (t == null) {
            throw new IllegalArgumentException("The batch has " + tensors.keySet() + ", not " + name + ".");
        }
        return t;
    }

    /** Moves the tensors in place. */
    void to(Device device) {
        for (Tensor t : tensors.values()) {
            if (!t.device().equals(device)) {
                t.replace(t.to(device));
            }
        }
    }

    @Override
    public void close() {
        tensors.values().forEach(Tensor::close);
    }
}
