/**
 * Autoencoder maps: a table or pictures become a map that one can look at, trust and use again (G. Hinton and R. Salakhutdinov, "Reducing
 * the Dimensionality of Data with Neural Networks", Science 2006).
 *
 * <p>{@link io.fovea.autoencoder.MapPage} writes a {@link io.fovea.autoencoder.MapData} as one interactive HTML file.
 */
@NullMarked
package io.fovea.autoencoder;

import org.jspecify.annotations.NullMarked;
