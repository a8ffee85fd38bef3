package io.fovea.torch;

import io.fovea.FoveaException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.jspecify.annotations.Nullable;

/**
 * The operations that networks and losses compute through: the one functional seam of Fovea. A {@link Tracer} can watch it, which is
 * how {@code describe}, the ONNX export and ONNX Runtime inference come from the same forward pass.
 *
 * <p>Tensors are N,C,H,W unless a method says otherwise. Every method throws {@link FoveaException} with the shapes at hand when they do
 * not fit.
 */
public final class F {
    static {
        Natives.boot();
    }

    private F() {}

    private interface Call {
        org.bytedeco.pytorch.Tensor run();
    }

    private static @Nullable Tensor[] in(@Nullable Tensor... inputs) {
        return inputs;
    }

    /** Runs an operation, words its errors, and tells the tracer. {@code attributes} alternates names and values. */
    private static Tensor run(String op, @Nullable Tensor[] inputs, Call call, Object... attributes) {
        Tensor out;
        try {
            out = new Tensor(call.run());
        } catch (RuntimeException e) {
            throw Errors.of(op, e, inputs);
        }
        Tracer tracer = Tracer.current();
        if (tracer != null) {
            Map<String, Object> named = new LinkedHashMap<>();
            for (int i = 0; i < attributes.length; i += 2) {
                named.put((String) attributes[i], attributes[i + 1]);
            }
            tracer.record(op, named, Arrays.asList(inputs), out);
        }
        return out;
    }

    private static TensorOptional optional(@Nullable Tensor t) {
        return t == null ? new TensorOptional() : new TensorOptional(t.n);
    }

    private static long[] pair(long v) {
        return new long[] {v, v};
    }

    // ---- convolutions and matrix products ----

    /** Convolution with zero padding. Weight: out, in/groups, kh, kw. */
    public static Tensor conv2d(
            Tensor x, Tensor weight, @Nullable Tensor bias, long stride, long padding, long dilation, long groups) {
        return run(
                "conv2d",
                in(x, weight, bias),
                () -> Convolution.forward(
                        x.n, weight.n, bias == null ? null : bias.n, stride, padding, dilation, groups),
                "stride",
                stride,
                "padding",
                padding,
                "dilation",
                dilation,
                "groups",
                groups);
    }

    /** Transposed convolution. Weight: in, out/groups, kh, kw. */
    public static Tensor convTranspose2d(
            Tensor x,
            Tensor weight,
            @Nullable Tensor bias,
            long stride,
            long padding,
            long outputPadding,
            long groups) {
        return run(
                "convTranspose2d",
                in(x, weight, bias),
                () -> Convolution.transposed(
                        x.n, weight.n, bias == null ? null : bias.n, stride, padding, outputPadding, groups),
                "stride",
                stride,
                "padding",
                padding,
                "outputPadding",
                outputPadding,
                "groups",
                groups);
    }

    /** x W^T + b over the last dimension. Weight: out, in. */
    public static Tensor linear(Tensor x, Tensor weight, @Nullable Tensor bias) {
        return run("linear", in(x, weight, bias), () -> torch.linear(x.n, weight.n, optional(bias)));
    }

    public static Tensor matmul(Tensor a, Tensor b) {
        return run("matmul", in(a, b), () -> torch.matmul(a.n, b.n));
    }

    // ---- normalisation ----

    /**
     * Batch normalisation per channel. While training it uses the batch's biased variance and moves the running statistics (unbiased
     * variance) by {@code momentum}; otherwise it uses the running statistics.
     */
    public static Tensor batchNorm(
            Tensor x,
            @Nullable Tensor weight,
            @Nullable Tensor bias,
            @Nullable Tensor runningMean,
            @Nullable Tensor runningVar,
            boolean training,
            double momentum,
            double eps) {
        return run(
                "batchNorm",
                in(x, weight, bias, runningMean, runningVar),
                () -> torch.batch_norm(
                        x.n,
                        optional(weight),
                        optional(bias),
                        optional(runningMean),
                        optional(runningVar),
                        training,
                        momentum,
                        eps,
                        false),
                "training",
                training,
                "eps",
                eps);
    }

