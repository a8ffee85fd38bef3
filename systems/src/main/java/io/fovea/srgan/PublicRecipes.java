package io.fovea.srgan;

import io.fovea.FoveaException;
import io.fovea.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How public implementations train, as configuration files. Their VGG weights are named {@code vgg16.pth} or {@code vgg19.pth}:
 * torchvision's files, to be put beside the run or named by {@code adversarial.losses.1.backbone}.
 */
public final class PublicRecipes {
    private static final Map<String, String> SUMMARIES = summaries();

    private PublicRecipes() {}

    private static Map<String, String> summaries() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("leftthomas", "leftthomas/SRGAN: 5 blocks, adversarial from the start, linear loss, VGG16 and TV");
        all.put("basicsr-msrresnet", "BasicSR's MSRResNet x4: L1, cosine with restarts, averaged weights");
        all.put("basicsr-msrgan", "BasicSR's MSRGAN x4: goes on from MSRResNet (--init), VGG19 conv5_4, raw logits");
        all.put("tensorlayer", "tensorlayer/SRGAN: both ranges [-1,1], VGG19 pool4; Adam in place of its momentum SGD");
        return all;
    }

    /** Names and what they are. */
    public static Map<String, String> names() {
        return java.util.Collections.unmodifiableMap(SUMMARIES);
    }

    /**
     * The configuration of that name.
     *
     * @throws FoveaException if there is none
     */
    public static SrganConfig read(String name) {
        if (!SUMMARIES.containsKey(name)) {
            throw new FoveaException(
                    "No public recipe is called \"" + name + "\"" + Json.didYouMean(name, SUMMARIES.keySet()));
        }
        String resource = "recipes/" + name + ".json";
        try (InputStream in = PublicRecipes.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new FoveaException("The file " + resource + " is missing in this build of Fovea.");
            }
            return Json.read(new String(in.readAllBytes(), StandardCharsets.UTF_8), SrganConfig.class, name);
        } catch (IOException e) {
            throw new FoveaException("The file " + resource + " cannot be read: " + e.getMessage() + ".", e);
        }
    }
}
