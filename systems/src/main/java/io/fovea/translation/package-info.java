/**
 * What pix2pix and CycleGAN share: generators that turn one picture into another of the same size. Read
 * {@link io.fovea.translation.GeneratorConfig}, then the networks {@link io.fovea.translation.UNet} and
 * {@link io.fovea.translation.ResNetGenerator}, and {@link io.fovea.translation.TranslationWeights} for the files that hold them.
 */
@NullMarked
package io.fovea.translation;

import org.jspecify.annotations.NullMarked;
