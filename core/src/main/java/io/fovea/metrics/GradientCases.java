package io.fovea.metrics;

import io.fovea.FoveaException;
import io.fovea.image.Picture;
import io.fovea.parity.Check;
import io.fovea.parity.Fixture;
import io.fovea.parity.ParityCase;
import io.fovea.torch.Autograd;
import io.fovea.torch.F;
import io.fovea.torch.Tensor;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Gradients of the perceptual losses and of total variation with respect to a picture. An entry's name says which loss it is: LPIPS with a net, VGG with a layer and MSE
 * (or L1), or TV. The pictures are the fixture's two inputs, or the pair that its config names; the gradient is taken at the input that the entry names after "wrt", else at
 * the first input, or at the degraded picture of a pair.
 */
final class GradientCases {
    private static final Pattern VGG = Pattern.compile("(vgg16|vgg19n)\\b.*?((?:conv|relu)\\d_\\d|pool\\d)");
    private static final Pattern LPIPS = Pattern.compile("(alex|squeeze|vgg)");
    private static final Pattern PART = Pattern.compile("\\[(\\d+):(\\d+), ?(\\d+):(\\d+)]");
    private static final Pattern AT = Pattern.compile("\\b(?:wrt|with respect to) (\\w+)");

    /** Where the gradient is taken, the other picture, and their range. */
    private record Point(Tensor x, Tensor other, Lpips.Range range) {}

    private GradientCases() {}

    static List<ParityCase> all() {
        return List.of(new ParityCase(
                f -> {
                    String subject = f.subject().toLowerCase(Locale.ROOT);
                    return subject.contains("gradient") && subject.matches(".*(perceptual|lpips|vgg).*");
                },
                GradientCases::run));
    }

    private static void run(Fixture fixture, Check check) {
        Set<String> names = new LinkedHashSet<>(fixture.losses().keySet());
        names.addAll(fixture.gradNorms().keySet());
        Set<String> outputs = new LinkedHashSet<>();
        fixture.outputs().forEach(o -> outputs.add(o.name()));
        names.addAll(outputs);
        try (StagedNets nets = new StagedNets(check)) {
            for (String name : names) {
                Optional<Point> point = point(name, fixture, check);
                Optional<Tensor> loss = point.flatMap(p -> loss(name, p, nets));
                if (loss.isPresent()) {
                    if (fixture.losses().containsKey(name)) {
                        check.loss(name, loss.get().item());
                    }
                    Tensor gradient = Autograd.grad(loss.get(), List.of(point.get().x), false)
                            .get(0);
                    if (outputs.contains(name)) {
                        check.output(name, gradient);
                    }
                    if (fixture.gradNorms().containsKey(name)) {
                        check.gradNorm(name, F.norm(List.of(gradient)));
                    }
                }
            }
        }
    }

    private static Optional<Tensor> loss(String name, Point p, StagedNets nets) {
        String text = name.toLowerCase(Locale.ROOT);
        Matcher lpips = LPIPS.matcher(text);
        Matcher vgg = VGG.matcher(text);
        if (vgg.find()) {
            String layer = String.valueOf(vgg.group(2));
            return nets.vgg(String.valueOf(vgg.group(1))).map(v -> {
                Tensor f = v.apply(unit(p.x, p.range), layer);
                Tensor g = v.apply(unit(p.other, p.range), layer);
                return text.matches(".*\\bl1\\b.*") ? F.l1(f, g) : F.mse(f, g);
            });
        }
        if (text.matches(".*\\b(tv|total variation)\\b.*")) {
            return Optional.of(TotalVariation.squared(p.x));
        }
        if (lpips.find()) {
            return nets.lpips(StagedNets.net(String.valueOf(lpips.group(1)))).map(l -> l.loss(p.x, p.other, p.range));
        }
        throw new FoveaException("\"" + name + "\" names no known loss.");
    }

    private static Tensor unit(Tensor x, Lpips.Range range) {
        return range == Lpips.Range.UNIT ? x : F.mul(F.add(x, 1), 0.5);
    }

    private static Optional<Point> point(String name, Fixture fixture, Check check) {
        List<Fixture.Input> inputs = fixture.inputs();
        if (!inputs.isEmpty()) {
            Matcher at = AT.matcher(name);
            Fixture.Input x = at.find() ? fixture.input(String.valueOf(at.group(1))) : inputs.get(0);
            Fixture.Input other =
                    inputs.stream().filter(i -> !i.equals(x)).findFirst().orElse(x);
            boolean unit = x.range().replace(" ", "").startsWith("[0,1]");
            return Optional.of(new Point(
                    x.tensor().requiresGrad(true), other.tensor(), unit ? Lpips.Range.UNIT : Lpips.Range.SIGNED));
        }
        String text = fixture.config().path("pair").asText();
        Matcher part = PART.matcher(text);
        boolean cut = part.find();
        return PicturePair.of(PART.matcher(text).replaceAll(""), 64, 64, check)
                .map(p -> new Point(
                        PerceptualCases.tensor(cut ? part(p.b(), part) : p.b()).requiresGrad(true),
                        PerceptualCases.tensor(cut ? part(p.a(), part) : p.a()),
                        Lpips.Range.UNIT));
    }

    private static Picture part(Picture picture, Matcher rows) {
        int top = Integer.parseInt(rows.group(1));
        int left = Integer.parseInt(rows.group(3));
        return picture.crop(left, top, Integer.parseInt(rows.group(4)) - left, Integer.parseInt(rows.group(2)) - top);
    }
}
