/**
 * What happens in a run? A run is a folder ({@link io.fovea.train.RunFolder}): its configuration, a journal of all events, sample sheets,
 * checkpoints, TensorBoard event files and a report. Read {@link io.fovea.train.RunFolder} first, then {@link io.fovea.train.Journal} and
 * {@link io.fovea.train.Event}.
 */
@NullMarked
package io.fovea.train;

import org.jspecify.annotations.NullMarked;
