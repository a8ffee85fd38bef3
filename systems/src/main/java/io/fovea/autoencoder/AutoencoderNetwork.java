package io.fovea.autoencoder;

import io.fovea.nn.Conv2d;
import io.fovea.nn.ConvTranspose2d;
import io.fovea.nn.Flatten;
import io.fovea.nn.Init;
import io.fovea.nn.Layer;
import io.fovea.nn.Linear;
import io.fovea.nn.Module;
import io.fovea.nn.Sequential;
import io.fovea.torch.DType;
import io.fovea.torch.F;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Encoder and decoder: rows N,d to codes N,k and back. Fully connected layers are numbered as in a PyTorch {@code Sequential}
 * ({@code encoder.0.weight}, {@code encoder.2.weight} ...); a variational encoder has {@code trunk}, {@code mean} and
 * {@code logVariance}.
 */
public final class AutoencoderNetwork extends Module {
    private final NetworkConfig config;
    private final int width;
    private final Layer encoder;
    private final Sequential decoder;

    /** @param width columns of a row */
    public AutoencoderNetwork(NetworkConfig config, int width) {
        config.checkWidth(width);
        this.config = config;
        this.width = width;
        encoder =
                child("encoder", config.variational() ? new VariationalEncoder(config, width) : encoder(config, width));
        decoder = child("decoder", decoder(config, width));
    }

    public int width() {
        return width;
    }

    public NetworkConfig config() {
        return config;
    }

    /** Rows N,d to codes N,k; of a variational encoder the means. */
    public Layer encoder() {
        return encoder;
    }

    /** Codes N,k to rows N,d. */
    public Sequential decoder() {
        return decoder;
    }

    /** Means and logarithms of variances of a variational encoder, N,k each. */
    record Posterior(Tensor mean, Tensor logVariance) {}

    Posterior posterior(Tensor x) {
        VariationalEncoder v = (VariationalEncoder) encoder;
        Tensor h = v.trunk.apply(x);
        return new Posterior(v.mean.apply(h), v.logVariance.apply(h));
    }

    /** z = mean(trunk(x)); the variances take part in training alone. */
    private static final class VariationalEncoder extends Layer {
        private final Sequential trunk;
        private final Linear mean;
        private final Linear logVariance;

        VariationalEncoder(NetworkConfig config, int width) {
            trunk = child("trunk", new Sequential());
            int last = hidden(trunk, config, width);
            mean = child("mean", new Linear(last, config.code()));
            logVariance = child("logVariance", new Linear(last, config.code()));
        }

        @Override
        protected Tensor forward(Tensor x) {
            return mean.apply(trunk.apply(x));
        }
    }

    /** Adds the layers before the code; returns the width of the last. */
    private static int hidden(Sequential net, NetworkConfig config, int width) {
        int in = width;
        NetworkConfig.Image image = config.image();
        if (image != null) {
            net.add("image", new Reshape(image.channels(), image.height(), image.width()));
            int planes = image.channels();
            for (int filters : config.channels()) {
                add(net, Conv2d.of(planes, filters, 3).stride(2).padding(1));
                add(net, config.activation().layer());
                planes = filters;
            }
            add(net, new Flatten());
            List<int[]> sizes = sizes(config);
            int[] last = sizes.get(sizes.size() - 1);
            in = planes * last[0] * last[1];
        }
        for (int units : config.hidden()) {
            add(net, new Linear(in, units));
            add(net, config.activation().layer());
            in = units;
        }
        return in;
    }

    /** Numbers a layer by its place, not counting what PyTorch networks have no layer for: rows to pictures at the begin, and crops. */
    private static void add(Sequential net, Layer layer) {
        int number = 0;
        for (int i = 0; i < net.size(); i++) {
            boolean ours = net.get(i) instanceof Crop || (i == 0 && net.get(i) instanceof Reshape);
            number += ours ? 0 : 1;
        }
        net.add(Integer.toString(number), layer);
    }

    private static Sequential encoder(NetworkConfig config, int width) {
        Sequential net = new Sequential();
        int in = hidden(net, config, width);
        add(net, new Linear(in, config.code()));
        if (config.codeActivation() != Unit.IDENTITY) {
            add(net, config.codeActivation().layer());
        }
        return net;
    }

    private static Sequential decoder(NetworkConfig config, int width) {
        Sequential net = new Sequential();
        int in = config.code();
        for (int i = config.hidden().size() - 1; i >= 0; i--) {
            int units = config.hidden().get(i);
            add(net, new Linear(in, units));
            add(net, config.activation().layer());
            in = units;
        }
        if (config.image() == null) {
            add(net, new Linear(in, width));
        } else {
            pictures(net, config, in, config.image());
        }
        if (config.output() != Unit.IDENTITY) {
            add(net, config.output().layer());
        }
        return net;
    }

