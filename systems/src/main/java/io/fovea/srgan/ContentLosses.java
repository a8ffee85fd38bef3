package io.fovea.srgan;

import io.fovea.image.Picture;
import io.fovea.torch.Device;
import io.fovea.torch.F;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import java.util.List;

/** The weighted content terms of a stage, with the networks that some of them need. */
final class ContentLosses implements AutoCloseable {
    private final List<SrganConfig.ContentLoss> losses;
    private final GeneratorConfig.Range range;

    ContentLosses(List<SrganConfig.ContentLoss> losses, GeneratorConfig.Range range, Device device) {
        this.losses = losses;
        this.range = range;
    }

    /** The weighted sum for N,3,s,s crops in the generator's range. */
    Tensor total(Tensor sr, Tensor hr) {
        Tensor sum = Tensor.scalar(0);
        for (SrganConfig.ContentLoss loss : losses) {
            sum = F.add(sum, F.mul(term(loss, sr, hr), loss.weight()));
        }
        return sum;
    }

    private Tensor term(SrganConfig.ContentLoss loss, Tensor sr, Tensor hr) {
        return switch (loss.kind()) {
            case L1 -> F.l1(sr, hr);
            case MSE -> F.mse(sr, hr);
            case CHARBONNIER -> SrganLosses.charbonnier(sr, hr);
            case TV -> SrganLosses.totalVariation(sr);
            case VGG, LPIPS -> throw new IllegalStateException("pending");
        };
    }

    /** The weighted sum between two whole pictures. */
    double between(Picture sr, Picture hr) {
        try (Scope scope = Scope.open()) {
            return total(tensor(sr), tensor(hr)).item();
        }
    }

    private Tensor tensor(Picture p) {
        Tensor t = Tensor.of(p.toFloats(), 1, 3, p.height(), p.width());
        return range == GeneratorConfig.Range.SIGNED ? F.add(F.mul(t, 2), -1) : t;
    }

    @Override
    public void close() {}
}
