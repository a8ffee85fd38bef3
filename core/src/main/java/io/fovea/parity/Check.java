package io.fovea.parity;

import com.fasterxml.jackson.databind.JsonNode;
import io.fovea.FoveaException;
import io.fovea.parity.Fixture.Expected;
import io.fovea.parity.Fixture.Kind;
import io.fovea.torch.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Collects the comparisons of one fixture, and what it could not be compared for want of. */
public final class Check {
    /** Nine significant digits are written to the files. */
    private static final double WRITTEN = 1e-8;

    private final Fixture fixture;
    private final @Nullable Path data;
    private final List<Outcome> outcomes = new ArrayList<>();
    private final Set<String> needs = new LinkedHashSet<>();
    private final Set<String> seen = new TreeSet<>();

    /**
     * For one fixture.
     *
     * @param data folder of pictures and weights, or null if there is none
     */
    public Check(Fixture fixture, @Nullable Path data) {
        this.fixture = fixture;
        this.data = data;
    }

    // ---- what is needed ----

    /** A file of the data folder, if it is there; else it is noted that the fixture needs it. */
    public Optional<Path> data(String relative) {
        return found(data == null ? null : data.resolve(relative), relative + " of the data folder");
    }

    /** A file in the fixture's own folder, if it is there; else it is noted that the fixture needs it. */
    public Optional<Path> beside(String name) {
        return found(fixture.file().resolveSibling(name), name + " beside it");
    }

    private Optional<Path> found(@Nullable Path path, String name) {
        if (path != null && Files.exists(path)) {
            return Optional.of(path);
        }
        needs.add(name);
        return Optional.empty();
    }

    // ---- tensors ----

    /** Compares an output of the fixture, relative to its absmax. */
    public void output(String name, Tensor actual) {
        output(name, actual, fixture.tolerance(Kind.OUTPUTS));
    }

    /** As {@link #output(String, Tensor)} with another tolerance, relative to absmax. */
    public void output(String name, Tensor actual, double tolerance) {
        output(name, actual.toDoubles(), tolerance, actual.shape());
    }

    /** As {@link #output(String, Tensor, double)} for values in row-major order. */
    public void output(String name, double[] actual, double tolerance, long... shape) {
        seen.add("outputs " + name);
        tensor(fixture.output(name), actual, tolerance, shape);
    }

    /** As {@link #output(String, double[], double, long...)}, with an absolute tolerance. */
    public void outputWithin(String name, double[] actual, double absolute, long... shape) {
        output(name, actual, absolute / fixture.output(name).absmax(), shape);
    }

    /** Compares shape, the given values, mean, standard deviation and absmax, all relative to the expected absmax. */
    public void tensor(Expected expected, double[] actual, double tolerance, long... shape) {
        String name = expected.name();
        List<Long> ours = Arrays.stream(shape).boxed().toList();
        if (!ours.equals(expected.shape())) {
            throw new FoveaException(name + " has shape " + ours + ", expected is " + expected.shape() + ".");
        }
        if (expected.values().isEmpty()) {
            throw new FoveaException(fixture.file() + " gives no values for " + name + ".");
        }
        double scale = expected.absmax() > 0 ? expected.absmax() : 1;
        double worst = 0;
        for (int i = 0; i < expected.values().size(); i++) {
            int index = expected.indices().get(i);
            if (index < 0 || index >= actual.length) {
                throw new FoveaException(fixture.file() + ": " + name + " has no element " + index + ".");
            }
            worst = larger(worst, Math.abs(actual[index] - expected.values().get(i)));
        }
        outcomes.add(new Outcome(name, worst / scale, tolerance));
        statistics(expected, actual, scale, tolerance);
    }

    private void statistics(Expected expected, double[] actual, double scale, double tolerance) {
        double mean = Arrays.stream(actual).sum() / actual.length;
        double variance =
                Arrays.stream(actual).map(v -> (v - mean) * (v - mean)).sum() / actual.length;
        double absmax = Arrays.stream(actual).map(Math::abs).reduce(0, Check::larger);
        statistic(expected.name() + ", mean", mean, expected.mean(), scale, tolerance);
        statistic(expected.name() + ", std", Math.sqrt(variance), expected.std(), scale, tolerance);
        statistic(expected.name() + ", absmax", absmax, expected.absmax(), scale, tolerance);
    }