    /** The mirrored convolutions: each doubles height and width, less a line where the size on the way down was odd. */
    private static void pictures(Sequential net, NetworkConfig config, int in, NetworkConfig.Image image) {
        List<int[]> sizes = sizes(config);
        List<Integer> channels = new ArrayList<>();
        channels.add(image.channels());
        channels.addAll(config.channels());
        int deepest = channels.size() - 1;
        int[] small = sizes.get(deepest);
        int planes = channels.get(deepest);
        add(net, new Linear(in, planes * small[0] * small[1]));
        add(net, config.activation().layer());
        add(net, new Reshape(planes, small[0], small[1]));
        for (int i = deepest; i > 0; i--) {
            int[] target = sizes.get(i - 1);
            boolean even = target[0] % 2 == 0 || target[1] % 2 == 0;
            add(
                    net,
                    ConvTranspose2d.of(channels.get(i), channels.get(i - 1), 3)
                            .stride(2)
                            .padding(1)
                            .outputPadding(even ? 1 : 0));
            if (even && (target[0] % 2 == 1 || target[1] % 2 == 1)) {
                net.add("crop" + i, new Crop(channels.get(i - 1), target[0], target[1]));
            }
            if (i > 1) {
                add(net, config.activation().layer());
            }
        }
        net.add("rows", new Flatten());
    }

    /** Height and width before and after each convolution. */
    private static List<int[]> sizes(NetworkConfig config) {
        NetworkConfig.Image image = Objects.requireNonNull(config.image());
        List<int[]> sizes = new ArrayList<>();
        int[] size = {image.height(), image.width()};
        sizes.add(size);
        for (int i = 0; i < config.channels().size(); i++) {
            size = new int[] {(size[0] + 1) / 2, (size[1] + 1) / 2};
            sizes.add(size);
        }
        return sizes;
    }

    /** N,C*H*W to N,C,H,W. */
    private static final class Reshape extends Layer {
        private final long[] shape;

        Reshape(int channels, int height, int width) {
            shape = new long[] {-1, channels, height, width};
        }

        @Override
        protected Tensor forward(Tensor x) {
            return F.reshape(x, shape);
        }

        @Override
        public String toString() {
            return "Reshape(" + shape[1] + ", " + shape[2] + ", " + shape[3] + ")";
        }
    }

    /** The upper left part of a picture. */
    static final class Crop extends Layer {
        private final int channels;
        private final int height;
        private final int width;

        Crop(int channels, int height, int width) {
            this.channels = channels;
            this.height = height;
            this.width = width;
        }

        int channels() {
            return channels;
        }

        int height() {
            return height;
        }

        int width() {
            return width;
        }

        @Override
        protected Tensor forward(Tensor x) {
            return F.slice(F.slice(x, 2, 0, height), 3, 0, width);
        }

        @Override
        public String toString() {
            return "Crop(" + height + ", " + width + ")";
        }
    }

    // ---- the encoder layer by layer ----

    /** A fully connected layer and what follows it. */
    record Stage(Linear linear, Unit unit) {}

    /** The fully connected layers from the rows to the code; of a variational encoder to the mean. Not for convolutional ones. */
    List<Stage> stages() {
        if (encoder instanceof VariationalEncoder v) {
            List<Stage> stages = new ArrayList<>(stages(v.trunk, config.activation(), config.activation()));
            stages.add(new Stage(v.mean, Unit.IDENTITY));
            return stages;
        }
        return stages((Sequential) encoder, config.activation(), config.codeActivation());
    }

    /** As {@link #stages()} for the decoder. */
    List<Stage> decoderStages() {
        return stages(decoder, config.activation(), config.output());
    }

    private static List<Stage> stages(Sequential net, Unit inner, Unit last) {
        List<Linear> linears = new ArrayList<>();
        for (int i = 0; i < net.size(); i++) {
            if (net.get(i) instanceof Linear linear) {
                linears.add(linear);
            }
        }
        List<Stage> stages = new ArrayList<>();
        for (Linear linear : linears) {
            stages.add(new Stage(linear, stages.size() < linears.size() - 1 ? inner : last));
        }
        return stages;
    }

    /** The encoder's layers that have weights, in their order; of a variational encoder those to the mean. */
    List<Layer> encoderLayers() {
        if (encoder instanceof VariationalEncoder v) {
            List<Layer> layers = new ArrayList<>(weighty(v.trunk));
            layers.add(v.mean);
            return layers;
        }
        return weighty((Sequential) encoder);
    }

    /** The decoder's layers that have weights, and its crops, in their order. */
    List<Layer> decoderLayers() {
        return weighty(decoder);
    }

