/**
 * What adversarial systems share: the {@link io.fovea.gan.Game games} of generator and discriminator and the
 * {@link io.fovea.gan.GradientPenalty}, {@link io.fovea.gan.ContentLosses}, the {@link io.fovea.gan.PatchGan} discriminators, the
 * {@link io.fovea.gan.ImagePool} of earlier fakes, {@link io.fovea.gan.Rates learning rates} by epoch, and how weights
 * {@link io.fovea.gan.WeightInit start}.
 */
@NullMarked
package io.fovea.gan;

import org.jspecify.annotations.NullMarked;
