/**
 * Autoencoder maps: a table or a set of pictures becomes a map of two (or any number of) coordinates by a network that learns to encode
 * rows and to decode them again (Hinton and Salakhutdinov, "Reducing the Dimensionality of Data with Neural Networks", Science 2006).
 *
 * <p>What t-SNE lacks and UMAP has only partly: new rows are placed on the same map, any place of the map becomes a row again, and rows
 * that do not fit are found by their reconstruction error.
 *
 * <p>Read {@link io.fovea.autoencoder.AutoencoderConfig}, then {@link io.fovea.autoencoder.AutoencoderNetwork},
 * {@link io.fovea.autoencoder.AutoencoderLosses} and {@link io.fovea.autoencoder.AutoencoderStep}; users call
 * {@link io.fovea.autoencoder.Autoencoder}; {@link io.fovea.autoencoder.MapPage} writes the interactive page.
 */
@NullMarked
package io.fovea.autoencoder;

import org.jspecify.annotations.NullMarked;
