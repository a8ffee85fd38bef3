/** SRGAN on the command line. */
@NullMarked
package io.fovea.cli.srgan;

import org.jspecify.annotations.NullMarked;