    /** Normalises each channel of each sample over its positions; affine where a weight is given. */
    public static Tensor instanceNorm(Tensor x, @Nullable Tensor weight, @Nullable Tensor bias, double eps) {
        return run(
                "instanceNorm",
                in(x, weight, bias),
                () -> torch.instance_norm(
                        x.n,
                        optional(weight),
                        optional(bias),
                        new TensorOptional(),
                        new TensorOptional(),
                        true,
                        0,
                        eps,
                        false),
                "eps",
                eps);
    }

    // ---- activations ----

    public static Tensor relu(Tensor x) {
        return run("relu", in(x), () -> torch.relu(x.n));
    }

    public static Tensor leakyRelu(Tensor x, double slope) {
        return run("leakyRelu", in(x), () -> torch.leaky_relu(x.n, new Scalar(slope)), "slope", slope);
    }

    /** max(x,0) + slope * min(x,0) with one learned slope, or one a channel. */
    public static Tensor prelu(Tensor x, Tensor slope) {
        return run("prelu", in(x, slope), () -> torch.prelu(x.n, slope.n));
    }

    public static Tensor elu(Tensor x) {
        return run("elu", in(x), () -> torch.elu(x.n));
    }

    /** The exact form, with the error function. */
    public static Tensor gelu(Tensor x) {
        return run("gelu", in(x), () -> torch.gelu(x.n, "none"));
    }

    public static Tensor silu(Tensor x) {
        return run("silu", in(x), () -> torch.silu(x.n));
    }

    public static Tensor sigmoid(Tensor x) {
        return run("sigmoid", in(x), () -> torch.sigmoid(x.n));
    }

    public static Tensor tanh(Tensor x) {
        return run("tanh", in(x), () -> torch.tanh(x.n));
    }

    /** log(1 + exp(x)), without overflow. */
    public static Tensor softplus(Tensor x) {
        return run("softplus", in(x), () -> torch.softplus(x.n));
    }

    public static Tensor softmax(Tensor x, int dim) {
        return run("softmax", in(x), () -> torch.softmax(x.n, dim), "dim", (long) dim);
    }

    public static Tensor logSoftmax(Tensor x, int dim) {
        return run("logSoftmax", in(x), () -> torch.log_softmax(x.n, dim), "dim", (long) dim);
    }

    /** While training, zeroes each element with probability p and scales the rest by 1/(1-p). */
    public static Tensor dropout(Tensor x, double p, boolean training) {
        return run("dropout", in(x), () -> torch.dropout(x.n, p, training), "training", training);
    }

    // ---- arithmetic (broadcasting) ----

    public static Tensor add(Tensor a, Tensor b) {
        return run("add", in(a, b), () -> a.n.add(b.n));
    }

    public static Tensor add(Tensor a, double b) {
        return run("addScalar", in(a), () -> a.n.add(new Scalar(b)), "value", b);
    }

    public static Tensor sub(Tensor a, Tensor b) {
        return run("sub", in(a, b), () -> a.n.sub(b.n));
    }

    public static Tensor mul(Tensor a, Tensor b) {
        return run("mul", in(a, b), () -> a.n.mul(b.n));
    }

    public static Tensor mul(Tensor a, double b) {
        return run("mulScalar", in(a), () -> a.n.mul(new Scalar(b)), "value", b);
    }

    public static Tensor div(Tensor a, Tensor b) {
        return run("div", in(a, b), () -> a.n.div(b.n));
    }

    public static Tensor neg(Tensor x) {
        return run("neg", in(x), () -> x.n.neg());
    }

    public static Tensor abs(Tensor x) {
        return run("abs", in(x), () -> torch.abs(x.n));
    }

