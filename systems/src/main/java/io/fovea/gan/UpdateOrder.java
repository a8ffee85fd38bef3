package io.fovea.gan;

/** Which network of an adversarial pair is updated first in a step. */
public enum UpdateOrder {
    GENERATOR_FIRST,
    DISCRIMINATOR_FIRST
}
