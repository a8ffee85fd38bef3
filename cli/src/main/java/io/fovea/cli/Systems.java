package io.fovea.cli;

import io.fovea.cli.autoencoder.AutoencoderMaps;
import io.fovea.cli.srgan.Srgan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The ten systems: those that are there, and those that are to come. */
final class Systems {
    /** A system that is not written yet. */
    record Planned(String name, String summary) {}

    private static final List<VisionSystem<?>> READY = List.of(new Srgan(), new AutoencoderMaps());

    private static final List<Planned> PLANNED = List.of(
            new Planned("pix2pix", "translates pictures, learnt from pairs"),
            new Planned("cyclegan", "translates pictures, learnt without pairs"),
            new Planned("progan", "generates pictures, growing from coarse to fine"),
            new Planned("stylegan", "generates pictures, with control over style"),
            new Planned("east", "finds text in photographs"),
            new Planned("ctpn", "finds lines of text in scans and photographs"),
            new Planned("densepose", "maps the pixels of people to a body's surface"),
            new Planned("eatnas", "searches network architectures"));

    private Systems() {}

    static List<VisionSystem<?>> ready() {
        return READY;
    }

    static List<Planned> planned() {
        return PLANNED;
    }

    static @Nullable VisionSystem<?> find(String name) {
        return READY.stream().filter(s -> s.name().equals(name)).findFirst().orElse(null);
    }
}
