package io.fovea.nn;

import io.fovea.torch.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Layers one after another. Children are named by their index, or as they were added. */
public final class Sequential extends Layer {
    private final List<Layer> layers = new ArrayList<>();

    public Sequential(Layer... layers) {
        for (Layer layer : layers) {
            add(layer);
        }
    }

    public Sequential add(Layer layer) {
        return add(Integer.toString(layers.size()), layer);
    }

    public Sequential add(String name, Layer layer) {
        layers.add(child(name, layer));
        return this;
    }

    public int size() {
        return layers.size();
    }

    public Layer get(int index) {
        return layers.get(index);
    }

    @Override
    protected Tensor forward(Tensor x) {
        Tensor y = x;
        for (Layer layer : layers) {
            Tensor next = layer.apply(y);
            if (y != x && next != y) {
                y.close(); // autograd keeps what it needs; inference gets the memory back at once
            }
            y = next;
        }
        return y;
    }
}
