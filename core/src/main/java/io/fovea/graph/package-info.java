/**
 * What did the network compute? {@link io.fovea.graph.Graph} records one forward pass; from it come {@link io.fovea.graph.Description}
 * (the table of layers), {@link io.fovea.graph.OnnxExport} (the ONNX file) and {@link io.fovea.graph.OnnxModel} (the same network in ONNX
 * Runtime). {@link io.fovea.graph.Predictor} is the seam behind which inference runs on libtorch or on ONNX Runtime.
 *
 * <p>Read {@code Graph}, then {@code Recorder}, then {@code OnnxExport} with {@code OnnxNodes}, which holds the mapping of every operation
 * of {@link io.fovea.torch.F}.
 */
@NullMarked
package io.fovea.graph;

import org.jspecify.annotations.NullMarked;
