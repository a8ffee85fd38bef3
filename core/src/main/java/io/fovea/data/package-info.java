/**
 * Where does data come from? Sets of pictures in folders and zips, read in place; a deterministic order of batches, and a loader that prepares the next ones while the optimiser
 * works. Tables: {@link io.fovea.data.Table} reads delimited text, {@link io.fovea.data.TableChunks} what is larger than memory; {@link io.fovea.data.TableEncoder} makes rows of floats of
 * them and {@link io.fovea.data.PictureRows} of pictures; {@link io.fovea.data.TableWriter} writes what came out.
 */
@NullMarked
package io.fovea.data;

import org.jspecify.annotations.NullMarked;
