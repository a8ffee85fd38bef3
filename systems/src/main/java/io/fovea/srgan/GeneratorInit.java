package io.fovea.srgan;

import io.fovea.nn.Conv2d;
import io.fovea.nn.Init;
import io.fovea.nn.Layer;
import io.fovea.nn.Module;
import io.fovea.nn.PixelShuffle;
import io.fovea.nn.Sequential;
import io.fovea.torch.F;
import io.fovea.torch.Tensor;

/** Starts a generator's convolutions as its configuration says. */
final class GeneratorInit {
    private GeneratorInit() {}

    static void apply(Module generator, GeneratorConfig config) {
        for (Module m : generator.modules().values()) {
            if (m instanceof Conv2d conv && config.init() != GeneratorConfig.Init.TORCH) {
                start(conv, config.init());
            }
        }
        if (config.icnr()) {
            for (Module m : generator.modules().values()) {
                if (m instanceof Sequential s && s.size() == 3 && s.get(1) instanceof PixelShuffle shuffle) {
                    Init.icnr(((Conv2d) s.get(0)).weight(), shuffle.factor());
                }
            }
        }
    }

    private static void start(Conv2d conv, GeneratorConfig.Init init) {
        Tensor w = conv.weight();
        switch (init) {
            case KAIMING_TENTH -> Init.kaimingNormal(w, 0.1);
            case HE_OUT -> F.normalInPlace(w, 0, Math.sqrt(2.0 / (w.size(0) * w.size(2) * w.size(3))));
            case ORTHOGONAL -> F.orthogonalInPlace(w, 1);
            case TORCH -> {}
        }
        Tensor bias = conv.bias();
        if (bias != null) {
            F.fillInPlace(bias, 0);
        }
    }

    /** A new generator of this configuration. */
    static Layer create(GeneratorConfig config) {
        return switch (config.kind()) {
            case SRRESNET -> new SrResNet(config);
            case MSRRESNET -> new MsrResNet(config);
        };
    }
}
