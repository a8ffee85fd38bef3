package io.fovea.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import io.fovea.FoveaException;
import io.fovea.image.Picture;
import io.fovea.parity.Check;
import io.fovea.parity.Fixture;
import io.fovea.parity.ParityCase;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** PSNR, SSIM and MS-SSIM. */
final class SimilarityCases {
    private static final Pattern SIZE = Pattern.compile("(\\d+)x(\\d+)x3");

    private SimilarityCases() {}

    static List<ParityCase> all() {
        return List.of(new ParityCase(f -> f.subject().startsWith("PSNR, SSIM"), SimilarityCases::pairs));
    }

    private static void pairs(Fixture fixture, Check check) {
        int height = 0;
        int width = 0;
        for (JsonNode pair : fixture.root().path("pairs")) {
            Matcher size = SIZE.matcher(pair.path("how").asText()); // said once, by the first filled pair
            if (size.find()) {
                height = Integer.parseInt(size.group(1));
                width = Integer.parseInt(size.group(2));
            }
            String name = pair.path("pair").asText();
            Optional<PicturePair> found = PicturePair.of(name, height, width, check);
            found.ifPresent(p -> pair.properties().forEach(e -> compare(name, e.getKey(), e.getValue(), p, check)));
        }
    }

    private static void compare(String pair, String key, JsonNode expected, PicturePair p, Check check) {
        if (expected.isObject() && key.matches("crop\\d+")) {
            int crop = Integer.parseInt(key.substring(4));
            expected.properties()
                    .forEach(e -> check.metric(
                            pair + ", " + key + ", " + e.getKey(),
                            figure(e.getKey(), p, crop),
                            e.getValue().asDouble()));
        } else if (expected.isNumber()) {
            check.metric(pair + ", " + key, whole(key, p), expected.asDouble());
        }
    }

    private static double figure(String name, PicturePair p, int crop) {
        return switch (name) {
            case "psnr_rgb" -> Psnr.of(p.a(), p.b(), Channels.RGB, crop);
            case "psnr_y" -> Psnr.of(p.a(), p.b(), Channels.Y, crop);
            case "ssim_rgb" -> Ssim.of(p.a(), p.b(), Channels.RGB, crop);
            case "ssim_y" -> Ssim.of(p.a(), p.b(), Channels.Y, crop);
            default -> throw new FoveaException("There is no figure " + name + ".");
        };
    }

    private static double whole(String name, PicturePair p) {
        if (name.startsWith("pytorch_ssim")) {
            return Ssim.of(p.a(), p.b(), Channels.RGB, 0, Ssim.Border.ZERO);
        }
        if (name.startsWith("psnr_leftthomas")) {
            return Psnr.of(p.a(), p.b(), Channels.RGB, 0);
        }
        if (name.startsWith("ms_ssim")) {
            Picture a = p.a().cropToMultiple(32);
            Picture b = p.b().cropToMultiple(32);
            return MsSsim.of(a, b, name.startsWith("ms_ssim_y") ? Channels.Y : Channels.RGB);
        }
        throw new FoveaException("There is no figure " + name + ".");
    }
}
