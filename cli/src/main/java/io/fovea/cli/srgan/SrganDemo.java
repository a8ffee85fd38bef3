package io.fovea.cli.srgan;

import io.fovea.FoveaException;
import io.fovea.cli.Comparison;
import io.fovea.cli.Comparison.Point;
import io.fovea.cli.Comparison.Version;
import io.fovea.cli.DemoSection;
import io.fovea.image.Limits;
import io.fovea.image.Picture;
import io.fovea.image.Pictures;
import io.fovea.image.Resample;
import io.fovea.image.WriteOptions;
import io.fovea.metrics.Channels;
import io.fovea.metrics.Psnr;
import io.fovea.metrics.Ssim;
import io.fovea.report.HtmlPage;
import io.fovea.srgan.SuperResolver;
import io.fovea.weights.Card;
import io.fovea.weights.Zoo;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** SRGAN on the demo page: photographs made small and enlarged again by 4, and one enlarged beyond its own size. */
public final class SrganDemo implements DemoSection {
    private static final int SCALE = 4;

    /** A part of a shipped photograph, and the point of it that the close-ups show. */
    private record Photo(String file, String title, int x, int y, int width, int height, Point focus) {}

    private static final List<Photo> REDUCED = List.of(
            new Photo("shop-sign", "A street front at night", 0, 100, 640, 480, new Point(.16, .33)),
            new Photo("astronaut", "Eileen Collins, astronaut (NASA)", 0, 0, 512, 384, new Point(.42, .3)),
            new Photo("cat", "A cat", 0, 0, 448, 300, new Point(.37, .42)),
            new Photo("jockey", "A rider", 0, 0, 640, 424, new Point(.42, .13)),
            new Photo("coffee", "A cup of coffee", 0, 0, 600, 400, new Point(.62, .68)));
    private static final Photo WHOLE =
            new Photo("woman-and-dog", "A woman and her dog", 110, 50, 280, 210, new Point(.32, .51));

    private static final Map<String, String> TITLES = Map.of("srresnet-x4", "SRResNet", "srgan-x4", "SRGAN");

    @Override
    public String name() {
        return "srgan";
    }

    @Override
    public String title() {
        return "SRGAN";
    }

    @Override
    public String heading() {
        return "SRGAN enlarges photographs";
    }

    @Override
    public String write(Path folder, Consumer<String> progress) {
        Map<String, SuperResolver> networks = networks();
        try {
            StringBuilder html = new StringBuilder(introduction(networks));
            if (networks.isEmpty()) {
                progress.accept("No weights are shipped in this build, so the page shows bicubic enlargement alone.");
            }
            for (Photo photo : REDUCED) {
                progress.accept("enlarges " + photo.file() + ".jpg");
                html.append(reduced(photo, networks, folder));
            }
            progress.accept("enlarges " + WHOLE.file() + ".jpg beyond its own size");
            return html.append(beyond(networks, folder)).append(howTo(networks)).toString();
        } finally {
            networks.values().forEach(SuperResolver::close);
        }
    }

    /** The shipped networks that enlarge by 4, by zoo name. */
    private static Map<String, SuperResolver> networks() {
        Map<String, SuperResolver> networks = new LinkedHashMap<>();
        Zoo.ofClassPath().cards().values().stream()
                .filter(card -> card.system().equals("srgan") && card.name().endsWith("-x" + SCALE))
                .map(Card::name)
                .sorted(Comparator.comparing((String name) -> !name.startsWith("srresnet"))) // SRGAN goes on from it
                .forEach(name -> networks.put(name, SuperResolver.load(name)));
        return networks;
    }

    private static String introduction(Map<String, SuperResolver> networks) {
        StringBuilder html = new StringBuilder("""
                <p>Each photograph was reduced to a quarter of its width and height with MATLAB&#8217;s bicubic filter. That small \
                picture is the input, and everything else is made from it; the original is there to compare with.</p>
                """);
        if (networks.isEmpty()) {
            html.append(
                    "<p class=\"note\">No weights are shipped in this build, so only bicubic enlargement is shown.</p>\n");
        }
        if (networks.keySet().containsAll(TITLES.keySet())) {
            html.append("""
                    <p>SRResNet was trained for the smallest error: calm and a little soft. SRGAN went on from there with a second network \
                    that judges its pictures: it draws texture that looks right and need not be the original&#8217;s, so its figures are lower.</p>
                    """);
        }
        return html.append("""
                <p class="muted">Drag the divider or use the arrow keys. Zoom with + and &#8722;, by pinching, or with Ctrl and the \
                wheel; drag the zoomed picture to move it. The close-ups follow. PSNR and SSIM are on luma, four border pixels left \
                out; higher is closer to the original. Pictures are stored as JPEG of quality 95; figures were taken before.</p>
                """).toString();
    }

