package io.fovea.srgan;

import io.fovea.image.Picture;
import io.fovea.metrics.Lpips;
import io.fovea.metrics.TotalVariation;
import io.fovea.metrics.VggFeatures;
import io.fovea.nn.Module;
import io.fovea.torch.DType;
import io.fovea.torch.Device;
import io.fovea.torch.F;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import io.fovea.train.Scalars;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * The weighted content terms of a stage, with the networks that some of them need. Those are frozen and compute in the run's own type, outside of autocast: small
 * differences of large features are what they measure.
 */
final class ContentLosses implements AutoCloseable {
    /** A distance of two batches of crops, N,3,s,s in the generator's range, to a scalar. */
    private interface Distance {
        Tensor between(Tensor sr, Tensor hr);
    }

    private record Term(String name, double weight, Distance distance) {}

    /**
     * What a batch costs.
     *
     * @param total the weighted sum
     * @param each the terms without their weights, for the journal
     */
    record Cost(Tensor total, Scalars each) {}

    private final List<Term> terms = new ArrayList<>();
    private final List<Module> networks = new ArrayList<>();
    private final GeneratorConfig.Range range;
    private final DType dtype;
    private final Device device;

    ContentLosses(List<SrganConfig.ContentLoss> losses, GeneratorConfig.Range range, DType dtype, Device device) {
        this.range = range;
        this.dtype = dtype;
        this.device = device;
        for (SrganConfig.ContentLoss loss : losses) {
            terms.add(new Term(name(loss), loss.weight(), distance(loss)));
        }
    }

    private static String name(SrganConfig.ContentLoss loss) {
        String kind = loss.kind().name().toLowerCase(Locale.ROOT);
        return "content/" + (loss.tap() == null ? kind : kind + " " + loss.tap());
    }

    private Distance distance(SrganConfig.ContentLoss loss) {
        return switch (loss.kind()) {
            case L1 -> F::l1;
            case MSE -> F::mse;
            case CHARBONNIER -> SrganLosses::charbonnier;
            case TV -> (sr, hr) -> TotalVariation.squared(sr);
            case VGG -> vgg(loss);
            case LPIPS -> lpips(loss);
        };
    }

    private Distance vgg(SrganConfig.ContentLoss loss) {
        String tap = Objects.requireNonNull(loss.tap());
        VggFeatures.Input input =
                Boolean.FALSE.equals(loss.imagenet()) ? VggFeatures.Input.RAW : VggFeatures.Input.NORMALISED;
        VggFeatures vgg = ready(VggFeatures.load(Path.of(Objects.requireNonNull(loss.backbone())), tap, input));
        boolean l1 = loss.distance() == SrganConfig.ContentLoss.Distance.L1;
        return (sr, hr) -> {
            Tensor f = vgg.apply(unit(sr), tap);
            Tensor g = vgg.apply(unit(hr), tap);
            return l1 ? F.l1(f, g) : F.mse(f, g);
        };
    }

    private Distance lpips(SrganConfig.ContentLoss loss) {
        Lpips lpips = ready(Lpips.load(
                Path.of(Objects.requireNonNull(loss.backbone())), Path.of(Objects.requireNonNull(loss.linear()))));
        Lpips.Range interval = range == GeneratorConfig.Range.SIGNED ? Lpips.Range.SIGNED : Lpips.Range.UNIT;
        return (sr, hr) -> lpips.loss(sr, hr, interval);
    }

    private <M extends Module> M ready(M network) {
        networks.add(network);
        network.to(dtype);
        network.to(device);
        return network;
    }

    private Tensor unit(Tensor x) {
        return range == GeneratorConfig.Range.SIGNED ? F.mul(F.add(x, 1), 0.5) : x;
    }

    /** The cost of N,3,s,s crops in the generator's range. */
    Cost cost(Tensor sr, Tensor hr) {
        Tensor sum = Tensor.scalar(0);
        Scalars each = Scalars.NONE;
        for (Term term : terms) {
            Tensor value = term.distance.between(sr, hr);
            sum = F.add(F.mul(value, term.weight), sum);
            each = each.and(term.name, value.item());
        }
        return new Cost(sum, each);
    }

    /** The weighted sum between two whole pictures. */
    double between(Picture sr, Picture hr) {
        try (Scope scope = Scope.open()) {
            return cost(tensor(sr), tensor(hr)).total().item();
        }
    }

    private Tensor tensor(Picture p) {
        Tensor t =
                Tensor.of(p.toFloats(), 1, 3, p.height(), p.width()).to(dtype).to(device);
        return range == GeneratorConfig.Range.SIGNED ? F.add(F.mul(t, 2), -1) : t;
    }

    @Override
    public void close() {
        networks.forEach(Module::close);
    }
}
