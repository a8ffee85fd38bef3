package io.fovea.cyclegan;

import com.fasterxml.jackson.databind.JsonNode;
import io.fovea.data.Batch;
import io.fovea.gan.Game;
import io.fovea.gan.NetworkParity;
import io.fovea.gan.PatchGan;
import io.fovea.gan.Rates;
import io.fovea.gan.StepParity;
import io.fovea.nn.Layer;
import io.fovea.optim.AdamConfig;
import io.fovea.parity.Check;
import io.fovea.parity.Fixture;
import io.fovea.parity.ParityCase;
import io.fovea.torch.Autograd;
import io.fovea.torch.Device;
import io.fovea.torch.Precision;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import io.fovea.train.RunConfig;
import io.fovea.train.Scalars;
import io.fovea.translation.Preparation;
import io.fovea.translation.TranslationWeights;
import io.fovea.translation.TranslationWeights.Direction;
import io.fovea.weights.KeyMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Two training steps of CycleGAN against those of junyanz/pytorch-CycleGAN-and-pix2pix, in float64. What is called A there by the network that makes it is named here by what it makes:
 * their D_A judges B.
 */
public final class CycleGanParity {
    private CycleGanParity() {}

    public static List<ParityCase> cases() {
        return List.of(new ParityCase(f -> f.subject().startsWith("train_step_resnet"), CycleGanParity::steps));
    }

    /** The networks under the reference's prefixes, with their public names. */
    private record Named(Map<String, Layer> networks, Map<String, KeyMap> layouts) {
        Map<String, Double> norms() {
            Map<String, Double> norms = new HashMap<>();
            networks.forEach((prefix, n) ->
                    norms.putAll(NetworkParity.norms(n, Objects.requireNonNull(layouts.get(prefix)), prefix)));
            return norms;
        }

        Map<String, Tensor> parameters() {
            Map<String, Tensor> all = new HashMap<>();
            networks.forEach((prefix, n) ->
                    all.putAll(StepParity.named(prefix, n, Objects.requireNonNull(layouts.get(prefix)))));
            return all;
        }
    }

    private static void steps(Fixture fixture, Check check) {
        TranslationWeights.Loaded ab =
                TranslationWeights.load(NetworkParity.filled(fixture, "netG_A."), Direction.A_TO_B);
        TranslationWeights.Loaded ba =
                TranslationWeights.load(NetworkParity.filled(fixture, "netG_B."), Direction.A_TO_B);
        PatchGan.Loaded judgeB = PatchGan.load(NetworkParity.filled(fixture, "netD_A."));
        PatchGan.Loaded judgeA = PatchGan.load(NetworkParity.filled(fixture, "netD_B."));
        Map<String, Layer> networks = new LinkedHashMap<>();
        networks.put("netG_A.", ab.network());
        networks.put("netG_B.", ba.network());
        networks.put("netD_A.", judgeB.network());
        networks.put("netD_B.", judgeA.network());
        KeyMap g = TranslationWeights.layout(ab.config());
        KeyMap d = PatchGan.layout(judgeA.config());
        Named named = new Named(networks, Map.of("netG_A.", g, "netG_B.", g, "netD_A.", d, "netD_B.", d));
        StepParity compared = new StepParity(fixture, check);
        CycleGanConfig config = config(fixture, ab, judgeA);
        var owned = new CycleGanStep.Networks(ab.network(), ba.network(), judgeA.network(), judgeB.network());
        try (CycleGanStep step = new CycleGanStep(config, Device.CPU, 1, owned)) {
            one(fixture, compared, step, config.training(), 0, "", named);
            compared.second();
            one(fixture, compared, step, config.training(), 1, "_2", named);
        }
    }