    private static String reduced(Photo photo, Map<String, SuperResolver> networks, Path folder) {
        Picture original = read(photo);
        Picture small = Resample.matlab(original, 1.0 / SCALE);
        List<Version> versions = enlarged(photo, small, original, networks, folder);
        versions.add(new Version("Original", write(original, photo.file() + "-original.jpg", folder), "the reference"));
        return block(photo, small, versions, original.width(), original.height(), "Input, reduced by " + SCALE);
    }

    private static String beyond(Map<String, SuperResolver> networks, Path folder) {
        Picture small = read(WHOLE);
        List<Version> versions = enlarged(WHOLE, small, null, networks, folder);
        return "<h3 class=\"beyond\">Beyond the photograph</h3>\n<p>A part of a photograph as it is, enlarged by "
                + SCALE
                + ". There is no original of this size, so there are no figures.</p>\n"
                + block(WHOLE, small, versions, small.width() * SCALE, small.height() * SCALE, "The photograph itself");
    }

    private static String block(
            Photo photo, Picture small, List<Version> versions, int width, int height, String from) {
        int right = versions.get(versions.size() - 1).label().equals("Original")
                ? Math.max(2, versions.size() - 2)
                : versions.size() - 1;
        return "<h3>%s</h3>\n<p class=\"muted\">%s: %d &#215; %d pixels &#8594; %d &#215; %d</p>\n%s"
                .formatted(
                        HtmlPage.escape(photo.title()),
                        from,
                        small.width(),
                        small.height(),
                        width,
                        height,
                        new Comparison(photo.title(), width, height, photo.focus(), versions, 1, right).html());
    }

    private static List<Version> enlarged(
            Photo photo, Picture small, @Nullable Picture original, Map<String, SuperResolver> networks, Path folder) {
        List<Version> versions = new ArrayList<>();
        Picture nearest = nearest(small);
        versions.add(
                new Version("Input", write(small, photo.file() + "-input.png", folder), figures(nearest, original)));
        Picture bicubic = Resample.matlab(small, (double) SCALE);
        versions.add(new Version(
                "Bicubic", write(bicubic, photo.file() + "-bicubic.jpg", folder), figures(bicubic, original)));
        networks.forEach((name, network) -> {
            Picture large = network.upscale(small);
            versions.add(new Version(
                    TITLES.getOrDefault(name, name),
                    write(large, photo.file() + "-" + name + ".jpg", folder),
                    figures(large, original)));
        });
        return versions;
    }

    private static Picture nearest(Picture small) {
        int width = small.width() * SCALE;
        int channels = small.channels();
        byte[] from = small.bytes();
        byte[] to = new byte[from.length * SCALE * SCALE];
        for (int i = 0; i < to.length; i++) {
            int pixel = i / channels;
            int source = pixel / width / SCALE * small.width() + pixel % width / SCALE;
            to[i] = from[source * channels + i % channels];
        }
        return Picture.of8(width, small.height() * SCALE, channels, to);
    }

    private static String figures(Picture picture, @Nullable Picture original) {
        return original == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        "%.2f dB, SSIM %.3f",
                        Psnr.of(picture, original, Channels.Y, SCALE),
                        Ssim.of(picture, original, Channels.Y, SCALE));
    }

    private static String howTo(Map<String, SuperResolver> networks) {
        String name =
                networks.isEmpty() ? "runs/mine" : networks.keySet().iterator().next();
        return """
                <h3>Do it with your own</h3>
                <p>On the command line, or from Java; more in docs/srgan.md.</p>
                <div class="how"><pre>./fovea srgan upscale photo.jpg --weights %1$s</pre>
                <pre>try (var sr = SuperResolver.load("%1$s")) {
                    BufferedImage big = sr.upscale(small);
                }</pre></div>
                """.formatted(name);
    }

    private static Picture read(Photo photo) {
        String name = photo.file() + ".jpg";
        try (InputStream in = SrganDemo.class.getResourceAsStream("photos/" + name)) {
            if (in == null) {
                throw new IllegalStateException("The photograph " + name + " is missing in Fovea's jar.");
            }
            return Pictures.read(in, name, Limits.DEFAULT)
                    .toRgb()
                    .withProfile(null)
                    .crop(photo.x(), photo.y(), photo.width(), photo.height());
        } catch (IOException e) {
            throw new FoveaException("The photograph " + name + " cannot be read: " + e.getMessage() + ".", e);
        }
    }

    private static String write(Picture picture, String file, Path folder) {
        Pictures.write(picture, folder.resolve(file), WriteOptions.DEFAULT);
        return folder.getFileName() + "/" + file;
    }
}
