package io.fovea.srgan;

import io.fovea.data.Batch;
import io.fovea.image.Grid;
import io.fovea.image.Picture;
import io.fovea.image.Resample;
import io.fovea.nn.Layer;
import io.fovea.optim.Ema;
import io.fovea.torch.Autograd;
import io.fovea.torch.Device;
import io.fovea.torch.Scope;
import io.fovea.train.Recipe;
import io.fovea.train.SampleSheet;
import io.fovea.train.Saved;
import io.fovea.train.Scalars;
import io.fovea.train.Score;
import io.fovea.train.Scores;
import java.util.ArrayList;
import java.util.List;

/**
 * Training of SRGAN: the updates of {@link SrganStep}, what is sampled, and how good the averaged weights are on pictures held back.
 */
final class SrganRecipe implements Recipe {
    /** Sample sheets show this many held-out crops, each this wide in HR pixels. */
    private static final int SAMPLES = 4;

    private static final int SAMPLE_SIDE = 192;

    private final SrganConfig config;
    private final SrganData data;
    private final Device device;
    private final SrganStep networks;

    SrganRecipe(SrganConfig config, SrganData data, Device device) {
        this.config = config;
        this.data = data;
        this.device = device;
        networks = new SrganStep(config, device);
    }

    /** Starts from the weights of another generator; see {@link SrganStep#startFrom}. */
    void startFrom(Layer other) {
        networks.startFrom(other);
    }

    @Override
    public Saved saved() {
        return networks.saved();
    }

    @Override
    public Scalars step(long step, Batch batch) {
        return networks.update(step, batch);
    }

    /** Runs with the averaged weights in evaluation mode, in float32. */
    private void withShippedWeights(java.util.function.Consumer<Layer> use) {
        Ema ema = networks.ema();
        Layer generator = networks.generator();
        if (ema != null) {
            ema.swap();
        }
        generator.eval();
        try (Autograd.Guard off = Autograd.noGrad()) {
            use.accept(generator);
        } finally {
            generator.train(true);
            if (ema != null) {
                ema.swap();
            }
        }
    }

    @Override
    public void sample(long step, SampleSheet sheet) {
        List<Integer> shown = data.validation().isEmpty() ? List.of(0) : data.validation();
        withShippedWeights(g -> {
            for (int index : shown.subList(0, Math.min(SAMPLES, shown.size()))) {
                int scale = config.generator().scale();
                Picture low = data.low(index);
                int side = Math.min(SAMPLE_SIDE / scale, Math.min(low.width(), low.height()));
                int x = (low.width() - side) / 2;
                int y = (low.height() - side) / 2;
                Picture small = low.crop(x, y, side, side);
                sheet.row(
                        new Grid.Cell(Resample.matlab(small, (double) scale), "bicubic"),
                        new Grid.Cell(enlarge(g, small), "step " + step),
                        new Grid.Cell(
                                data.high(index).crop(x * scale, y * scale, side * scale, side * scale), "original"));
            }
        });
    }

    private Picture enlarge(Layer g, Picture small) {
        try (Scope scope = Scope.open()) {
            float[] sr = SuperResolver.run(
                    g,
                    config.generator(),
                    config.run().precision().dtype(),
                    device,
                    small.toFloats(),
                    small.height(),
                    small.width());
            int scale = config.generator().scale();
            return Picture.of(sr, 3, small.height() * scale, small.width() * scale, 8);
        }
    }

    @Override
    public Scores evaluate(long step) {
        List<Score> scores = new ArrayList<>();
        withShippedWeights(g -> {
            double psnr = 0;
            double content = 0;
            List<Integer> held = data.validation().isEmpty() ? List.of(0) : data.validation();
            boolean adversarial = step > config.content().steps();
            for (int index : held) {
                Picture low = data.low(index);
                Picture high = data.high(index);
                Picture sr = enlarge(g, low);
                psnr += SrganEvaluation.psnrY(sr, high, config.generator().scale());
                if (adversarial) {
                    content += networks.adversarialLosses().between(sr, high);
                }
            }
            if (adversarial) {
                scores.add(Score.lower("content", content / held.size()));
            }
            scores.add(Score.higher("psnr_y", psnr / held.size()));
        });
        return new Scores(scores);
    }

    @Override
    public void close() {
        networks.close();
    }
}
