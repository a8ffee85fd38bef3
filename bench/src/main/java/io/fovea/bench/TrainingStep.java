package io.fovea.bench;

import io.fovea.nn.Layer;
import io.fovea.optim.Adam;
import io.fovea.srgan.GeneratorConfig;
import io.fovea.torch.Autograd;
import io.fovea.torch.DType;
import io.fovea.torch.Device;
import io.fovea.torch.F;
import io.fovea.torch.Precision;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One update of the paper's SRResNet: x4, 16 blocks of 64, 16 LR patches of 24 x 24, L1, Adam. */
final class TrainingStep implements Contender, AutoCloseable {
    private final Layer network = GeneratorConfig.paper(4).create();
    private final Tensor lr = Tensor.rand(16, 3, 24, 24).keep();
    private final Tensor hr = Tensor.rand(16, 3, 96, 96).keep();
    private final Map<String, Double> phases = new LinkedHashMap<>();
    private long steps;
    private long faults;
    private final Precision precision;
    private final Adam adam;

    private TrainingStep(Precision precision) {
        this.precision = precision;
        if (precision.prefersChannelsLast(Device.CPU)) {
            network.channelsLast();
        }
        network.train(true);
        adam = new Adam(network.parameters(), Adam.Options.of(0.9, 0.999));
    }

    @Override
    public String name() {
        return "Fovea";
    }

    @Override
    public double seconds(String work, int times) {
        long faultsBefore = pageFaults();
        long begin = System.nanoTime();
        for (int i = 0; i < times; i++) {
            update();
        }
        double seconds = (System.nanoTime() - begin) / 1e9 / times;
        steps += times;
        faults += pageFaults() - faultsBefore;
        return seconds;
    }

    /** Pages that this process had the system fill in, without a read from disk; 0 where the system does not say. */
    private static long pageFaults() {
        try {
            String stat = Files.readString(Path.of("/proc/self/stat"));
            return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ", 9)[7]);
        } catch (IOException e) {
            return 0;
        }
    }

    private void update() {
        try (Scope scope = Scope.open()) {
            long t = System.nanoTime();
            Tensor sr;
            try (Autograd.Guard cast = precision.autocast(Device.CPU)) {
                sr = F.cast(network.apply(lr), DType.F32);
            }
            Tensor loss = F.l1(sr, hr);
            t = add("forward", t);
            adam.clearGradients();
            Autograd.backward(loss);
            t = add("backward", t);
            adam.step(1e-4);
            add("Adam", t);
            if (!Double.isFinite(loss.item())) {
                throw new IllegalStateException("The loss is not finite.");
            }
        }
    }

    private long add(String phase, long begin) {
        long now = System.nanoTime();
        phases.merge(phase, (now - begin) / 1e9, Double::sum);
        return now;
    }

    /** Shares of the time since the last call. */
    String takePhases() {
        double all = phases.values().stream().mapToDouble(Double::doubleValue).sum();
        StringBuilder text = new StringBuilder();
        phases.forEach((name, s) -> text.append(String.format(Locale.ROOT, "%s %.0f %%  ", name, 100 * s / all)));
        text.append(String.format(Locale.ROOT, "%d page faults a step", faults / Math.max(1, steps)));
        phases.clear();
        return text.toString();
    }

    @Override
    public void close() {
        network.close();
        adam.close();
        lr.close();
        hr.close();
    }

    static void run(int rounds, int threads) {
        try (TrainingStep f32Step = new TrainingStep(Precision.F32);
                TrainingStep bf16Step = new TrainingStep(Precision.BF16);
                Peer peer = Peer.python("srresnet.py", threads)) {
            Race race = Race.run(
                    List.of(
                            new Race.Lane("Fovea f32", f32Step, ""),
                            new Race.Lane(peer.name() + " f32", peer, "step f32"),
                            new Race.Lane("Fovea bf16", bf16Step, ""),
                            new Race.Lane(peer.name() + " bf16", peer, "step bf16")),
                    rounds,
                    3);
            System.out.print(race.text());
            System.out.println("Fovea f32: " + f32Step.takePhases());
            System.out.println("Fovea bf16: " + bf16Step.takePhases());
            String f32 = peer.name() + " f32";
            String bf16 = peer.name() + " bf16";
            Peak peak = Peak.measure();
            System.out.printf(
                    Locale.ROOT,
                    "speed f32 %.2f of the peer's f32 (target 1.3); bf16 %.2f of its f32 (2.1), %.2f of its bf16 (1.05)%n",
                    race.speed("Fovea f32", f32),
                    race.speed("Fovea bf16", f32),
                    race.speed("Fovea bf16", bf16));
            double work = Peak.stepOperations(f32Step.network);
            System.out.printf(
                    Locale.ROOT,
                    "convolution peak of this machine: f32 %.0f GFLOP/s, bf16 %.0f; a step's convolutions are %.0f GFLOP: f32 %.0f %% of the peak, bf16 %.0f %%%n",
                    peak.f32(),
                    peak.bf16(),
                    work,
                    100 * work / race.median("Fovea f32") / peak.f32(),
                    100 * work / race.median("Fovea bf16") / peak.bf16());
        }
    }
}
