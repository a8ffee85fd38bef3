/**
 * What a network is: a {@link io.fovea.nn.Module} names its parameters, buffers and children; a {@link io.fovea.nn.Layer} is one that maps a
 * tensor to a tensor. Everything computes through {@link io.fovea.torch.F}.
 */
@NullMarked
package io.fovea.nn;

import org.jspecify.annotations.NullMarked;
