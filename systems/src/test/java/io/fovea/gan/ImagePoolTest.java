package io.fovea.gan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fovea.torch.DType;
import io.fovea.torch.Device;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ImagePoolTest {
    private static Tensor image(int number) {
        return Tensor.of(new float[] {number}, 1, 1, 1, 1);
    }

    @Test
    void halfOfThePicturesComeFromEarlier() {
        try (Scope scope = Scope.open();
                ImagePool pool = new ImagePool(10, 5, DType.F32, Device.CPU, 1, 1, 1)) {
            int earlier = 0;
            Set<Double> shown = new HashSet<>();
            for (int i = 0; i < 1010; i++) {
                double got = pool.query(image(i)).item();
                earlier += got == i ? 0 : 1;
                shown.add(got);
            }
            assertThat(earlier).isBetween(450, 550);
            assertThat(shown).as("only the first ten can be shown twice").hasSizeGreaterThanOrEqualTo(1000);
        }
    }

    @Test
    void aPoolWithTheStateOfAnotherGoesOnAlike() {
        try (Scope scope = Scope.open();
                ImagePool one = new ImagePool(4, 5, DType.F32, Device.CPU, 1, 1, 1);
                ImagePool other = new ImagePool(4, 6, DType.F32, Device.CPU, 1, 1, 1)) {
            for (int i = 0; i < 20; i++) {
                one.query(image(i));
            }
            other.state()
                    .forEach((name, t) ->
                            t.set(java.util.Objects.requireNonNull(one.state().get(name))));
            for (int i = 20; i < 60; i++) {
                assertThat(other.query(image(i)).item())
                        .isEqualTo(one.query(image(i)).item());
            }
        }
    }
}
