package io.fovea.gan;

import com.fasterxml.jackson.databind.JsonNode;
import io.fovea.nn.Layer;
import io.fovea.parity.Check;
import io.fovea.parity.Fill;
import io.fovea.parity.Fixture;
import io.fovea.parity.ParityCase;
import io.fovea.torch.Autograd;
import io.fovea.torch.DType;
import io.fovea.torch.Device;
import io.fovea.torch.F;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import io.fovea.train.Score;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** Games, penalty, discriminators, pool and rates against the numbers of junyanz/pytorch-CycleGAN-and-pix2pix. */
public final class GanParity {
    private static final double PENALTY_WEIGHT = 10;

    private GanParity() {}

    public static List<ParityCase> cases() {
        return List.of(
                new ParityCase(f -> f.subject().startsWith("patchgan_"), GanParity::patchGan),
                new ParityCase(f -> f.subject().equals("gan_losses"), GanParity::losses),
                new ParityCase(f -> f.subject().equals("image_pool"), GanParity::pool),
                new ParityCase(f -> f.subject().equals("lr_schedule"), GanParity::rates));
    }

    private static void patchGan(Fixture fixture, Check check) {
        PatchGan.Loaded loaded = PatchGan.load(NetworkParity.filled(fixture, ""));
        JsonNode config = fixture.config();
        check.relative(
                "layers", loaded.config().layers(), config.path("n_layers").asInt(), 0);
        check.relative("inputs", loaded.inputs(), config.path("input_nc").asInt(), 0);
        try (Layer network = loaded.network()) {
            NetworkParity.compare(fixture, check, network, PatchGan.layout(loaded.config()));
        }
    }

    // ---- losses ----

    private static void losses(Fixture fixture, Check check) {
        Map<String, Game> games = Map.of("vanilla", Game.LOG, "lsgan", Game.LSGAN, "wgangp", Game.WGANGP);
        games.forEach((name, game) -> {
            term(fixture, check, name + "_real", game::real);
            term(fixture, check, name + "_fake", game::fake);
        });
        try (Scope scope = Scope.open()) {
            Tensor real = fixture.input("real_data").tensor().to(DType.F64);
            Tensor fake = fixture.input("fake_data").tensor().to(DType.F64);
            Tensor alpha = Fill.unit("alpha", 2, 1).to(DType.F64);
            penalty(fixture, check, "mixed", GradientPenalty.between(real, fake, alpha));
            penalty(fixture, check, "real", real);
            penalty(fixture, check, "fake", fake);
        }
    }

    private static void term(Fixture fixture, Check check, String name, java.util.function.UnaryOperator<Tensor> term) {
        try (Scope scope = Scope.open()) {
            Tensor p = F.mul(fixture.input("prediction").tensor(), 3)
                    .to(DType.F64)
                    .detach()
                    .requiresGrad(true);
            Tensor loss = term.apply(p);
            Autograd.backward(loss);
            check.loss(name, loss.item());
            check.output("grad_" + name, Objects.requireNonNull(p.grad()));
        }
    }

    private static void penalty(Fixture fixture, Check check, String kind, Tensor pictures) {
        PatchGan.Loaded loaded = PatchGan.load(NetworkParity.filled(fixture, ""));
        try (Layer critic = loaded.network()) {
            critic.to(DType.F64);
            critic.train(true);
            double[] slopes = GradientPenalty.slopes(critic::apply, pictures).toDoubles();
            JsonNode expected = fixture.root().path("losses").path("gradient_l2_per_sample_" + kind);
            for (int i = 0; i < slopes.length; i++) {
                check.relative(
                        "slope " + kind + " " + i, slopes[i], expected.path(i).asDouble(), 1e-5);
            }
            Tensor penalty = F.mul(GradientPenalty.of(critic::apply, pictures), PENALTY_WEIGHT);
            check.loss("gradient_penalty_" + kind, penalty.item());
            Autograd.backward(penalty);
            boolean listed = kind.equals("mixed");
            Map<String, Double> norms = new LinkedHashMap<>();
            fixture.root()
                    .path("grad_norms" + (listed ? "" : "_" + kind))
                    .properties()
                    .forEach(e -> {
                        if (e.getValue().isNumber()) {
                            norms.put(e.getKey(), e.getValue().asDouble());
                        }
                    });
            NetworkParity.gradients(
                    norms, check, NetworkParity.norms(critic, PatchGan.layout(loaded.config()), ""), listed);
        }
    }

