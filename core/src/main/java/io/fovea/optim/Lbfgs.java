package io.fovea.optim;

import io.fovea.torch.DType;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * L-BFGS over a full batch (Liu and Nocedal 1989) with a line search for the strong Wolfe conditions (Nocedal and Wright, Numerical
 * Optimization, algorithms 7.4, 3.5 and 3.6). Its own arithmetic is in double; use it with parameters in F64 where the last digits matter.
 */
public final class Lbfgs implements AutoCloseable {
    private static final double SUFFICIENT_DECREASE = 1e-4;
    private static final double CURVATURE = 0.9;
    private static final int TRIALS = 25;

    /** Computes the loss at the present parameters and leaves its gradient, and nothing else, in them. */
    @FunctionalInterface
    public interface Objective {
        double evaluate();
    }

    /** A place on the line that is searched: step length, loss, gradient and slope along the direction. */
    private record Point(double t, double loss, double[] gradient, double slope) {}

    private final List<Tensor> parameters;
    private final int size;
    private final int history;
    private final List<Tensor> steps = new ArrayList<>(); // x_{k+1} - x_k, a ring
    private final List<Tensor> changes = new ArrayList<>(); // g_{k+1} - g_k
    private final Tensor count = Tensor.zeros(DType.F64, 1).keep(); // pairs that were ever stored
    private final List<double[]> s = new ArrayList<>();
    private final List<double[]> y = new ArrayList<>();
    private @Nullable Point here;
    private boolean converged;
    private long stored;

    /** @param history pairs of steps and gradient changes that the curvature is estimated from; 20 is usual */
    public Lbfgs(Map<String, Tensor> parameters, int history) {
        this.parameters = List.copyOf(parameters.values());
        this.history = history;
        size = Math.toIntExact(this.parameters.stream().mapToLong(Tensor::numel).sum());
        for (int i = 0; i < history; i++) {
            steps.add(Tensor.zeros(DType.F64, size).keep());
            changes.add(Tensor.zeros(DType.F64, size).keep());
        }
    }

    /**
     * One iteration: a direction and a step along it.
     *
     * @return the loss after it
     */
    public double step(Objective objective) {
        restore();
        double[] x = values();
        Point start = here != null ? here : new Point(0, objective.evaluate(), gradients(), 0);
        double[] d = direction(start.gradient());
        double slope = dot(d, start.gradient());
        if (!(slope < 0)) {
            converged = true; // the gradient is 0 to working precision
            here = start;
            return start.loss();
        }
        double first = s.isEmpty() ? Math.min(1, 1 / absSum(start.gradient())) : 1;
        Point end = search(objective, x, d, new Point(0, start.loss(), start.gradient(), slope), first);
        if (end.t() == 0) {
            set(x, d, 0);
            converged = true; // no lower place can be told from this one
            here = start;
            return start.loss();
        }
        set(x, d, end.t());
        remember(scaled(d, end.t()), difference(end.gradient(), start.gradient()));
        here = end;
        return end.loss();
    }

    /** Whether the last iteration found no lower place. */
    public boolean converged() {
        return converged;
    }

    /** The largest absolute entry of the gradient at the present place; infinite before the first iteration. */
    public double largestGradient() {
        if (here == null) {
            return Double.POSITIVE_INFINITY;
        }
        double largest = 0;
        for (double g : here.gradient()) {
            largest = Math.max(largest, Math.abs(g));
        }
        return largest;
    }

    // ---- direction ----

    /** -H g by the two-loop recursion. */
    private double[] direction(double[] g) {
        double[] q = scaled(g, -1);
        int pairs = s.size();
        double[] alpha = new double[pairs];
        for (int i = pairs - 1; i >= 0; i--) {
            alpha[i] = dot(s.get(i), q) / dot(y.get(i), s.get(i));
            add(q, y.get(i), -alpha[i]);
        }
        if (pairs > 0) {
            double[] lastY = y.get(pairs - 1);
            double gamma = dot(s.get(pairs - 1), lastY) / dot(lastY, lastY);
            for (int i = 0; i < q.length; i++) {
                q[i] *= gamma;
            }
        }
        for (int i = 0; i < pairs; i++) {
            double beta = dot(y.get(i), q) / dot(y.get(i), s.get(i));
            add(q, s.get(i), alpha[i] - beta);
        }
        return q;
    }

    private void remember(double[] step, double[] change) {
        if (dot(step, change) <= 1e-10 * dot(change, change)) {
            return; // no curvature in it
        }
        add(step, change);
        try (Scope scope = Scope.open()) {
            int slot = (int) (stored % history);
            steps.get(slot).set(Tensor.of(step, size));
            changes.get(slot).set(Tensor.of(change, size));
            count.set(Tensor.of(new double[] {++stored}, 1));
        }
    }

    private void add(double[] step, double[] change) {
        if (s.size() == history) {
            s.remove(0);
            y.remove(0);
        }
        s.add(step);
        y.add(change);
    }

