/**
 * pix2pix: image-to-image translation learnt from pairs (P. Isola, J.-Y. Zhu, T. Zhou, A. A. Efros, "Image-to-Image Translation with Conditional Adversarial
 * Networks", CVPR 2017).
 *
 * <p>A U-Net turns one picture into another of the same size: labels into photographs, edges into objects, one style into another. A discriminator sees input and output
 * together and judges patches; an L1 term keeps the output near the pair's.
 *
 * <p>Read {@link io.fovea.pix2pix.Pix2PixConfig}, then the networks in {@link io.fovea.translation} and {@link io.fovea.gan.PatchGan}, then
 * {@link io.fovea.pix2pix.Pix2PixStep}.
 */
@NullMarked
package io.fovea.pix2pix;

import org.jspecify.annotations.NullMarked;
