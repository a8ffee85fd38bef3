package io.fovea.cli;

/**
 * What a verb has to say.
 *
 * @param text for people, ending with a line break
 * @param json for machines: records, lists, maps or a Jackson tree
 */
public record Result(String text, Object json) {}
