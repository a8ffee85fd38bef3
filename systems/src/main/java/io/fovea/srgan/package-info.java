/**
 * SRGAN: single-image super-resolution (C. Ledig et al., "Photo-Realistic Single Image Super-Resolution Using a Generative Adversarial
 * Network", CVPR 2017).
 *
 * <p>A residual network enlarges a photograph by 2, 3, 4 or 8. Trained for pixel error alone it is <em>SRResNet</em>: the best PSNR, smooth.
 * Trained on against a discriminator and a feature loss it is <em>SRGAN</em>: lower PSNR, sharper texture.
 *
 * <p>Read {@link io.fovea.srgan.SrganConfig}, then the networks {@link io.fovea.srgan.SrResNet} and
 * {@link io.fovea.srgan.MsrResNet}, then {@link io.fovea.srgan.SrganStep} and {@link io.fovea.srgan.SrganRecipe}; users call
 * {@link io.fovea.srgan.SuperResolver}.
 */
@NullMarked
package io.fovea.srgan;

import org.jspecify.annotations.NullMarked;
