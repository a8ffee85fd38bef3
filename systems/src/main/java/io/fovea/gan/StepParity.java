package io.fovea.gan;

import com.fasterxml.jackson.databind.JsonNode;
import io.fovea.FoveaException;
import io.fovea.nn.Module;
import io.fovea.parity.Check;
import io.fovea.parity.Fixture;
import io.fovea.torch.Tensor;
import io.fovea.weights.KeyMap;
import io.fovea.weights.StoredTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Two training steps in a row against a fixture's float64 numbers. Its float32 numbers are left out: Adam's first updates are the rate times the gradient's sign, and in float32 tiny
 * gradients have a random one.
 */
public final class StepParity {
    /** Nine digits are written. */
    private static final double DIGITS = 2e-8;

    private final Fixture fixture;
    private final Check check;
    private JsonNode part;
    private String what = "";

    public StepParity(Fixture fixture, Check check) {
        this.fixture = fixture;
        this.check = check;
        part = fixture.root();
        fixture.losses().keySet().forEach(name -> check.leaveOut("losses", name));
        fixture.gradNorms().keySet().forEach(name -> check.leaveOut("grad_norms", name));
        fixture.outputs().forEach(o -> check.leaveOut("outputs", o.name()));
    }

    /** Goes on with the numbers of the second step. */
    public void second() {
        part = fixture.root().path("step2");
        what = "second step, ";
    }

    /** Compares all losses. */
    public void losses(Map<String, Double> ours) {
        part.path("losses_float64").properties().forEach(e -> {
            double loss = Objects.requireNonNull(ours.get(e.getKey()), e.getKey());
            check.relative(what + e.getKey(), loss, e.getValue().asDouble(), DIGITS);
        });
    }

    /** Compares the norms of all gradients; those of biases that a norm undoes are zero. */
    public void gradients(Map<String, Double> ours) {
        part.path("grad_norms_float64").properties().forEach(e -> {
            double norm = Objects.requireNonNull(ours.get(e.getKey()), e.getKey());
            double expected = e.getValue().asDouble();
            if (expected < 1e-10) {
                check.metric(what + "gradient of " + e.getKey(), norm, expected, 1e-10);
            } else {
                check.relative(what + "gradient of " + e.getKey(), norm, expected, DIGITS);
            }
        });
    }

    /** Compares an output by its name. */
    public void output(String name, Tensor ours) {
        Fixture.Expected expected = Fixture.expected(node("outputs_float64", name));
        JsonNode given = node("outputs", name).path("indices");
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < expected.values().size(); i++) {
            places.add(given.isArray() ? given.path(i).asInt() : i);
        }
        check.tensor(
                new Fixture.Expected(
                        what + name,
                        expected.shape(),
                        expected.mean(),
                        expected.std(),
                        expected.absmax(),
                        places,
                        expected.values()),
                ours.toDoubles(),
                DIGITS,
                ours.shape());
    }

    private JsonNode node(String list, String name) {
        for (JsonNode n : part.path(list)) {
            if (n.path("name").asText().equals(name)) {
                return n;
            }
        }
        throw new FoveaException(fixture.file() + " has no " + list + " \"" + name + "\".");
    }

    /** Compares those parameters whose values after the step are given, found by the reference's names. */
    public void parameters(Map<String, Tensor> ours) {
        String begin = "param_after_step:";
        for (JsonNode n : part.path("outputs_float64")) {
            String name = n.path("name").asText();
            if (name.startsWith(begin)) {
                String key = name.substring(begin.length());
                output(name, Objects.requireNonNull(ours.get(key), key));
            }
        }
    }

    /** Networks' tensors under the reference's names behind prefixes. */
    public static Map<String, Tensor> named(String prefix, Module network, KeyMap layout) {
        Map<String, Tensor> named = new LinkedHashMap<>();
        layout.export(StoredTensor.of(network.state())).forEach((name, t) -> named.put(prefix + name, t.toTensor()));
        return named;
    }
}
