package io.fovea.graph;

/**
 * A network ready to run: the seam behind which inference is libtorch ({@link TorchPredictor}) or ONNX Runtime ({@link OnnxModel}), as
 * measurement says. Any number of threads may call one predictor at once, and each gets what it would get alone, bit for bit.
 */
public interface Predictor extends AutoCloseable {
    /**
     * One forward pass without gradients.
     *
     * @param values the input in row-major order (N,C,H,W for pictures); not changed
     * @param shape its sizes, whose product is the number of values
     * @return the output in row-major order
     * @throws io.fovea.FoveaException if values and shape do not fit each other or the network, or the predictor is closed
     */
    float[] predict(float[] values, long... shape);

    /** Frees the network, once the calls under way have ended. */
    @Override
    void close();
}
