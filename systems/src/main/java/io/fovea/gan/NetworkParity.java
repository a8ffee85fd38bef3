package io.fovea.gan;

import io.fovea.nn.Layer;
import io.fovea.parity.Check;
import io.fovea.parity.Fill;
import io.fovea.parity.Fixture;
import io.fovea.torch.Autograd;
import io.fovea.torch.DType;
import io.fovea.torch.F;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import io.fovea.weights.KeyMap;
import io.fovea.weights.StoredTensor;
import io.fovea.weights.WeightsFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** How a fixture of one network is compared: output, gradients of sum(output x grad_output), running statistics afterwards. */
public final class NetworkParity {
    private static final String AFTER = "after_forward:";
    /** Of a bias that a norm undoes, relative to the gradient of its convolution's weight: rounding alone. */
    private static final double ROUNDING = 1e-5;

    private NetworkParity() {}

    /** What a checkpoint of the reference would hold: the fixture's keys behind a prefix, filled by the rule. */
    public static WeightsFile filled(Fixture fixture, String prefix) {
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        for (Fixture.Key key : fixture.keys()) {
            if (key.name().startsWith(prefix)) {
                long[] shape = key.shape().stream().mapToLong(Long::longValue).toArray();
                Tensor values =
                        Tensor.of(Fill.standard(key.name(), shape), shape).keep();
                tensors.put(key.name().substring(prefix.length()), StoredTensor.of(values));
            }
        }
        return new WeightsFile(
                fixture.file().getFileName() + " " + prefix, WeightsFile.Format.SAFETENSORS, Map.of(), tensors);
    }

    /**
     * Compares a network that was loaded with {@link #filled}: its output in float32, its gradients in float64, where no ReLU stands on the wrong side of 0 by rounding.
     */
    public static void compare(Fixture fixture, Check check, Layer network, KeyMap layout) {
        check.relative(
                "parameters",
                network.parameterCount(),
                fixture.config().path("parameters").asLong(),
                0);
        network.train(fixture.config().path("mode").asText().equals("train"));
        try (Scope scope = Scope.open();
                Autograd.Guard off = Autograd.noGrad()) {
            check.output("output", network.apply(fixture.input("input").tensor()));
            Map<String, StoredTensor> state = layout.export(StoredTensor.of(network.state()));
            for (Fixture.Expected output : fixture.outputs()) {
                if (output.name().startsWith(AFTER)) {
                    String key = output.name().substring(AFTER.length());
                    check.output(
                            output.name(),
                            Objects.requireNonNull(state.get(key), key).toTensor());
                }
            }
        }
        if (fixture.inputs().stream().anyMatch(i -> i.name().equals("grad_output"))) {
            gradients(fixture, check, network, layout);
        }
    }

    private static void gradients(Fixture fixture, Check check, Layer network, KeyMap layout) {
        network.to(DType.F64);
        try (Scope scope = Scope.open()) {
            Tensor x = fixture.input("input").tensor().to(DType.F64).requiresGrad(true);
            Tensor upstream = fixture.input("grad_output").tensor().to(DType.F64);
            Autograd.backward(F.sum(F.mul(network.apply(x), upstream)));
            check.output("grad_input", Objects.requireNonNull(x.grad()));
            gradients(fixture.gradNorms(), check, norms(network, layout, ""), true);
        }
    }

    /** L2 norms of a network's gradients under a public layout's names behind a prefix. */
    public static Map<String, Double> norms(Layer network, KeyMap layout, String prefix) {
        Map<String, Tensor> gradients = new LinkedHashMap<>();
        network.parameters().forEach((name, p) -> {
            Tensor g = p.grad();
            gradients.put(name, g == null ? p.zerosLike() : g);
        });
        Map<String, Double> norms = new LinkedHashMap<>();
        layout.export(StoredTensor.of(gradients))
                .forEach((name, t) -> norms.put(prefix + name, F.norm(List.of(t.toTensor()))));
        return norms;
    }

    /** Compares norms of gradients; those that are rounding alone, absolutely. */
    public static void gradients(Map<String, Double> expected, Check check, Map<String, Double> norms, boolean listed) {
        expected.forEach((name, norm) -> {
            double ours = Objects.requireNonNull(norms.get(name), name);
            double weight = norms.getOrDefault(name.replaceAll("bias$", "weight"), 0.0);
            boolean rounding = name.endsWith(".bias") && norm < ROUNDING * weight;
            if (rounding && listed) {
                check.zeroGradNorm(name, ours, ROUNDING * weight);
            } else if (rounding) {
                check.metric("gradient of " + name, ours, norm, ROUNDING * weight);
            } else if (listed) {
                check.gradNorm(name, ours);
            } else {
                check.relative("gradient of " + name, ours, norm, 1e-3);
            }
        });
    }
}
