package io.fovea.optim;

import io.fovea.torch.FusedAdam;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Adam (Kingma and Ba 2015), and AdamW with decoupled weight decay (Loshchilov and Hutter 2019). */
public final class Adam implements Optimizer {
    /** Its constants; {@code weightDecay} is L2 unless {@code decoupled}. */
    public record Options(double beta1, double beta2, double eps, double weightDecay, boolean decoupled) {
        public static Options of(double beta1, double beta2) {
            return new Options(beta1, beta2, 1e-8, 0, false);
        }

        public Options eps(double value) {
            return new Options(beta1, beta2, value, weightDecay, decoupled);
        }
    }

    private final Options options;
    private final List<Tensor> parameters;
    private final Map<String, Tensor> state = new LinkedHashMap<>();
    private final List<Tensor> first = new ArrayList<>();
    private final List<Tensor> second = new ArrayList<>();
    private final List<Tensor> steps = new ArrayList<>();

    public Adam(Map<String, Tensor> parameters, Options options) {
        this.options = options;
        this.parameters = List.copyOf(parameters.values());
        parameters.forEach((name, p) -> {
            first.add(put(name + ".exp_avg", p.zerosLike()));
            second.add(put(name + ".exp_avg_sq", p.zerosLike()));
            steps.add(put(name + ".step", Tensor.zeros()));
        });
    }

    private Tensor put(String name, Tensor t) {
        state.put(name, t.keep());
        return t;
    }

    @Override
    public void step(double rate) {
        try (Scope scope = Scope.open()) {
            List<Tensor> p = new ArrayList<>();
            List<Tensor> g = new ArrayList<>();
            List<Tensor> m = new ArrayList<>();
            List<Tensor> v = new ArrayList<>();
            List<Tensor> s = new ArrayList<>();
            for (int i = 0; i < parameters.size(); i++) {
                Tensor gradient = parameters.get(i).grad();
                if (gradient != null) {
                    io.fovea.torch.F.addInPlace(steps.get(i), ONE, 1);
                    p.add(parameters.get(i));
                    g.add(gradient);
                    m.add(first.get(i));
                    v.add(second.get(i));
                    s.add(steps.get(i));
                }
            }
            FusedAdam.step(
                    p,
                    g,
                    m,
                    v,
                    s,
                    rate,
                    options.beta1,
                    options.beta2,
                    options.eps,
                    options.weightDecay,
                    options.decoupled);
        }
    }

    private static final Tensor ONE = Tensor.scalar(1).keep();

    @Override
    public void clearGradients() {
        parameters.forEach(Tensor::clearGrad);
    }

    @Override
    public Map<String, Tensor> state() {
        return state;
    }

    @Override
    public void close() {
        state.values().forEach(Tensor::close);
    }
}
