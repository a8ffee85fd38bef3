package io.fovea.nn;

import io.fovea.torch.DType;
import io.fovea.torch.F;
import io.fovea.torch.Tensor;

/** Batch normalisation per channel (Ioffe and Szegedy 2015), eps 1e-5, momentum 0.1, as PyTorch's layer. */
public final class BatchNorm2d extends Layer {
    private static final double EPS = 1e-5;
    private static final double MOMENTUM = 0.1;

    private final Tensor weight;
    private final Tensor bias;
    private final Tensor runningMean;
    private final Tensor runningVar;
    private boolean ownStatistics;

    public BatchNorm2d(int channels) {
        weight = parameter("weight", Tensor.full(1, DType.F32, channels));
        bias = parameter("bias", Tensor.zeros(channels));
        runningMean = buffer("running_mean", Tensor.zeros(channels));
        runningVar = buffer("running_var", Tensor.full(1, DType.F32, channels));
    }

    /** The convolution and this norm after it as one convolution: w' = w g / sqrt(v + eps), b' = (b - m) g / sqrt(v + eps) + beta. */
    public void foldInto(Tensor convWeight, Tensor convBias) {
        double[] g = weight.toDoubles();
        double[] beta = bias.toDoubles();
        double[] m = runningMean.toDoubles();
        double[] v = runningVar.toDoubles();
        double[] w = convWeight.toDoubles();
        double[] b = convBias.toDoubles();
        int per = w.length / g.length;
        for (int c = 0; c < g.length; c++) {
            double s = g[c] / Math.sqrt(v[c] + EPS);
            for (int i = c * per; i < (c + 1) * per; i++) {
                w[i] *= s;
            }
            b[c] = (b[c] - m[c]) * s + beta[c];
        }
        convWeight.set(Tensor.of(w, convWeight.shape()));
        convBias.set(Tensor.of(b, convBias.shape()));
    }

    /**
     * Whether, outside of training, each sample is normalised by its own mean and variance instead of the running ones: what a network in training mode makes of a batch of
     * one, without moving its running statistics.
     */
    public void ownStatistics(boolean wanted) {
        ownStatistics = wanted;
    }

    public Tensor weight() {
        return weight;
    }

    public Tensor bias() {
        return bias;
    }

    @Override
    protected Tensor forward(Tensor x) {
        if (ownStatistics && !isTraining()) {
            return F.instanceNorm(x, weight, bias, EPS);
        }
        return F.batchNorm(x, weight, bias, runningMean, runningVar, isTraining(), MOMENTUM, EPS);
    }

    @Override
    public String toString() {
        return "BatchNorm2d(" + weight.numel() + ")";
    }
}
