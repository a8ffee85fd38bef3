package io.fovea.torch;

import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Convolutions on the CPU that are right for every number of channels.
 *
 * <p>oneDNN computes on channels in blocks of 16 to 64 and zeroes the unused rest of the last block while it reorders the weights and
 * inputs. In the oneDNN 3.7.1 of libtorch 2.10 that zeroing writes to the wrong place: 20 to 20 channels come out 30 % wrong in float32,
 * forward and backward, and NaN is possible. Full blocks have no rest. So channels are padded with zeros here until the blocks are full,
 * and the surplus outputs cut off, which is the work that oneDNN would do anyway. {@code ConvolutionTest} holds every case against
 * float64, which takes another path.
 */
final class Convolution {

    private Convolution() {}

    static Tensor forward(
            Tensor x, Tensor w, @Nullable Tensor b, long stride, long padding, long dilation, long groups) {
        if (x.dim() != 4 || w.dim() != 4 || x.size(1) != w.size(1) * groups || exact(x)) {
            return conv(x, w, b, stride, padding, dilation, groups);
        }
        long in = w.size(1);
        long out = w.size(0) / groups;
        if (groups == 1
                && stride == 1
                && dilation == 1
                && full(out * w.size(2), false) < full(out, false) * w.size(2)) {
            return byRows(x, w, b, padding);
        }
        boolean wide = stride > 1 || channelsLast(x) || channelsLast(w);
        long fullIn = firstLayer(x, in) ? in : full(in, wide);
        long fullOut = full(out, wide);
        if (in == fullIn && out == fullOut) {
            return conv(x, w, b, stride, padding, dilation, groups);
        }
        if (groups == 1) {
            Tensor y = conv(
                    padDim(x, 1, fullIn),
                    padDim(padDim(w, 1, fullIn), 0, fullOut),
                    b == null ? null : padDim(b, 0, fullOut),
                    stride,
                    padding,
                    dilation,
                    1);
            return y.narrow(1, 0, out);
        }
        if (in == 1 && out == 1) {
            return depthwise(x, w, b, stride, padding, dilation, groups);
        }
        Tensor[] parts = new Tensor[(int) groups];
        for (int g = 0; g < groups; g++) {
            parts[g] = forward(
                    x.narrow(1, g * in, in),
                    w.narrow(0, g * out, out),
                    b == null ? null : b.narrow(0, g * out, out),
                    stride,
                    padding,
                    dilation,
                    1);
        }
        return torch.cat(new TensorVector(parts), 1);
    }

    /**
     * A convolution to few channels. A block of 16 would be filled with 3 colours and 13 channels of zeros; here it is filled with the rows of the kernel: one
     * convolution with kernels of a single row gives a channel for each row and output channel, and the sum over the rows, each taken where it belongs, is the result. A
     * generator's last layer, 64 to 3 with 9 x 9, needs 4.5 times fewer operations so.
     */
    private static Tensor byRows(Tensor x, Tensor w, @Nullable Tensor b, long padding) {
        long out = w.size(0);
        long rows = w.size(2);
        Tensor flat = w.permute(2, 0, 1, 3).reshape(rows * out, w.size(1), 1, w.size(3));
        long channels = full(rows * out, false);
        long fullIn = firstLayer(x, w.size(1)) ? w.size(1) : full(w.size(1), false);
        Tensor parts = torch.conv2d(
                padDim(x, 1, fullIn),
                padDim(padDim(flat, 1, fullIn), 0, channels),
                new TensorOptional(),
                pair(1),
                new long[] {0, padding},
                pair(1),
                1); // N,channels,H,W'
        Tensor tall =
                (padding == 0 ? parts : torch.constant_pad_nd(parts, new long[] {0, 0, padding, padding})).contiguous();
        long height = tall.size(2) - rows + 1;
        long width = tall.size(3);
        long plane = tall.size(2) * width;
        Tensor shifted = tall.as_strided(
                new long[] {x.size(0), rows, out, height, width},
                new long[] {channels * plane, out * plane + width, plane, width, 1});
        Tensor y = shifted.sum(new long[] {1}, false, new ScalarTypeOptional(torch.ScalarType.Float));
        if (b != null) {
            y = y.add(b.reshape(1, out, 1, 1));
        }
        return y.to(parts.scalar_type());
    }

