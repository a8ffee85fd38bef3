/** How weights move: optimisers over named parameters with savable state, learning-rate schedules, averages of weights, clipping. */
@NullMarked
package io.fovea.optim;

import org.jspecify.annotations.NullMarked;