    /** -1, 0 or 1; its derivative is 0. */
    public static Tensor sign(Tensor x) {
        return run("sign", in(x), () -> torch.sign(x.n));
    }

    /** The error function. */
    public static Tensor erf(Tensor x) {
        return run("erf", in(x), () -> torch.erf(x.n));
    }

    public static Tensor square(Tensor x) {
        return run("square", in(x), () -> torch.square(x.n));
    }

    public static Tensor sqrt(Tensor x) {
        return run("sqrt", in(x), () -> torch.sqrt(x.n));
    }

    public static Tensor exp(Tensor x) {
        return run("exp", in(x), () -> torch.exp(x.n));
    }

    public static Tensor log(Tensor x) {
        return run("log", in(x), () -> torch.log(x.n));
    }

    public static Tensor pow(Tensor x, double exponent) {
        return run("pow", in(x), () -> x.n.pow(new Scalar(exponent)), "exponent", exponent);
    }

    public static Tensor clamp(Tensor x, double low, double high) {
        return run(
                "clamp",
                in(x),
                () -> torch.clamp(x.n, new ScalarOptional(new Scalar(low)), new ScalarOptional(new Scalar(high))),
                "low",
                low,
                "high",
                high);
    }

    // ---- reductions ----

    public static Tensor sum(Tensor x) {
        return run("sumAll", in(x), () -> torch.sum(x.n));
    }

    public static Tensor mean(Tensor x) {
        return run("meanAll", in(x), () -> torch.mean(x.n));
    }

    public static Tensor sum(Tensor x, boolean keepDim, long... dims) {
        return run(
                "sum",
                in(x),
                () -> torch.sum(x.n, dims, keepDim, new org.bytedeco.pytorch.ScalarTypeOptional()),
                "keepDim",
                keepDim,
                "dims",
                dims);
    }

    public static Tensor mean(Tensor x, boolean keepDim, long... dims) {
        return run(
                "mean",
                in(x),
                () -> torch.mean(x.n, dims, keepDim, new org.bytedeco.pytorch.ScalarTypeOptional()),
                "keepDim",
                keepDim,
                "dims",
                dims);
    }

    // ---- shape ----

    /**
     * The same values in another shape. One size may be -1 (what remains); 0 keeps x's size at that position. Sizes computed from
     * {@code x.size()} are numbers to whoever records the network: an exported file would hold for this one size of input.
     */
    public static Tensor reshape(Tensor x, long... shape) {
        return run("reshape", in(x), () -> x.n.reshape(sizes(x, shape)), "shape", shape);
    }

