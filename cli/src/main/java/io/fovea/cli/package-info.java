/**
 * The command line: {@code fovea <system> <verb>}. Read {@link io.fovea.cli.Main} (how a command is found, run and what its failures look
 * like), then {@link io.fovea.cli.VisionSystem} (what a system brings so that the verbs that all share work for it).
 */
@NullMarked
package io.fovea.cli;

import org.jspecify.annotations.NullMarked;