    private static CycleGanConfig config(Fixture fixture, TranslationWeights.Loaded g, PatchGan.Loaded d) {
        JsonNode given = fixture.config();
        List<Long> shape = fixture.input("real_A").shape();
        Game game = Map.of("vanilla", Game.LOG, "lsgan", Game.LSGAN, "wgangp", Game.WGANGP)
                .get(given.path("gan_mode").asText());
        return new CycleGanConfig(
                g.config(),
                d.config(),
                new CycleGanConfig.Data(
                        Preparation.whole(shape.get(2).intValue(), false),
                        shape.get(0).intValue(),
                        0),
                new CycleGanConfig.Training(
                        Rates.linear(given.path("lr").asDouble(), 100, 100),
                        new AdamConfig(given.path("beta1").asDouble(), 0.999, 1e-8),
                        Objects.requireNonNull(game),
                        1,
                        0,
                        given.path("lambda_A").asDouble(),
                        given.path("lambda_B").asDouble(),
                        given.path("lambda_identity").asDouble(),
                        given.path("pool_size").asInt()),
                0,
                new RunConfig(1, Precision.F64, 1, 1, 1, 1));
    }

    private static void one(
            Fixture fixture,
            StepParity compared,
            CycleGanStep step,
            CycleGanConfig.Training training,
            int number,
            String suffix,
            Named named) {
        CycleGanStep.Networks n = step.networks();
        Layer judgeA = Objects.requireNonNull(n.judgeA());
        Layer judgeB = Objects.requireNonNull(n.judgeB());
        try (Scope scope = Scope.open()) {
            Tensor a = fixture.input("real_A" + suffix).tensor().to(Precision.F64.dtype());
            Tensor b = fixture.input("real_B" + suffix).tensor().to(Precision.F64.dtype());
            try (Autograd.Guard off = Autograd.noGrad()) {
                before(compared, n, a, b, training.identity() > 0);
            }
            compared.losses(losses(step.update(number, Batch.of("a", a).and("b", b)), training));
            compared.gradients(named.norms());
            try (Autograd.Guard off = Autograd.noGrad()) {
                compared.output("after_step:fake_B", n.ab().apply(a));
                compared.output("after_step:fake_A", n.ba().apply(b));
                compared.output("after_step:pred_A_real", judgeB.apply(b));
                compared.output("after_step:pred_B_real", judgeA.apply(a));
            }
            compared.parameters(named.parameters());
        }
    }

    private static void before(StepParity compared, CycleGanStep.Networks n, Tensor a, Tensor b, boolean identity) {
        Tensor fakeB = n.ab().apply(a);
        Tensor fakeA = n.ba().apply(b);
        compared.output("before_step:fake_B", fakeB);
        compared.output("before_step:rec_A", n.ba().apply(fakeB));
        compared.output("before_step:fake_A", fakeA);
        compared.output("before_step:rec_B", n.ab().apply(fakeA));
        if (identity) {
            compared.output("before_step:idt_A", n.ab().apply(b));
            compared.output("before_step:idt_B", n.ba().apply(a));
        }
    }

    /** The reference's names, and its losses with their weights. */
    private static Map<String, Double> losses(Scalars s, CycleGanConfig.Training training) {
        Map<String, Double> losses = new LinkedHashMap<>();
        losses.put("G_A", s.get("generator/AB"));
        losses.put("G_B", s.get("generator/BA"));
        losses.put("cycle_A", training.forwardCycle() * s.get("cycle/A"));
        losses.put("cycle_B", training.backwardCycle() * s.get("cycle/B"));
        boolean identity = training.identity() > 0;
        losses.put("idt_A", identity ? training.identity() * training.backwardCycle() * s.get("identity/B") : 0);
        losses.put("idt_B", identity ? training.identity() * training.forwardCycle() * s.get("identity/A") : 0);
        losses.put(
                "G", losses.values().stream().mapToDouble(Double::doubleValue).sum());
        losses.put("D_A", s.get("discriminator/B"));
        losses.put("D_B", s.get("discriminator/A"));
        return losses;
    }
}
