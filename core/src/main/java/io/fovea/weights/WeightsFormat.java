package io.fovea.weights;

import io.fovea.FoveaException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What Fovea adds to a safetensors file so that it alone is enough to rebuild the network: entries of the file's string metadata. */
public final class WeightsFormat {
    /** Key of the version of this format; {@link #VERSION} in files of this Fovea. */
    public static final String FORMAT = "fovea.format";
    /** Key of the system's name, as {@code srgan}. */
    public static final String SYSTEM = "fovea.system";
    /** Key of the configuration of the network, JSON. */
    public static final String CONFIG = "fovea.config";
    /** Key of the {@link Card}, JSON, without its sha256 (a file cannot hold its own). */
    public static final String CARD = "fovea.card";
    /** The newest version that this Fovea reads, and the one that it writes. */
    public static final int VERSION = 1;

    private WeightsFormat() {}

    /** The metadata of a file of this version. */
    public static Map<String, String> metadata(String system, String configJson, @Nullable Card card) {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put(FORMAT, Integer.toString(VERSION));
        metadata.put(SYSTEM, system);
        metadata.put(CONFIG, configJson);
        if (card != null) {
            metadata.put(CARD, card.withSha256(null).toJson());
        }
        return metadata;
    }

    /**
     * Refuses metadata of a version that this Fovea does not know. Files that others wrote have none and pass.
     *
     * @param file its name, for the message
     */
    static void check(Map<String, String> metadata, String file) {
        String version = metadata.get(FORMAT);
        if (version == null) {
            return;
        }
        if (!version.matches("[1-9][0-9]{0,8}")) {
            throw new FoveaException(
                    file + " has the weights format " + FileBytes.quoted(version) + ", a number was expected.");
        }
        if (Integer.parseInt(version) > VERSION) {
            throw new FoveaException(
                    file + " has version " + version + " of Fovea's weights format, this Fovea reads up to version "
                            + VERSION + ". Upgrade Fovea to use it.");
        }
    }
}