    static Tensor transposed(
            Tensor x, Tensor w, @Nullable Tensor b, long stride, long padding, long outputPadding, long groups) {
        if (x.dim() != 4 || w.dim() != 4 || x.size(1) != w.size(0) || exact(x)) {
            return convTranspose(x, w, b, stride, padding, outputPadding, groups);
        }
        long in = w.size(0) / groups;
        long out = w.size(1);
        long fullIn = full(in, true);
        long fullOut = full(out, true);
        if (in == fullIn && out == fullOut) {
            return convTranspose(x, w, b, stride, padding, outputPadding, groups);
        }
        if (groups == 1) {
            Tensor y = convTranspose(
                    padDim(x, 1, fullIn),
                    padDim(padDim(w, 0, fullIn), 1, fullOut),
                    b == null ? null : padDim(b, 0, fullOut),
                    stride,
                    padding,
                    outputPadding,
                    1);
            return y.narrow(1, 0, out);
        }
        Tensor[] parts = new Tensor[(int) groups];
        for (int g = 0; g < groups; g++) {
            parts[g] = transposed(
                    x.narrow(1, g * in, in),
                    w.narrow(0, g * in, in),
                    b == null ? null : b.narrow(0, g * out, out),
                    stride,
                    padding,
                    outputPadding,
                    1);
        }
        return torch.cat(new TensorVector(parts), 1);
    }

    /** One filter a channel. Its bfloat16 kernels are wrong at stride 2, and it is bound by memory: float32 costs little. */
    private static Tensor depthwise(
            Tensor x, Tensor w, @Nullable Tensor b, long stride, long padding, long dilation, long groups) {
        boolean cast = torch.is_autocast_enabled(torch.DeviceType.CPU);
        torch.set_autocast_enabled(torch.DeviceType.CPU, false);
        try {
            torch.ScalarType type = x.scalar_type();
            Tensor y = conv(
                    padDim(x.to(torch.ScalarType.Float), 1, full(groups, false)),
                    padDim(w.to(torch.ScalarType.Float), 0, full(groups, false)),
                    b == null ? null : padDim(b.to(torch.ScalarType.Float), 0, full(groups, false)),
                    stride,
                    padding,
                    dilation,
                    full(groups, false));
            return y.narrow(1, 0, groups).to(type);
        } finally {
            torch.set_autocast_enabled(torch.DeviceType.CPU, cast);
        }
    }

    /** Channels of full blocks. Strided, transposed and channels-last kernels choose blocks of up to 64, the others of 16. */
    private static long full(long channels, boolean wide) {
        long block = !wide || channels <= 16 ? 16 : channels <= 32 ? 32 : channels % 32 == 0 ? 32 : 64;
        return (channels + block - 1) / block * block;
    }

    /** A network's first layer on pictures has a float32 kernel of its own, without blocks on the input side. */
    private static boolean firstLayer(Tensor x, long in) {
        boolean half = torch.is_autocast_enabled(torch.DeviceType.CPU)
                || x.scalar_type().intern() != torch.ScalarType.Float;
        return in <= 3 && !half && !x.requires_grad();
    }

    /** True where another engine than oneDNN computes. */
    private static boolean exact(Tensor x) {
        return x.is_cuda() || x.scalar_type().intern() == torch.ScalarType.Double;
    }

    private static boolean channelsLast(Tensor x) {
        return !x.is_contiguous() && x.is_contiguous(torch.MemoryFormat.ChannelsLast);
    }

    private static Tensor padDim(Tensor t, int dim, long size) {
        if (t.size(dim) >= size) {
            return t;
        }
        long[] border = new long[2 * ((int) t.dim() - dim)];
        border[border.length - 1] = size - t.size(dim);
        return torch.constant_pad_nd(t, border);
    }

    private static Tensor conv(
            Tensor x, Tensor w, @Nullable Tensor b, long stride, long padding, long dilation, long groups) {
        return torch.conv2d(x, w, optional(b), pair(stride), pair(padding), pair(dilation), groups);
    }

    private static Tensor convTranspose(
            Tensor x, Tensor w, @Nullable Tensor b, long stride, long padding, long outputPadding, long groups) {
        return torch.conv_transpose2d(
                x, w, optional(b), pair(stride), pair(padding), pair(outputPadding), groups, 1, 1);
    }

    private static TensorOptional optional(@Nullable Tensor t) {
        return t == null ? new TensorOptional() : new TensorOptional(t);
    }

    private static long[] pair(long v) {
        return new long[] {v, v};
    }
}
