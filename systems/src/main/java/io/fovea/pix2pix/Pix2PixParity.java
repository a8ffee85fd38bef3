package io.fovea.pix2pix;

import com.fasterxml.jackson.databind.JsonNode;
import io.fovea.data.Batch;
import io.fovea.gan.ContentLoss;
import io.fovea.gan.Game;
import io.fovea.gan.NetworkParity;
import io.fovea.gan.PatchGan;
import io.fovea.gan.Rates;
import io.fovea.gan.StepParity;
import io.fovea.gan.UpdateOrder;
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
import io.fovea.translation.TranslationParity;
import io.fovea.translation.TranslationWeights;
import io.fovea.translation.TranslationWeights.Direction;
import io.fovea.weights.KeyMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Two training steps of pix2pix against those of junyanz/pytorch-CycleGAN-and-pix2pix, in float64. */
public final class Pix2PixParity {
    private Pix2PixParity() {}

    public static List<ParityCase> cases() {
        return List.of(new ParityCase(f -> f.subject().startsWith("train_step_unet"), Pix2PixParity::steps));
    }

    private static void steps(Fixture fixture, Check check) {
        TranslationWeights.Loaded g = TranslationParity.withoutDropout(
                TranslationWeights.load(NetworkParity.filled(fixture, "netG."), Direction.A_TO_B));
        PatchGan.Loaded d = PatchGan.load(NetworkParity.filled(fixture, "netD."));
        Pix2PixConfig config =
                config(fixture.config(), g, d, fixture.input("real_A").shape());
        StepParity compared = new StepParity(fixture, check);
        try (Pix2PixStep step = new Pix2PixStep(config, Device.CPU, 1, g.network(), d.network())) {
            KeyMap names = TranslationWeights.layout(g.config());
            one(fixture, compared, step, 0, "", names, PatchGan.layout(d.config()));
            compared.second();
            one(fixture, compared, step, 1, "_2", names, PatchGan.layout(d.config()));
        }
    }

    private static Pix2PixConfig config(
            JsonNode given, TranslationWeights.Loaded g, PatchGan.Loaded d, List<Long> shape) {
        Game game = Map.of("vanilla", Game.LOG, "lsgan", Game.LSGAN, "wgangp", Game.WGANGP)
                .get(given.path("gan_mode").asText());
        int side = shape.get(2).intValue();
        return new Pix2PixConfig(
                g.config(),
                d.config(),
                new Pix2PixConfig.Data(
                        Preparation.whole(side, false), shape.get(0).intValue(), Direction.A_TO_B, 0, 0),
                new Pix2PixConfig.Training(
                        Rates.linear(given.path("lr").asDouble(), 100, 100),
                        new AdamConfig(given.path("beta1").asDouble(), 0.999, 1e-8),
                        Objects.requireNonNull(game),
                        1,
                        true,
                        0,
                        UpdateOrder.DISCRIMINATOR_FIRST,
                        List.of(ContentLoss.pixel(
                                ContentLoss.Kind.L1, given.path("lambda_L1").asDouble()))),
                0,
                new RunConfig(1, Precision.F64, 1, 1, 1, 1));
    }

    private static void one(
            Fixture fixture, StepParity compared, Pix2PixStep step, int number, String suffix, KeyMap g, KeyMap d) {
        Layer generator = step.generator();
        Layer discriminator = Objects.requireNonNull(step.discriminator());
        try (Scope scope = Scope.open()) {
            Tensor a = fixture.input("real_A" + suffix).tensor().to(Precision.F64.dtype());
            Tensor b = fixture.input("real_B" + suffix).tensor().to(Precision.F64.dtype());
            try (Autograd.Guard off = Autograd.noGrad()) {
                compared.output("before_step:fake_B", generator.apply(a));
            }
            Scalars s = step.update(number, Batch.of("a", a).and("b", b));
            double l1 = fixture.config().path("lambda_L1").asDouble() * s.get("content/l1");
            double game = s.get("loss/generator");
            double real = s.get("loss/real");
            double fake = s.get("loss/fake");
            compared.losses(Map.of(
                    "G_GAN", game, "G_L1", l1, "G", game + l1, "D_real", real, "D_fake", fake, "D", (real + fake) / 2));
            Map<String, Double> norms = new HashMap<>(NetworkParity.norms(generator, g, "netG."));
            norms.putAll(NetworkParity.norms(discriminator, d, "netD."));
            compared.gradients(norms);
            try (Autograd.Guard off = Autograd.noGrad()) {
                Tensor after = generator.apply(a);
                compared.output("after_step:fake_B", after);
                compared.output("after_step:pred_real", step.judge(a, b));
                compared.output("after_step:pred_fake", step.judge(a, after));
            }
            Map<String, Tensor> parameters = new HashMap<>(StepParity.named("netG.", generator, g));
            parameters.putAll(StepParity.named("netD.", discriminator, d));
            compared.parameters(parameters);
        }
    }
}
