package io.fovea.metrics;

import io.fovea.FoveaException;
import io.fovea.parity.Check;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The networks whose weights lie in the data folder under {@code weights/}, each loaded once; absent ones are noted in the check. */
final class StagedNets implements AutoCloseable {
    private final Check check;
    private final Map<Lpips.Net, Optional<Lpips>> lpips = new LinkedHashMap<>();
    private final Map<String, Optional<VggFeatures>> vgg = new LinkedHashMap<>();

    StagedNets(Check check) {
        this.check = check;
    }

    static Lpips.Net net(String name) {
        for (Lpips.Net net : Lpips.Net.values()) {
            if (net.key().equals(name)) {
                return net;
            }
        }
        throw new FoveaException("There is no LPIPS net \"" + name + "\".");
    }

    Optional<Lpips> lpips(Lpips.Net net) {
        return lpips.computeIfAbsent(net, n -> {
            String file = switch (n) {
                case ALEX -> "alexnet_features";
                case VGG -> "vgg16_features";
                case SQUEEZE -> "squeezenet1_1_features";
            };
            Optional<Path> trunk = check.data("weights/" + file + ".safetensors");
            Optional<Path> linear = check.data("weights/lpips_lin_" + n.key() + "_v0.1.safetensors");
            return trunk.flatMap(t -> linear.map(l -> Lpips.load(n, t, l)));
        });
    }

    /** {@code vgg16} or {@code vgg19n}, as deep as the file goes. */
    Optional<VggFeatures> vgg(String name) {
        return vgg.computeIfAbsent(name, n -> {
            String file = n.equals("vgg16") ? "vgg16_relu2_2_features" : "vgg19n_relu3_1";
            return check.data("weights/" + file + ".safetensors").map(f -> {
                List<String> layers = VggFeatures.reach(f);
                return VggFeatures.load(f, layers.get(layers.size() - 1), VggFeatures.Input.NORMALISED);
            });
        });
    }

    @Override
    public void close() {
        lpips.values().forEach(l -> l.ifPresent(Lpips::close));
        vgg.values().forEach(v -> v.ifPresent(VggFeatures::close));
    }
}
