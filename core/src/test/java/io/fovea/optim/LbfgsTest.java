package io.fovea.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fovea.torch.Autograd;
import io.fovea.torch.F;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** L-BFGS on functions whose minimum is known. */
class LbfgsTest {
    private final Tensor x = Tensor.of(new double[] {-1.2, 1}, 2).keep().requiresGrad(true);

    /** 100 (y - x^2)^2 + (1 - x)^2, whose minimum 0 at (1, 1) lies in a bent valley. */
    private double rosenbrock() {
        try (Scope scope = Scope.open()) {
            x.clearGrad();
            Tensor a = F.slice(x, 0, 0, 1);
            Tensor b = F.slice(x, 0, 1, 2);
            Tensor valley = F.mul(F.square(F.sub(b, F.square(a))), 100);
            Tensor loss = F.sum(F.add(valley, F.square(F.add(F.neg(a), 1))));
            Autograd.backward(loss);
            return loss.item();
        }
    }

    @Test
    void findsTheMinimumOfABentValley() {
        try (Lbfgs lbfgs = new Lbfgs(Map.of("x", x), 20)) {
            double before = rosenbrock();
            for (int i = 0; i < 60 && !lbfgs.converged(); i++) {
                double loss = lbfgs.step(this::rosenbrock);
                assertThat(loss).isLessThanOrEqualTo(before);
                before = loss;
            }
            assertThat(before).isLessThan(1e-20);
            assertThat(x.toDoubles()[0]).isCloseTo(1, within(1e-9));
            assertThat(x.toDoubles()[1]).isCloseTo(1, within(1e-9));
        }
    }

    @Test
    void goesOnBitForBitFromItsState() {
        try (Lbfgs unbroken = new Lbfgs(Map.of("x", x), 3);
                Lbfgs resumed = new Lbfgs(Map.of("x", x), 3);
                Scope scope = Scope.open()) {
            for (int i = 0; i < 8; i++) {
                unbroken.step(this::rosenbrock);
            }
            Map<String, Tensor> saved = new LinkedHashMap<>();
            unbroken.state().forEach((name, t) -> saved.put(name, t.copy()));
            Tensor place = x.copy();
            double[] losses = new double[6];
            for (int i = 0; i < losses.length; i++) {
                losses[i] = unbroken.step(this::rosenbrock);
            }
            x.set(place);
            resumed.state().forEach((name, t) -> t.set(java.util.Objects.requireNonNull(saved.get(name))));
            for (double loss : losses) {
                assertThat(resumed.step(this::rosenbrock)).isEqualTo(loss);
            }
        }
    }

    @Test
    void staysWhereTheGradientIsZero() {
        x.set(Tensor.of(new double[] {1, 1}, 2));
        try (Lbfgs lbfgs = new Lbfgs(Map.of("x", x), 5)) {
            assertThat(lbfgs.step(this::rosenbrock)).isZero();
            assertThat(lbfgs.converged()).isTrue();
            assertThat(x.toDoubles()).containsExactly(1, 1);
        }
    }
}
