/** Autoencoder maps on the command line. */
@NullMarked
package io.fovea.cli.autoencoder;

import org.jspecify.annotations.NullMarked;