    private static long[] sizes(Tensor x, long[] shape) {
        long[] sizes = shape.clone();
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] == 0) {
                sizes[i] = x.size(i);
            }
        }
        return sizes;
    }

    /** N, C, H, W to N, C*H*W. */
    public static Tensor flatten(Tensor x) {
        return run("flatten", in(x), () -> x.n.reshape(x.size(0), -1));
    }

    public static Tensor permute(Tensor x, long... dims) {
        return run("permute", in(x), () -> x.n.permute(dims), "dims", dims);
    }

    public static Tensor cat(List<Tensor> tensors, int dim) {
        return run("cat", tensors.toArray(new Tensor[0]), () -> torch.cat(vector(tensors), dim), "dim", (long) dim);
    }

    public static Tensor stack(List<Tensor> tensors, int dim) {
        return run("stack", tensors.toArray(new Tensor[0]), () -> torch.stack(vector(tensors), dim), "dim", (long) dim);
    }

    /** Entries from (inclusive) to (exclusive) of one dimension; negative {@code to} counts from the end. */
    public static Tensor slice(Tensor x, int dim, long from, long to) {
        return run(
                "slice",
                in(x),
                () -> x.n.slice(dim, new LongOptional(from), new LongOptional(to), 1),
                "dim",
                (long) dim,
                "from",
                from,
                "to",
                to);
    }

    /** Depth to space: out[n, c, h*r+i, w*r+j] = x[n, c*r*r + i*r + j, h, w]. */
    public static Tensor pixelShuffle(Tensor x, int r) {
        return run("pixelShuffle", in(x), () -> torch.pixel_shuffle(x.n, r), "r", (long) r);
    }

    /** The inverse of {@link #pixelShuffle}. */
    public static Tensor pixelUnshuffle(Tensor x, int r) {
        return run("pixelUnshuffle", in(x), () -> torch.pixel_unshuffle(x.n, r), "r", (long) r);
    }

    /** How {@link #pad} fills the border. */
    public enum Pad {
        CONSTANT,
        REFLECT,
        REPLICATE
    }

    /** Pads the last two dimensions; constant padding is with zeros. */
    public static Tensor pad(Tensor x, Pad mode, long left, long right, long top, long bottom) {
        long[] border = {left, right, top, bottom};
        return run(
                "pad",
                in(x),
                () -> torch.pad(x.n, border, mode.name().toLowerCase(java.util.Locale.ROOT), new DoubleOptional()),
                "mode",
                mode.name(),
                "border",
                border);
    }

    // ---- pooling and resizing ----

    public static Tensor maxPool2d(Tensor x, long kernel, long stride, long padding, boolean ceil) {
        return run(
                "maxPool2d",
                in(x),
                () -> torch.max_pool2d(x.n, pair(kernel), pair(stride), pair(padding), pair(1), ceil),
                "kernel",
                kernel,
                "stride",
                stride,
                "padding",
                padding,
                "ceil",
                ceil);
    }

    /** Mean over windows; padded zeros count. */
    public static Tensor avgPool2d(Tensor x, long kernel, long stride, long padding) {
        return run(
                "avgPool2d",
                in(x),
                () -> torch.avg_pool2d(x.n, pair(kernel), pair(stride), pair(padding), false, true, new LongOptional()),
                "kernel",
                kernel,
                "stride",
                stride,
                "padding",
                padding);
    }

    /** Mean over all positions: N,C,1,1. */
    public static Tensor globalAvgPool2d(Tensor x) {
        return run("globalAvgPool2d", in(x), () -> torch.adaptive_avg_pool2d(x.n, 1, 1));
    }

    /** How {@link #upsample} and {@link #resize} interpolate: pixel centres are aligned (align_corners false). */
    public enum Interpolation {
        NEAREST,
        BILINEAR,
        /** Keys' cubic with a = -0.75, without antialiasing: not a substitute for {@code image.Resample}. */
        BICUBIC
    }

    /** Enlarges height and width by an integer factor. */
    public static Tensor upsample(Tensor x, int factor, Interpolation mode) {
        long[] size = {x.size(2) * factor, x.size(3) * factor};
        return run("upsample", in(x), () -> interpolated(x, size, mode), "factor", (long) factor, "mode", mode.name());
    }

    /** Height and width become the given ones, whatever the ratio; reductions are not smoothed before. */
    public static Tensor resize(Tensor x, long height, long width, Interpolation mode) {
        long[] size = {height, width};
        return run("resize", in(x), () -> interpolated(x, size, mode), "size", size, "mode", mode.name());
    }

    private static org.bytedeco.pytorch.Tensor interpolated(Tensor x, long[] size, Interpolation mode) {
        return switch (mode) {
            case NEAREST -> torch.upsample_nearest2d(x.n, size);
            case BILINEAR -> torch.upsample_bilinear2d(x.n, size, false);
            case BICUBIC -> torch.upsample_bicubic2d(x.n, size, false);
        };
    }

    // ---- losses ----

    /** Binary cross-entropy of logits against targets of the same shape, mean over all. */
    public static Tensor bceWithLogits(Tensor logits, Tensor target) {
        return run(
                "bceWithLogits", in(logits, target), () -> torch.binary_cross_entropy_with_logits(logits.n, target.n));
    }

    /** Binary cross-entropy of probabilities against targets, mean over all; log is bounded below by -100. */
    public static Tensor bce(Tensor probability, Tensor target) {
        return run("bce", in(probability, target), () -> torch.binary_cross_entropy(probability.n, target.n));
    }

    /** Mean absolute difference. */
    public static Tensor l1(Tensor a, Tensor b) {
        return run("l1", in(a, b), () -> torch.l1_loss(a.n, b.n));
    }

    /** Mean squared difference. */
    public static Tensor mse(Tensor a, Tensor b) {
        return run("mse", in(a, b), () -> torch.mse_loss(a.n, b.n));
    }

    // ---- type and layout ----

    public static Tensor cast(Tensor x, DType dtype) {
        return x.dtype() == dtype ? x : run("cast", in(x), () -> x.n.to(dtype.scalarType()), "dtype", dtype.name());
    }

    /** The same values stored N,H,W,C: faster kernels for convolutions with batch norm, slower ones for instance norm. */
    public static Tensor channelsLast(Tensor x) {
        return run("channelsLast", in(x), () -> x.n.contiguous(MemoryFormat.ChannelsLast));
    }

    // ---- in place, outside of networks ----

    private static org.bytedeco.pytorch.Tensor inPlace(Tensor a) {
        if (Tracer.current() != null) {
            throw new FoveaException("A network that is being recorded changed " + a
                    + " in place, which its graph could not show; compute a new tensor instead.");
        }
        return a.n.detach();
    }

    /** a += s * b, unseen by autograd and tracers: for optimisers, averages and buffers. */
    public static void addInPlace(Tensor a, Tensor b, double s) {
        inPlace(a).add_(b.n, new Scalar(s));
    }

    /** a += (b - a) * weight, unseen by autograd and tracers. */
    public static void lerpInPlace(Tensor a, Tensor b, double weight) {
        inPlace(a).lerp_(b.n.detach(), new Scalar(weight));
    }

    /** Fills with values uniform in [low, high) from libtorch's generator. */
    public static void uniformInPlace(Tensor a, double low, double high) {
        inPlace(a).uniform_(low, high, new org.bytedeco.pytorch.GeneratorOptional());
    }

    /** Fills with normal values from libtorch's generator. */
    public static void normalInPlace(Tensor a, double mean, double std) {
        inPlace(a).normal_(mean, std, new org.bytedeco.pytorch.GeneratorOptional());
    }

    public static void fillInPlace(Tensor a, double value) {
        inPlace(a).fill_(new Scalar(value));
    }

    /** Orthogonal rows or columns scaled by gain, from a QR decomposition of normal values. */
    public static void orthogonalInPlace(Tensor a, double gain) {
        try (Scope scope = Scope.open()) {
            torch.orthogonal_(inPlace(a), gain);
        }
    }

    /** L2 norm over all elements of all tensors. */
    public static double norm(List<Tensor> tensors) {
        double sum = 0;
        try (Scope scope = Scope.open()) {
            for (Tensor t : tensors) {
                double norm = torch.norm(t.n.detach()).item().toDouble();
                sum += norm * norm;
            }
        }
        return Math.sqrt(sum);
    }

    /**
     * Scales the gradients of all these tensors together where their common L2 norm exceeds {@code max}.
     *
     * @return the norm before
     */
    public static double clipGradients(List<Tensor> parameters, double max) {
        try (Scope scope = Scope.open()) {
            return torch.clip_grad_norm_(vector(parameters), max);
        }
    }

    static TensorVector vector(List<Tensor> tensors) {
        List<org.bytedeco.pytorch.Tensor> handles = new ArrayList<>();
        for (Tensor t : tensors) {
            handles.add(t.n);
        }
        return new TensorVector(handles.toArray(new org.bytedeco.pytorch.Tensor[0]));
    }
}
