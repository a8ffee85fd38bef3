/**
 * How good is it? {@link io.fovea.metrics.Psnr}, {@link io.fovea.metrics.Ssim} and {@link io.fovea.metrics.MsSsim} compare pictures by their pixels, in float64
 * and without libtorch; {@link io.fovea.metrics.Lpips} and {@link io.fovea.metrics.VggFeatures} through the eyes of an ImageNet classifier, as a measure and as a loss.
 * {@link io.fovea.metrics.MetricsParity} holds all of them against the public implementations' numbers.
 */
@NullMarked
package io.fovea.metrics;

import org.jspecify.annotations.NullMarked;
