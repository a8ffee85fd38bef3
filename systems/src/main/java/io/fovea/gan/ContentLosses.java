package io.fovea.gan;

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
 * The weighted content terms of a training, with the networks that some of them need. Those are frozen and compute in the run's own type, outside of autocast: small
 * differences of large features are what they measure.
 */
public final class ContentLosses implements AutoCloseable {
    /** From two batches, N,3,h,w in the generator's range, to a scalar. */
    private interface Distance {
        Tensor between(Tensor fake, Tensor real);
    }

    private record Term(String name, double weight, Distance distance) {}

    /**
     * What a batch costs.
     *
     * @param total the weighted sum
     * @param each the terms without their weights, for the journal
     */
    public record Cost(Tensor total, Scalars each) {}

    private final List<Term> terms = new ArrayList<>();
    private final List<Module> networks = new ArrayList<>();
    private final Lpips.Range range;
    private final DType dtype;
    private final Device device;

    /**
     * Loads the networks that the terms need.
     *
     * @param range of the pictures that are compared
     * @throws io.fovea.FoveaException if a file of weights cannot be read or does not fit
     */
    public ContentLosses(List<ContentLoss> losses, Lpips.Range range, DType dtype, Device device) {
        this.range = range;
        this.dtype = dtype;
        this.device = device;
        for (ContentLoss loss : losses) {
            terms.add(new Term(name(loss), loss.weight(), distance(loss)));
        }
    }

    private static String name(ContentLoss loss) {
        String kind = loss.kind().name().toLowerCase(Locale.ROOT);
        return "content/" + (loss.tap() == null ? kind : kind + " " + loss.tap());
    }

    private Distance distance(ContentLoss loss) {
        return switch (loss.kind()) {
            case L1 -> F::l1;
            case MSE -> F::mse;
            case CHARBONNIER -> ContentLosses::charbonnier;
            case TV -> (fake, real) -> TotalVariation.squared(fake);
            case VGG -> vgg(loss);
            case LPIPS -> lpips(loss);
        };
    }

    /** Mean of sqrt((a - b)^2 + 1e-6). */
    private static Tensor charbonnier(Tensor a, Tensor b) {
        return F.mean(F.sqrt(F.add(F.square(F.sub(a, b)), 1e-6)));
    }

    private Distance vgg(ContentLoss loss) {
        String tap = Objects.requireNonNull(loss.tap());
        VggFeatures.Input input =
                Boolean.FALSE.equals(loss.imagenet()) ? VggFeatures.Input.RAW : VggFeatures.Input.NORMALISED;
        VggFeatures vgg = ready(VggFeatures.load(Path.of(Objects.requireNonNull(loss.backbone())), tap, input));
        boolean l1 = loss.distance() == ContentLoss.Distance.L1;
        return (fake, real) -> {
            Tensor f = vgg.apply(unit(fake), tap);
            Tensor g = vgg.apply(unit(real), tap);
            return l1 ? F.l1(f, g) : F.mse(f, g);
        };
    }

    private Distance lpips(ContentLoss loss) {
        Lpips lpips = ready(Lpips.load(
                Path.of(Objects.requireNonNull(loss.backbone())), Path.of(Objects.requireNonNull(loss.linear()))));
        return (fake, real) -> lpips.loss(fake, real, range);
    }

    private <M extends Module> M ready(M network) {
        networks.add(network);
        network.to(dtype);
        network.to(device);
        return network;
    }

    private Tensor unit(Tensor x) {
        return range == Lpips.Range.SIGNED ? F.mul(F.add(x, 1), 0.5) : x;
    }

    /** The cost of pictures N,3,h,w in the generator's range. */
    public Cost cost(Tensor fake, Tensor real) {
        Tensor sum = Tensor.scalar(0);
        Scalars each = Scalars.NONE;
        for (Term term : terms) {
            Tensor value = term.distance.between(fake, real);
            sum = F.add(F.mul(value, term.weight), sum);
            each = each.and(term.name, value.item());
        }
        return new Cost(sum, each);
    }

    /** The weighted sum between two whole pictures. */
    public double between(Picture fake, Picture real) {
        try (Scope scope = Scope.open()) {
            return cost(tensor(fake), tensor(real)).total().item();
        }
    }

    private Tensor tensor(Picture p) {
        Tensor t =
                Tensor.of(p.toFloats(), 1, 3, p.height(), p.width()).to(dtype).to(device);
        return range == Lpips.Range.SIGNED ? F.add(F.mul(t, 2), -1) : t;
    }

    @Override
    public void close() {
        networks.forEach(Module::close);
    }
}