    /** Takes over what was loaded into the state. */
    private void restore() {
        long loaded = (long) count.item();
        if (loaded == stored) {
            return;
        }
        s.clear();
        y.clear();
        here = null;
        stored = loaded;
        for (long i = Math.max(0, stored - history); i < stored; i++) {
            int slot = (int) (i % history);
            add(steps.get(slot).toDoubles(), changes.get(slot).toDoubles());
        }
    }

    // ---- line search ----

    private Point search(Objective objective, double[] x, double[] d, Point start, double first) {
        Point before = start;
        double t = first;
        for (int trial = 0; trial < TRIALS; trial++) {
            Point p = at(objective, x, d, t);
            if (tooHigh(p, start) || (trial > 0 && p.loss() >= before.loss())) {
                return zoom(objective, x, d, start, before, p);
            }
            if (Math.abs(p.slope()) <= -CURVATURE * start.slope()) {
                return p;
            }
            if (p.slope() >= 0) {
                return zoom(objective, x, d, start, p, before);
            }
            double next = minimumOfCubic(before, p);
            t = Math.min(Math.max(next, p.t() + 0.01 * (p.t() - before.t())), 10 * p.t());
            before = p;
        }
        return before;
    }

    /** The interval between two places holds one that is good: {@code low} is the lower of them. */
    private Point zoom(Objective objective, double[] x, double[] d, Point start, Point low, Point high) {
        for (int trial = 0; trial < TRIALS; trial++) {
            double width = Math.abs(high.t() - low.t());
            double edge = Math.min(low.t(), high.t());
            double t = Math.min(Math.max(minimumOfCubic(low, high), edge + 0.1 * width), edge + 0.9 * width);
            Point p = at(objective, x, d, t);
            if (tooHigh(p, start) || p.loss() >= low.loss()) {
                high = p;
            } else {
                if (Math.abs(p.slope()) <= -CURVATURE * start.slope()) {
                    return p;
                }
                if (p.slope() * (high.t() - low.t()) >= 0) {
                    high = low;
                }
                low = p;
            }
        }
        return low;
    }

    private static boolean tooHigh(Point p, Point start) {
        return !(p.loss() <= start.loss() + SUFFICIENT_DECREASE * p.t() * start.slope());
    }

    /** Where the cubic through two values and slopes is least; the middle if it has no minimum between finite numbers. */
    private static double minimumOfCubic(Point a, Point b) {
        double d1 = a.slope() + b.slope() - 3 * (a.loss() - b.loss()) / (a.t() - b.t());
        double under = d1 * d1 - a.slope() * b.slope();
        double d2 = Math.signum(b.t() - a.t()) * Math.sqrt(under);
        double t = b.t() - (b.t() - a.t()) * (b.slope() + d2 - d1) / (b.slope() - a.slope() + 2 * d2);
        return Double.isFinite(t) ? t : (a.t() + b.t()) / 2;
    }

    private Point at(Objective objective, double[] x, double[] d, double t) {
        set(x, d, t);
        double loss = objective.evaluate();
        double[] g = gradients();
        return new Point(t, loss, g, dot(g, d));
    }

    // ---- vectors ----

    private double[] values() {
        return joined(parameters);
    }

    private double[] gradients() {
        try (Scope scope = Scope.open()) {
            return joined(parameters.stream()
                    .map(p -> Objects.requireNonNullElseGet(p.grad(), p::zerosLike))
                    .toList());
        }
    }

    private double[] joined(List<Tensor> tensors) {
        double[] all = new double[size];
        int at = 0;
        for (Tensor t : tensors) {
            double[] values = t.toDoubles();
            System.arraycopy(values, 0, all, at, values.length);
            at += values.length;
        }
        return all;
    }

    private void set(double[] x, double[] d, double t) {
        int at = 0;
        try (Scope scope = Scope.open()) {
            for (Tensor p : parameters) {
                double[] values = new double[(int) p.numel()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = x[at] + t * d[at];
                    at++;
                }
                p.set(Tensor.of(values, p.shape()));
            }
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double absSum(double[] a) {
        double sum = 0;
        for (double v : a) {
            sum += Math.abs(v);
        }
        return sum;
    }

    private static void add(double[] a, double[] b, double factor) {
        for (int i = 0; i < a.length; i++) {
            a[i] += factor * b[i];
        }
    }

    private static double[] scaled(double[] a, double factor) {
        double[] r = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            r[i] = a[i] * factor;
        }
        return r;
    }

    private static double[] difference(double[] a, double[] b) {
        double[] r = a.clone();
        add(r, b, -1);
        return r;
    }

    /** Everything that must be saved to go on: the pairs and their number. Loading writes into these tensors. */
    public Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        for (int i = 0; i < history; i++) {
            state.put("steps." + i, steps.get(i));
            state.put("changes." + i, changes.get(i));
        }
        state.put("count", count);
        return state;
    }

    @Override
    public void close() {
        state().values().forEach(Tensor::close);
    }
}