    private static List<Layer> weighty(Sequential net) {
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < net.size(); i++) {
            Layer layer = net.get(i);
            if (weightOf(layer) != null || layer instanceof Crop) {
                layers.add(layer);
            }
        }
        return layers;
    }

    /** Height and width after the last convolution; 1 and 1 where there are none. */
    int[] deepestSize() {
        if (config.image() == null) {
            return new int[] {1, 1};
        }
        List<int[]> sizes = sizes(config);
        return sizes.get(sizes.size() - 1).clone();
    }

    /** The layer that gives the code, and the first of the decoder: what a change of the map's axes is folded into. */
    Linear codeLayer() {
        return encoder instanceof VariationalEncoder v ? v.mean : lastLinear((Sequential) encoder);
    }

    Linear firstOfDecoder() {
        return decoderStages().get(0).linear();
    }

    private static Linear lastLinear(Sequential net) {
        Linear last = null;
        for (int i = 0; i < net.size(); i++) {
            last = net.get(i) instanceof Linear linear ? linear : last;
        }
        return Objects.requireNonNull(last);
    }

    // ---- starting weights ----

    /** PyTorch's default for every layer, as a function of the seed alone. */
    void initialise(long seed) {
        int index = 0;
        for (Module m : modules().values()) {
            @Nullable Tensor weight = weightOf(m);
            if (weight != null) {
                double bound = 1 / Math.sqrt(Init.fanIn(weight));
                fill(weight, bound, seed, index++);
                fill(Objects.requireNonNull(m.parameters().get("bias")), bound, seed, index++);
            }
        }
    }

    private static @Nullable Tensor weightOf(Module m) {
        return m instanceof Linear || m instanceof Conv2d || m instanceof ConvTranspose2d
                ? m.parameters().get("weight")
                : null;
    }

    private static void fill(Tensor t, double bound, long seed, int index) {
        try (Scope scope = Scope.open()) {
            long drawing = io.fovea.torch.Rng.of(seed, index).nextLong();
            Tensor uniform = Tensor.rand(new Tensor.Generator(drawing), t.shape());
            t.set(F.add(F.mul(uniform, 2 * bound), -bound));
        }
    }

    /**
     * Makes encoder and decoder compute the principal components and the reconstruction from them, to first order: pairs of hidden units
     * carry c and -c through, f(c) - f(-c) gives it back. The other units keep their random weights from the rows and have none to the
     * code, or to the output.
     *
     * @param spread about how large the components are
     */
    void startAt(Pca pca, double spread) {
        double[] mean = pca.mean();
        double[][] axes = pca.axes();
        double size = config.activation().pairScale();
        double scale = size == 1 ? 1 : size / spread;
        int k = config.code();
        double[][] in = new double[k][];
        double[] offset = new double[k];
        double[][] out = new double[width][k];
        for (int j = 0; j < k; j++) {
            in[j] = j < axes.length ? axes[j] : new double[width];
            for (int i = 0; i < width; i++) {
                offset[j] -= in[j][i] * mean[i];
                out[i][j] = in[j][i];
            }
        }
        carry(stages(), in, offset, scale);
        carry(decoderStages(), out, mean.clone(), scale);
    }

    /** Sets the layers so that they compute {@code matrix} x + {@code offset} through pairs of units. */
    private void carry(List<Stage> stages, double[][] matrix, double[] offset, double scale) {
        int last = stages.size() - 1;
        if (last == 0) {
            set(stages.get(0).linear(), matrix, offset, 0);
            return;
        }
        boolean encoding = matrix.length == config.code() && matrix[0].length == width;
        int k = config.code();
        double back = 1 / (scale * config.activation().pairSlope());
        for (int l = 0; l <= last; l++) {
            Linear linear = stages.get(l).linear();
            double[] w = linear.weight().toDoubles();
            double[] b = Objects.requireNonNull(linear.bias()).toDoubles();
            int columns = (int) linear.weight().size(1);
            if (l == 0) {
                for (int j = 0; j < 2 * k; j++) {
                    double sign = j % 2 == 0 ? scale : -scale;
                    for (int i = 0; i < columns; i++) {
                        w[j * columns + i] = encoding ? sign * matrix[j / 2][i] : i == j / 2 ? sign : 0;
                    }
                    b[j] = encoding ? sign * offset[j / 2] : 0;
                }
            } else {
                int rows = l == last ? w.length / columns : 2 * k;
                for (int j = 0; j < rows; j++) {
                    java.util.Arrays.fill(w, j * columns, (j + 1) * columns, 0);
                    b[j] = l == last && !encoding ? offset[j] : 0;
                    for (int c = 0; c < k; c++) {
                        double weight = l < last
                                ? (j / 2 == c ? (j % 2 == 0 ? scale : -scale) : 0)
                                : encoding ? (j == c ? 1 : 0) : matrix[j][c];
                        w[j * columns + 2 * c] = weight * back;
                        w[j * columns + 2 * c + 1] = -weight * back;
                    }
                }
            }
            set(linear, w, b);
        }
    }

    private static void set(Linear linear, double[][] rows, double[] bias, int from) {
        double[] w = new double[(int) linear.weight().numel()];
        int columns = (int) linear.weight().size(1);
        for (int i = from; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, w, i * columns, columns);
        }
        set(linear, w, bias);
    }

    static void set(Linear linear, double[] weight, double[] bias) {
        try (Scope scope = Scope.open()) {
            linear.weight().set(Tensor.of(weight, linear.weight().shape()));
            Tensor b = Objects.requireNonNull(linear.bias());
            b.set(Tensor.of(bias, b.shape()));
        }
    }

    /** Rows as a tensor of the network's type. */
    Tensor rows(float[] values, int rows) {
        Tensor x = Tensor.of(values, rows, width);
        DType type = codeLayer().weight().dtype();
        return type == DType.F32 ? x : x.to(type);
    }
}
