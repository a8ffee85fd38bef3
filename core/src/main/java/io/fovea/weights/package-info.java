/**
 * How weights are stored: safetensors files, files of {@code torch.save}, the key layouts of public checkpoints, model cards and the zoo.
 *
 * <p>Read {@link io.fovea.weights.WeightsFile} first (any file, by its content), then {@link io.fovea.weights.Safetensors} and
 * {@link io.fovea.weights.TorchFile} (the formats), {@link io.fovea.weights.KeyMap} (layouts as data), {@link io.fovea.weights.Card} and
 * {@link io.fovea.weights.Zoo}. Files are untrusted: every number in them is checked before it is used, nothing in them is ever executed,
 * and reading one takes no more memory than a small multiple of its size.
 */
@NullMarked
package io.fovea.weights;

import org.jspecify.annotations.NullMarked;
