package io.fovea.cli;

/**
 * A configuration with a name.
 *
 * @param summary what it is for, in a line
 */
public record Preset<C extends Record>(String summary, C config) {}
