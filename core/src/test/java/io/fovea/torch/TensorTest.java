package io.fovea.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fovea.FoveaException;
import java.util.List;
import org.junit.jupiter.api.Test;

class TensorTest {
    @Test
    void valuesGoInAndComeBack() {
        try (Scope scope = Scope.open()) {
            Tensor t = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
            assertThat(t.shape()).containsExactly(2, 3);
            assertThat(t.toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
            assertThat(F.permute(t, 1, 0).toFloats()).containsExactly(1, 4, 2, 5, 3, 6);
            assertThat(F.mean(t).item()).isEqualTo(3.5);
            assertThat(t.to(DType.F64).toDoubles()).containsExactly(1, 2, 3, 4, 5, 6);
        }
    }

    @Test
    void aGivenTensorOutlivesItsScopeAndOthersDoNot() {
        Tensor kept;
        Tensor lost;
        try (Scope outer = Scope.open()) {
            Tensor given;
            try (Scope inner = Scope.open()) {
                lost = Tensor.scalar(1);
                given = inner.give(Tensor.scalar(2));
            }
            assertThat(given.item()).isEqualTo(2);
            kept = outer.give(given);
        }
        assertThat(kept.item()).isEqualTo(2);
        assertThatThrownBy(() -> F.relu(lost))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining("closed");
        kept.close();
    }

    @Test
    void gradientsAndGradientsOfGradients() {
        try (Scope scope = Scope.open()) {
            Tensor x = Tensor.of(new double[] {1, 2, 3}, 3).requiresGrad(true);
            Tensor y = F.sum(F.pow(x, 3));
            Tensor first = Autograd.grad(y, List.of(x), true).get(0);
            assertThat(first.toDoubles()).containsExactly(3, 12, 27);
            Autograd.backward(F.sum(F.square(first))); // d/dx 9x^4 = 36x^3
            Tensor second = x.grad();
            assertThat(second).isNotNull();
            assertThat(second.toDoubles()).containsExactly(36, 288, 972);
            x.clearGrad();
            assertThat(x.grad()).isNull();
        }
    }

    @Test
    void aWrongShapeIsOneSentenceWithoutFrames() {
        try (Scope scope = Scope.open()) {
            Tensor x = Tensor.zeros(1, 3, 8, 8);
            Tensor w = Tensor.zeros(4, 2, 3, 3);
            assertThatThrownBy(() -> F.conv2d(x, w, null, 1, 1, 1, 1))
                    .isInstanceOf(FoveaException.class)
                    .hasMessageContaining("conv2d")
                    .hasMessageContaining("[1, 3, 8, 8]")
                    .hasMessageNotContaining("frame #")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void theGeneratorStateRestoresExactly() {
        try (Scope scope = Scope.open()) {
            Engine.seed(7);
            Tensor.randn(3);
            byte[] state = Engine.generatorState();
            float[] a = Tensor.randn(5).toFloats();
            Engine.generatorState(state);
            assertThat(Tensor.randn(5).toFloats()).containsExactly(a);
        }
    }

    @Test
    void bf16ComputesCoarserAndEnds() {
        try (Scope scope = Scope.open()) {
            Tensor x = Tensor.rand(1, 8, 16, 16);
            Tensor w = Tensor.rand(8, 8, 3, 3);
            float[] exact = F.conv2d(x, w, null, 1, 1, 1, 1).toFloats();
            try (Autograd.Guard cast = Precision.BF16.autocast(Device.CPU)) {
                Tensor y = F.conv2d(x, w, null, 1, 1, 1, 1);
                assertThat(y.dtype()).isEqualTo(DType.BF16);
                assertThat(y.toFloats()[100]).isCloseTo(exact[100], within(0.02f * exact[100]));
            }
            assertThat(F.conv2d(x, w, null, 1, 1, 1, 1).dtype()).isEqualTo(DType.F32);
        }
    }
}
