/**
 * Where batches come from: sets of pictures in folders and zips read in place, a deterministic order, and a loader that prepares the next
 * batches while the optimiser works.
 */
@NullMarked
package io.fovea.data;

import org.jspecify.annotations.NullMarked;
