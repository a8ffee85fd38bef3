package io.fovea.nn;

import io.fovea.FoveaException;
import io.fovea.torch.Autograd;
import io.fovea.torch.DType;
import io.fovea.torch.Device;
import io.fovea.torch.F;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A part of a network: named parameters, buffers and children, in the order of their declaration. A parameter's full name joins the names
 * on its way with dots, as in {@code body.3.conv1.weight}.
 */
public abstract class Module implements AutoCloseable {
    private final Map<String, Tensor> parameters = new LinkedHashMap<>();
    private final Map<String, Tensor> buffers = new LinkedHashMap<>();
    private final Map<String, Module> children = new LinkedHashMap<>();
    private boolean training = true;

    /** Declares a child; returns it, so that a field can be initialised with it. */
    protected final <M extends Module> M child(String name, M module) {
        children.put(name, module);
        return module;
    }

    /** Declares a parameter: a tensor that an optimiser moves. */
    protected final Tensor parameter(String name, Tensor t) {
        t.keep().requiresGrad(true);
        parameters.put(name, t);
        return t;
    }

    /** Declares a buffer: a tensor that belongs to the network's state and has no gradient. */
    protected final Tensor buffer(String name, Tensor t) {
        buffers.put(name, t.keep());
        return t;
    }

    /** Takes back a parameter that was declared, for options that leave it out. */
    protected final void removeParameter(String name) {
        Tensor t = parameters.remove(name);
        if (t != null) {
            t.close();
        }
    }

    /** Every parameter by its full name. */
    public final Map<String, Tensor> parameters() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        modules().forEach((path, m) -> m.parameters.forEach((name, t) -> all.put(join(path, name), t)));
        return all;
    }

    /** Every buffer by its full name. */
    public final Map<String, Tensor> buffers() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        modules().forEach((path, m) -> m.buffers.forEach((name, t) -> all.put(join(path, name), t)));
        return all;
    }

    /** Parameters and buffers by full name: all that a weights file holds. */
    public final Map<String, Tensor> state() {
        Map<String, Tensor> all = new LinkedHashMap<>();
        modules().forEach((path, m) -> {
            m.parameters.forEach((name, t) -> all.put(join(path, name), t));
            m.buffers.forEach((name, t) -> all.put(join(path, name), t));
        });
        return all;
    }

    /** This module under "" and every descendant by its full name, parents before children. */
    public final Map<String, Module> modules() {
        Map<String, Module> all = new LinkedHashMap<>();
        collect("", all);
        return all;
    }

    private void collect(String path, Map<String, Module> into) {
        into.put(path, this);
        children.forEach((name, m) -> m.collect(join(path, name), into));
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /**
     * Copies values in by name, converting type and device.
     *
     * @throws FoveaException naming every key that is missing, unknown or of another shape (the first few of each)
     */
    public final void load(Map<String, Tensor> values) {
        Map<String, Tensor> own = state();
        List<String> missing = new ArrayList<>(own.keySet());
        missing.removeAll(values.keySet());
        List<String> unknown = new ArrayList<>(values.keySet());
        unknown.removeAll(own.keySet());
        List<String> shapes = new ArrayList<>();
        own.forEach((name, t) -> {
            Tensor v = values.get(name);
            if (v != null && !Arrays.equals(v.shape(), t.shape())) {
                shapes.add(name + " " + Arrays.toString(v.shape()) + " instead of " + Arrays.toString(t.shape()));
            }
        });
        if (!missing.isEmpty() || !unknown.isEmpty() || !shapes.isEmpty()) {
            throw new FoveaException(
                    "The weights do not fit " + getClass().getSimpleName() + "." + list(" Missing: ", missing)
                            + list(" Not part of it: ", unknown) + list(" Of another shape: ", shapes));
        }
        values.forEach((name, v) -> Objects.requireNonNull(own.get(name)).set(v));
    }

    private static String list(String title, List<String> names) {
        if (names.isEmpty()) {
            return "";
        }
        String more = names.size() > 4 ? " and " + (names.size() - 4) + " more" : "";
        return title + String.join(", ", names.subList(0, Math.min(4, names.size()))) + more + ".";
    }

    /** Number of values that an optimiser moves. */
    public final long parameterCount() {
        return parameters().values().stream().mapToLong(Tensor::numel).sum();
    }

    public final boolean isTraining() {
        return training;
    }

    /** Switches batch norm and dropout, here and below, between training and evaluation. */
    public final void train(boolean on) {
        modules().values().forEach(m -> m.training = on);
    }

    /** Switches to evaluation. */
    public final void eval() {
        train(false);
    }

    /** Freezes or thaws every parameter. */
    public final void requiresGrad(boolean wanted) {
        parameters().values().forEach(t -> t.requiresGrad(wanted));
    }

    /** Converts floating-point parameters and buffers in place. */
    public final void to(DType dtype) {
        try (Scope scope = Scope.open();
                Autograd.Guard off = Autograd.noGrad()) {
            for (Tensor t : state().values()) {
                if (t.dtype().isFloatingPoint() && t.dtype() != dtype) {
                    t.replace(t.to(dtype));
                }
            }
        }
    }

    /** Stores the kernels of convolutions channels last, in place, which makes their results so too; see {@link F#channelsLast}. */
    public final void channelsLast() {
        try (Scope scope = Scope.open();
                Autograd.Guard off = Autograd.noGrad()) {
            for (Tensor t : parameters().values()) {
                if (t.dim() == 4) {
                    t.replace(F.channelsLast(t));
                }
            }
        }
    }

    /** Moves parameters and buffers in place. */
    public final void to(Device device) {
        try (Scope scope = Scope.open();
                Autograd.Guard off = Autograd.noGrad()) {
            for (Tensor t : state().values()) {
                if (!t.device().equals(device)) {
                    t.replace(t.to(device));
                }
            }
        }
    }

    /** Frees the memory of every parameter and buffer. */
    @Override
    public final void close() {
        state().values().forEach(Tensor::close);
    }
}
