/**
 * How Fovea talks to libtorch. The only package that touches {@code org.bytedeco}: everyone else sees {@link io.fovea.torch.Tensor},
 * computes through {@link io.fovea.torch.F}, and lets a {@link io.fovea.torch.Scope} free what a step made.
 *
 * <p>Read {@code Natives} (how the libraries are loaded safely), then {@code Scope} and {@code Tensor}, then {@code F}.
 */
@NullMarked
package io.fovea.torch;

import org.jspecify.annotations.NullMarked;
