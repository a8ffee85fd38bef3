/**
 * CycleGAN: image-to-image translation learnt without pairs (J.-Y. Zhu, T. Park, P. Isola, A. A. Efros, "Unpaired Image-to-Image Translation using Cycle-Consistent
 * Adversarial Networks", ICCV 2017).
 *
 * <p>Two generators translate between two sets of pictures, each judged by a discriminator of its target set; what is translated there and back must come out as it
 * was.
 *
 * <p>Read {@link io.fovea.cyclegan.CycleGanConfig}, then the networks in {@link io.fovea.translation} and {@link io.fovea.gan.PatchGan}, then
 * {@link io.fovea.cyclegan.CycleGanStep}.
 */
@NullMarked
package io.fovea.cyclegan;

import org.jspecify.annotations.NullMarked;
