package io.fovea.gan;

import io.fovea.nn.Activation;
import io.fovea.nn.BatchNorm2d;
import io.fovea.nn.InstanceNorm2d;
import io.fovea.nn.Layer;
import io.fovea.weights.StoredTensor;
import java.util.Map;

/** The normalisation after a network's convolutions. */
public enum Norm {
    /** Over the batch, affine, with running statistics. */
    BATCH,
    /** Over each picture, without an affine part: the PyTorch code's. */
    INSTANCE,
    /** Over each picture, affine: the Torch code's. */
    AFFINE_INSTANCE,
    NONE;

    /** A new layer for that many channels. */
    public Layer layer(int channels) {
        return switch (this) {
            case BATCH -> new BatchNorm2d(channels);
            case INSTANCE -> new InstanceNorm2d(channels, false);
            case AFFINE_INSTANCE -> new InstanceNorm2d(channels, true);
            case NONE -> Activation.identity();
        };
    }

    /** Whether the convolutions before it have biases: the PyTorch code's {@code use_bias}, where instance norms follow, which undo them. */
    public boolean convolutionBias() {
        return this == INSTANCE || this == AFFINE_INSTANCE;
    }

    /** The word for it in sentences. */
    public String words() {
        return switch (this) {
            case BATCH -> "batch norm";
            case INSTANCE -> "instance norm";
            case AFFINE_INSTANCE -> "affine instance norm";
            case NONE -> "no norm";
        };
    }

    /**
     * The norm of a public checkpoint, by its keys: batch norm has running statistics and weights, affine instance norm weights alone, instance norm without
     * weights leaves biases in the convolutions before it. Old files hold running statistics of instance norms too, which mean nothing.
     *
     * @param innerBias whether the convolutions before norms have biases
     */
    public static Norm of(Map<String, StoredTensor> tensors, boolean innerBias) {
        boolean affine = false;
        for (Map.Entry<String, StoredTensor> t : tensors.entrySet()) {
            if (t.getKey().endsWith(".weight") && t.getValue().shape().length == 1) {
                affine = true;
                if (tensors.containsKey(t.getKey().replaceAll("weight$", "running_mean"))) {
                    return BATCH;
                }
            }
        }
        return affine ? AFFINE_INSTANCE : innerBias ? INSTANCE : NONE;
    }

    /** Rules of a key map for what files hold of this norm and the networks here do not. */
    public String leftOut() {
        return "{*}.num_batches_tracked -> nothing\n"
                + (this == BATCH ? "" : "{*}.running_mean -> nothing\n{*}.running_var -> nothing\n");
    }
}
