package io.fovea.bench;

import io.fovea.graph.Description;
import io.fovea.graph.Graph;
import io.fovea.nn.Layer;
import io.fovea.torch.Autograd;
import io.fovea.torch.Device;
import io.fovea.torch.F;
import io.fovea.torch.Precision;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;

/**
 * What convolutions reach at best here: the fastest of several 3 x 3 convolutions whose data stay in the caches, forward.
 *
 * @param f32 GFLOP/s
 * @param bf16 GFLOP/s
 */
record Peak(double f32, double bf16) {
    private static final int[][] SHAPES = {{64, 64, 48}, {128, 128, 32}, {256, 256, 16}, {128, 256, 24}};

    static Peak measure() {
        return new Peak(best(Precision.F32), best(Precision.BF16));
    }

    private static double best(Precision precision) {
        double best = 0;
        for (int[] s : SHAPES) {
            try (Scope scope = Scope.open();
                    Autograd.Guard off = Autograd.inference();
                    Autograd.Guard cast = precision.autocast(Device.CPU)) {
                Tensor x = Tensor.rand(4, s[0], s[2], s[2]);
                Tensor w = Tensor.rand(s[1], s[0], 3, 3);
                double operations = 2.0 * 4 * s[0] * s[1] * 9 * s[2] * s[2];
                for (int round = 0; round < 30; round++) {
                    long begin = System.nanoTime();
                    F.conv2d(x, w, null, 1, 1, 1, 1);
                    best = Math.max(best, operations / (System.nanoTime() - begin));
                }
            }
        }
        return best;
    }

    /** GFLOP of an update on 16 patches: a convolution's backward pass is two more of its size. */
    static double stepOperations(Layer network) {
        network.eval();
        try (Scope scope = Scope.open()) {
            Graph graph = Graph.record(network, Tensor.zeros(16, 3, 24, 24));
            return 3 * 2 * Description.of(network, graph).multiplyAdds() / 1e9;
        } finally {
            network.train(true);
        }
    }
}
