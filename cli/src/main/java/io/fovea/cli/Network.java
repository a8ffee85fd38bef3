package io.fovea.cli;

import io.fovea.nn.Layer;

/**
 * A network and what it eats.
 *
 * @param layer the network
 * @param example sizes of an input, N,C,H,W for pictures
 * @param other sizes of another input that differs in every size which an exported file leaves open
 * @param description input and output in a sentence: meaning, order, ranges
 */
public record Network(Layer layer, long[] example, long[] other, String description) {}