    // ---- pool ----

    private static void pool(Fixture fixture, Check check) {
        fixture.root().path("sequences").properties().forEach(sequence -> {
            int size = Integer.parseInt(sequence.getKey().replaceAll("pool_size_(\\d+)_.*", "$1"));
            try (Scope scope = Scope.open();
                    ImagePool pool = new ImagePool(size, 1, DType.F32, Device.CPU, 1, 1, 1)) {
                sequence(sequence.getKey(), sequence.getValue(), size, pool, check);
            }
        });
    }

    private static void sequence(String name, JsonNode given, int size, ImagePool pool, Check check) {
        Deque<Double> draws = new ArrayDeque<>();
        for (JsonNode draw : given.path("draws")) {
            boolean slot = draw.path(0).asText().equals("slot");
            draws.add(
                    slot ? (draw.path(1).asDouble() + 0.5) / size : draw.path(1).asDouble());
        }
        int step = 0;
        for (JsonNode query : given.path("queries")) {
            String what = name + ", query " + step++;
            float[] images = floats(query.path("query"));
            Tensor batch = Tensor.of(images, images.length, 1, 1, 1);
            float[] shown = (size == 0 ? pool.query(batch) : pool.query(batch, draws::remove)).toFloats();
            same(what, shown, floats(query.path("returned")), check);
            JsonNode after = query.path("pool_after");
            check.metric(what + ", stored", pool.stored(), after.size(), 0);
            if (size > 0) {
                float[] held =
                        Objects.requireNonNull(pool.state().get("images")).toFloats();
                same(what + ", pool", java.util.Arrays.copyOf(held, after.size()), floats(after), check);
            }
        }
    }

    private static float[] floats(JsonNode list) {
        float[] values = new float[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) list.get(i).asDouble();
        }
        return values;
    }

    private static void same(String what, float[] ours, float[] expected, Check check) {
        check.metric(what + ", count", ours.length, expected.length, 0);
        for (int i = 0; i < Math.min(ours.length, expected.length); i++) {
            check.metric(what + " " + i, ours[i], expected[i], 0);
        }
    }

    // ---- rates ----

    private static void rates(Fixture fixture, Check check) {
        double rate = fixture.config().path("lr").asDouble();
        fixture.root().path("schedule").properties().forEach(e -> {
            if (e.getKey().startsWith("plateau")) {
                plateau(e.getKey(), rate, e.getValue(), check);
                return;
            }
            Rates rates = rates(e.getKey(), rate);
            for (int i = 0; i < e.getValue().size(); i++) {
                check.metric(
                        e.getKey() + " " + (i + 1),
                        rates.at(i + 1),
                        e.getValue().get(i).asDouble(),
                        1e-12);
            }
        });
    }

    private static Rates rates(String name, double rate) {
        if (name.startsWith("linear_default")) {
            return Rates.linear(rate, 100, 100);
        }
        if (name.startsWith("linear_resumed")) {
            int first = Integer.parseInt(name.replaceAll(".*epoch_count_(\\d+)_.*", "$1"));
            return new Rates(Rates.Kind.LINEAR, rate, 100, 100, first);
        }
        if (name.startsWith("linear_")) {
            String[] parts = name.split("_", -1); // linear_5_plus_5_...
            return Rates.linear(rate, Integer.parseInt(parts[1]), Integer.parseInt(parts[3]));
        }
        if (name.startsWith("cosine_T")) {
            int epochs = Integer.parseInt(name.replaceAll("cosine_T(\\d+)_.*", "$1"));
            return new Rates(Rates.Kind.COSINE, rate, epochs, 100, 1);
        }
        return new Rates(Rates.Kind.valueOf(name.split("_", 2)[0].toUpperCase(Locale.ROOT)), rate, 200, 0, 1);
    }

    private static void plateau(String name, double rate, JsonNode expected, Check check) {
        try (Plateau plateau = new Plateau()) {
            for (int i = 0; i < expected.size(); i++) {
                check.metric(
                        name + " " + (i + 1),
                        rate * plateau.factor(),
                        expected.get(i).asDouble(),
                        1e-12);
                plateau.see(Score.lower("constant", 1));
            }
        }
    }
}
