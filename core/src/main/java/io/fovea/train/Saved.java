package io.fovea.train;

import io.fovea.FoveaException;
import io.fovea.nn.Module;
import io.fovea.optim.Ema;
import io.fovea.optim.Optimizer;
import io.fovea.torch.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All tensors that a checkpoint holds, by name: each part's own names behind a prefix. Loading writes into them. */
public final class Saved {
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    public Saved add(String prefix, Module module) {
        return add(prefix, module.state());
    }

    public Saved add(String prefix, Optimizer optimizer) {
        return add(prefix, optimizer.state());
    }

    public Saved add(String prefix, Ema ema) {
        return add(prefix, ema.state());
    }

    public Saved add(String prefix, Map<String, Tensor> state) {
        state.forEach((name, t) -> tensors.put(prefix + "." + name, t));
        return this;
    }

    Map<String, Tensor> tensors() {
        return tensors;
    }

    /** Writes values into the tensors; every name must be there with its shape. */
    void load(Map<String, Tensor> values, String where) {
        List<String> wrong = new ArrayList<>();
        tensors.forEach((name, t) -> {
            Tensor v = values.get(name);
            if (v == null) {
                wrong.add(name + " is missing");
            } else if (!Arrays.equals(v.shape(), t.shape())) {
                wrong.add(name + " has shape " + Arrays.toString(v.shape()) + " instead of "
                        + Arrays.toString(t.shape()));
            }
        });
        if (!wrong.isEmpty()) {
            throw new FoveaException("The checkpoint " + where + " does not belong to this configuration: "
                    + String.join(", ", wrong.subList(0, Math.min(3, wrong.size())))
                    + (wrong.size() > 3 ? " and " + (wrong.size() - 3) + " more" : "") + ".");
        }
        tensors.forEach((name, t) -> t.set(java.util.Objects.requireNonNull(values.get(name))));
    }

    /** The tensors of a checkpoint that stand behind a prefix, by their own names. */
    public static <T> Map<String, T> part(Map<String, T> checkpoint, String prefix) {
        Map<String, T> part = new LinkedHashMap<>();
        checkpoint.forEach((name, t) -> {
            if (name.startsWith(prefix + ".")) {
                part.put(name.substring(prefix.length() + 1), t);
            }
        });
        return part;
    }
}