    private void statistic(String what, double actual, double expected, double scale, double tolerance) {
        if (!Double.isNaN(expected)) {
            double error = Math.abs(actual - expected) / scale;
            outcomes.add(new Outcome(what, error < WRITTEN ? 0 : error, tolerance));
        }
    }

    /** The maximum, with NaN above everything. */
    private static double larger(double a, double b) {
        return Double.isNaN(a) || Double.isNaN(b) ? Double.NaN : Math.max(a, b);
    }

    // ---- numbers ----

    /** Compares an entry of {@code losses}, relatively. */
    public void loss(String name, double actual) {
        loss(name, actual, fixture.tolerance(Kind.LOSSES));
    }

    /** As {@link #loss(String, double)} with another relative tolerance. */
    public void loss(String name, double actual, double tolerance) {
        seen.add("losses " + name);
        relative(name, actual, number("losses", name), tolerance);
    }

    /** Compares an entry of {@code grad_norms}, relatively. */
    public void gradNorm(String name, double actual) {
        gradNorm(name, actual, fixture.tolerance(Kind.GRAD_NORMS));
    }

    /** As {@link #gradNorm(String, double)} with another relative tolerance. */
    public void gradNorm(String name, double actual, double tolerance) {
        seen.add("grad_norms " + name);
        relative("gradient of " + name, actual, number("grad_norms", name), tolerance);
    }

    /** Compares an entry of {@code grad_norms} whose true value is 0, as a convolution's bias before batch norm has: absolutely. */
    public void zeroGradNorm(String name, double actual, double tolerance) {
        seen.add("grad_norms " + name);
        metric("gradient of " + name, actual, number("grad_norms", name), tolerance);
    }

    /** Compares any number relatively. */
    public void relative(String what, double actual, double expected, double tolerance) {
        double scale = expected == 0 ? 1 : Math.abs(expected);
        outcomes.add(new Outcome(what, Math.abs(actual - expected) / scale, tolerance));
    }

    /** Compares a metric, absolutely, with the usual tolerance. */
    public void metric(String what, double actual, double expected) {
        metric(what, actual, expected, fixture.tolerance(Kind.METRICS));
    }

    /** Compares any number absolutely. Equal infinities are equal. */
    public void metric(String what, double actual, double expected, double tolerance) {
        double error = actual == expected ? 0 : Math.abs(actual - expected);
        outcomes.add(new Outcome(what, error, tolerance));
    }

    /** Compares names and shapes with the reference's state dict {@code keys}, in any order. */
    public void keys(Map<String, long[]> ours) {
        for (Fixture.Key key : fixture.keys()) {
            long[] shape = ours.get(key.name());
            if (shape == null || !Arrays.stream(shape).boxed().toList().equals(key.shape())) {
                throw new FoveaException("The key " + key.name() + " " + key.shape() + " is "
                        + (shape == null ? "missing." : "of shape " + Arrays.toString(shape) + "."));
            }
        }
        if (ours.size() != fixture.keys().size()) {
            throw new FoveaException("The network has " + ours.size() + " tensors, the reference "
                    + fixture.keys().size() + ".");
        }
    }

    /** Says that an entry of {@code outputs}, {@code losses} or {@code grad_norms} is left out on purpose. */
    public void leaveOut(String part, String name) {
        seen.add(part + " " + name);
    }

    private double number(String part, String name) {
        JsonNode value = fixture.root().path(part).path(name);
        if (!value.isNumber()) {
            throw new FoveaException(fixture.file() + " has no number \"" + name + "\" in " + part + ".");
        }
        return value.asDouble();
    }

    // ---- the sum ----

    /** Every comparison, in order. */
    public List<Outcome> outcomes() {
        return List.copyOf(outcomes);
    }

    /** What could not be compared for want of a file. */
    public List<String> needs() {
        return List.copyOf(needs);
    }

    /** Outputs, losses and gradient norms that nothing was compared with. */
    List<String> forgotten() {
        List<String> all = new ArrayList<>();
        fixture.root()
                .path("outputs")
                .forEach(n -> all.add("outputs " + n.path("name").asText()));
        fixture.losses().keySet().forEach(name -> all.add("losses " + name));
        fixture.gradNorms().keySet().forEach(name -> all.add("grad_norms " + name));
        all.removeAll(seen);
        return all;
    }
}
