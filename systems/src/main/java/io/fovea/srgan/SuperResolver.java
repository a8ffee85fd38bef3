package io.fovea.srgan;

import io.fovea.FoveaException;
import io.fovea.image.Picture;
import io.fovea.image.Resample;
import io.fovea.image.Tiling;
import io.fovea.nn.Layer;
import io.fovea.torch.Autograd;
import io.fovea.torch.DType;
import io.fovea.torch.Device;
import io.fovea.torch.F;
import io.fovea.torch.Natives;
import io.fovea.torch.Precision;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import java.awt.image.BufferedImage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleConsumer;

/**
 * Enlarges photographs.
 *
 * <pre>{@code
 * try (var sr = SuperResolver.load("srgan-x4")) {
 *     BufferedImage big = sr.upscale(small);
 * }
 * }</pre>
 *
 * Immutable and thread-safe: concurrent calls give the same bits as calls one after another.
 */
public final class SuperResolver implements AutoCloseable {
    /** Pictures of up to this many pixels are computed in one piece. */
    private static final int WHOLE_PIXELS = 200_000;

    /**
     * How to compute.
     *
     * @param tile longest side, in LR pixels, of the pieces that larger pictures are cut into; 0 for the default
     */
    public record Options(Precision precision, Device device, int tile) {
        /**
         * On the CPU in {@link Precision#fastest}. In bf16 one value in twenty differs by a grey level from f32, and PSNR on Set5 falls by
         * 0.001 dB.
         */
        public static final Options DEFAULT = new Options(Precision.fastest(Device.CPU), Device.CPU, 0);

        /** On the CPU in float32, for figures. */
        public static final Options EXACT = new Options(Precision.F32, Device.CPU, 0);

        public Options {
            if (tile < 0) {
                throw new FoveaException("The tile is " + tile + " pixels; it must be positive, or 0 for the default.");
            }
        }
    }

    private final Layer generator;
    private final GeneratorConfig config;
    private final Options options;

    SuperResolver(Layer generator, GeneratorConfig config, Options options) {
        Layer fast = generator instanceof SrResNet net ? net.folded() : generator;
        if (fast != generator) {
            generator.close();
        }
        fast.eval();
        fast.requiresGrad(false);
        fast.to(options.precision().dtype());
        fast.to(options.device());
        if (options.precision().prefersChannelsLast(options.device())) {
            fast.channelsLast();
        }
        this.generator = fast;
        this.config = config;
        this.options = options;
    }

    /** Loads weights by zoo name ({@code srgan-x4}), file or run folder; public checkpoints are recognised by their keys. */
    public static SuperResolver load(String nameOrPath) {
        return load(nameOrPath, Options.DEFAULT);
    }

    public static SuperResolver load(String nameOrPath, Options options) {
        Natives.boot();
        SrganWeights.Loaded loaded = SrganWeights.load(nameOrPath);
        return new SuperResolver(loaded.generator(), loaded.config(), options);
    }

    /** How many times wider and higher results are. */
    public int scale() {
        return config.scale();
    }

    public GeneratorConfig config() {
        return config;
    }

    /** The image enlarged by {@link #scale()}; alpha, 16 bits and grey are kept. */
    public BufferedImage upscale(BufferedImage image) {
        return upscale(Picture.of(image)).toBufferedImage();
    }

    public Picture upscale(Picture picture) {
        return upscale(picture, done -> {});
    }

    /** @param progress is told the finished share, in [0,1], after each tile */
    public Picture upscale(Picture picture, DoubleConsumer progress) {
        Picture colours = picture.withoutAlpha();
        boolean whole = options.tile() == 0 && (long) picture.width() * picture.height() <= WHOLE_PIXELS;
        int tile = whole ? Math.max(picture.width(), picture.height()) : options.tile() == 0 ? 256 : options.tile();
        Tiling tiling = new Tiling(tile, config.receptiveRadius());
        int tiles = tiling.count(picture.width(), picture.height());
        AtomicInteger done = new AtomicInteger();
        Picture large = tiling.run(colours, scale(), (chw, channels, h, w) -> {
            float[] result = channels == 3 ? rgb(chw, h, w) : grey(chw, h, w);
            progress.accept(done.incrementAndGet() / (double) tiles);
            return result;
        });
        return picture.hasAlpha() ? large.withAlpha(Resample.matlab(picture.alpha(), (double) scale())) : large;
    }

    /** As {@link #upscale(Picture, DoubleConsumer)}, then resized exactly (bicubic, antialiased) to the given size. */
    public Picture upscaleTo(Picture picture, int width, int height, DoubleConsumer progress) {
        Picture large = upscale(picture, progress);
        return large.width() == width && large.height() == height ? large : Resample.matlab(large, width, height);
    }

    /** One grey plane as three equal channels through the network, and back by BT.601 weights. */
    private float[] grey(float[] plane, int h, int w) {
        float[] three = new float[3 * h * w];
        for (int c = 0; c < 3; c++) {
            System.arraycopy(plane, 0, three, c * h * w, h * w);
        }
        float[] rgb = rgb(three, h, w);
        int n = rgb.length / 3;
        float[] y = new float[n];
        for (int i = 0; i < n; i++) {
            y[i] = 0.299f * rgb[i] + 0.587f * rgb[n + i] + 0.114f * rgb[2 * n + i];
        }
        return y;
    }

    private float[] rgb(float[] chw, int h, int w) {
        try (Scope scope = Scope.open();
                Autograd.Guard off = Autograd.inference();
                Autograd.Guard cast = options.precision().autocast(options.device())) {
            return run(generator, config, options.precision().dtype(), options.device(), chw, h, w);
        }
    }

    /** The unrounded planar result of an RGB picture in one piece. */
    static float[] run(SuperResolver resolver, Picture rgb) {
        return resolver.rgb(rgb.toFloats(), rgb.height(), rgb.width());
    }

    /** Planar RGB in [0,1] through a generator to planar RGB, about [0,1] (not clamped), scale times as large. */
    static float[] run(Layer generator, GeneratorConfig config, DType dtype, Device device, float[] chw, int h, int w) {
        Tensor x = Tensor.of(chw, 1, 3, h, w).to(dtype).to(device);
        Tensor y = generator.apply(config.lrRange() == GeneratorConfig.Range.SIGNED ? F.add(F.mul(x, 2), -1) : x);
        y = F.cast(y, DType.F32);
        return (config.hrRange() == GeneratorConfig.Range.SIGNED ? F.mul(F.add(y, 1), 0.5) : y).toFloats();
    }

    @Override
    public void close() {
        generator.close();
    }
}
