/**
 * Are our numbers those of the public implementations? {@link io.fovea.parity.Fixture} is a JSON file of such numbers, {@link io.fovea.parity.Fill}
 * makes the weights and inputs that it was computed from, a {@link io.fovea.parity.ParityCase} computes the same with Fovea and compares in a
 * {@link io.fovea.parity.Check}, and {@link io.fovea.parity.ParityRunner} does so for a folder. Each room brings its own cases; tests run the same
 * ones.
 */
@NullMarked
package io.fovea.parity;

import org.jspecify.annotations.NullMarked;
