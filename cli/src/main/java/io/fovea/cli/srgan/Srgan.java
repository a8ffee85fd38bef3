package io.fovea.cli.srgan;

import io.fovea.cli.VisionSystem;
import io.fovea.srgan.GeneratorConfig;
import java.util.List;

/** SRGAN's part of the command line. */
public final class Srgan implements VisionSystem<GeneratorConfig> {
    @Override
    public String name() {
        return "srgan";
    }

    @Override
    public String summary() {
        return "enlarges photographs 2, 3, 4 or 8 times (Ledig et al. 2017)";
    }

    @Override
    public List<Object> ownVerbs() {
        return List.of();
    }
}
