package io.fovea.autoencoder;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fovea.AtomicFile;
import io.fovea.report.HtmlPage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The interactive map: one HTML file that works without a network, holding the points, the networks and, unless left out, the rows. Its
 * script is plain JavaScript in files by concern, put together here: {@code map-data.js} unpacks, {@code map-network.js} runs the networks,
 * {@code map-render.js} draws points, {@code map-pane.js} is a window on a layout with its pointer and keys, {@code map-panels.js} the
 * controls beside it, {@code map.js} the state and its address.
 */
public final class MapPage {
    private static final List<String> SCRIPTS =
            List.of("map-data.js", "map-network.js", "map-render.js", "map-pane.js", "map-panels.js", "map.js");
    private static final double LARGE = 20e6;

    private MapPage() {}

    /**
     * A page that was written.
     *
     * @param bytes its size
     * @param remark a sentence to announce if the page is larger than 20 MB, else null
     */
    public record Written(long bytes, @Nullable String remark) {}

    /**
     * Writes the page, replacing one that is there.
     *
     * @param rows whether the page holds the rows. If not, columns, names, labels and thumbnails stay out; points, scores and the networks
     *     (with the columns' names, scales and levels) stay in
     * @throws io.fovea.FoveaException if the file cannot be written
     */
    public static Written write(MapData data, Path html, boolean rows) {
        byte[] page = render(data, rows).getBytes(StandardCharsets.UTF_8);
        AtomicFile.write(html, page);
        String remark = page.length <= LARGE
                ? null
                : String.format(
                        Locale.ROOT,
                        "%s is %.0f MB and takes a browser a moment to open%s.",
                        html,
                        page.length / 1e6,
                        rows ? "; without the rows (--no-rows) it would be smaller" : "");
        return new Written(page.length, remark);
    }

    static String render(MapData data, boolean rows) {
        String json = payload(data, rows).toString().replace("<", "\\u003c");
        StringBuilder script = new StringBuilder("{\n\"use strict\";\n");
        for (String shader : List.of("points.vert", "points.frag")) {
            script.append("const %s = `%s`;%n".formatted(shader.replace("points.", "SHADER_"), resource(shader)));
        }
        SCRIPTS.forEach(name -> script.append(resource(name)));
        return new HtmlPage(data.title(), "autoencoder map")
                .style(resource("map.css"))
                .add(resource("map.html").replace("{title}", HtmlPage.escape(data.title())))
                .add("<script type=\"application/json\" id=\"map-data\">" + json + "</script>")
                .script(script.append("}\n").toString())
                .render();
    }

    // ---- what the script reads

    private static ObjectNode payload(MapData data, boolean rows) {
        ObjectNode out = node().put("title", data.title())
                .put("n", data.size())
                .put("points", Packed.floats(data.points()))
                .put("holdsRows", rows && data.rows() != null);
        float[] pca = data.pca();
        if (pca != null) {
            out.put("pca", Packed.floats(pca));
        }
        MapData.Rows table = data.rows();
        if (rows && table != null) {
            out.set("columns", columns(table.columns()));
            out.put("label", table.label());
            if (table.names() != null) {
                out.set("names", texts(Arrays.asList(table.names())));
            }
        }
        MapData.Thumbnails thumbnails = data.thumbnails();
        if (rows && thumbnails != null) {
            out.set("thumbnails", thumbnails(thumbnails));
        }
        if (data.scores() != null) {
            out.set("scores", scores(data.scores()));
        }
        if (data.model() != null) {
            out.set("model", model(data.model()));
        }
        ArrayNode measures = out.putArray("measures");
        for (MapData.Measure each : data.measures()) {
            measures.add(finite(finite(node().put("name", each.name()), "map", each.map()), "pca", each.pca()));
        }
        out.set("remarks", texts(data.remarks()));
        return out;
    }

    private static ArrayNode columns(List<MapData.Column> columns) {
        ArrayNode out = JsonNodeFactory.instance.arrayNode();
        for (MapData.Column column : columns) {
            ObjectNode each = column instanceof MapData.Column.Numbers numbers
                    ? Packed.numbers(numbers.values())
                    : dictionary(((MapData.Column.Texts) column).values());
            out.add(each.put("name", column.name()));
        }
        return out;
    }

    /** Distinct texts and, per row, which; code 0 is a missing one. */
    private static ObjectNode dictionary(@Nullable String[] values) {
        Map<String, Integer> codes = new LinkedHashMap<>();
        int[] code = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            String value = values[i];
            code[i] = value == null ? 0 : codes.computeIfAbsent(value, v -> codes.size() + 1);
        }
        ObjectNode out = Packed.codes(code, codes.size());
        out.set("levels", texts(codes.keySet()));
        return out;
    }

    private static ObjectNode scores(MapData.Scores scores) {
        ObjectNode out = node().put("neighbours", scores.neighbours());
        putFloats(out, "trust", scores.trust());
        putFloats(out, "continuity", scores.continuity());
        putFloats(out, "error", scores.error());
        int[] near = scores.near();
        int[] shown = scores.shown();
        if (near != null && shown != null) {
            out.put("near", Packed.ints(near)).put("shown", Packed.ints(shown));
        }
        return out;
    }

    private static void putFloats(ObjectNode out, String name, float @Nullable [] values) {
        if (values != null) {
            out.put(name, Packed.floats(values));
        }
    }

    private static ObjectNode thumbnails(MapData.Thumbnails pictures) {
        String file = Base64.getEncoder().encodeToString(pictures.file());
        return node().put("source", "data:" + pictures.mediaType() + ";base64," + file)
                .put("width", pictures.width())
                .put("height", pictures.height())
                .put("across", pictures.across());
    }

    private static ObjectNode model(MapData.Model model) {
        ObjectNode out = node();
        out.set("encoder", layers(model.encoder()));
        out.set("decoder", layers(model.decoder()));
        out.set("pca", layers(model.pca()));
        ArrayNode features = out.putArray("features");
        for (MapData.Feature feature : model.features()) {
            features.add(feature(feature));
        }
        finite(out, "errorLimit", model.errorLimit());
        MapData.PictureShape picture = model.picture();
        if (picture != null) {
            out.putObject("picture")
                    .put("channels", picture.channels())
                    .put("height", picture.height())
                    .put("width", picture.width())
                    .put("white", picture.white());
        }
        return out;
    }

    private static ObjectNode feature(MapData.Feature feature) {
        if (feature instanceof MapData.Feature.Numeric number) {
            ObjectNode out = node().put("column", number.column())
                    .put("slot", number.slot())
                    .put("log", number.log())
                    .put("shift", number.shift())
                    .put("scale", number.scale());
            return finite(out, "fill", number.fill());
        }
        MapData.Feature.Levels levels = (MapData.Feature.Levels) feature;
        ObjectNode out = node().put("column", levels.column()).put("slot", levels.slot());
        out.set("levels", texts(levels.levels()));
        return levels.fill() == null ? out : out.put("fill", levels.fill());
    }

    private static ArrayNode layers(List<PageLayer> layers) {
        ArrayNode out = JsonNodeFactory.instance.arrayNode();
        for (PageLayer layer : layers) {
            out.add(layer(layer));
        }
        return out;
    }

    private static ObjectNode layer(PageLayer layer) {
        if (layer instanceof PageLayer.Linear linear) {
            return weights(node().put("kind", "linear"), linear.in(), linear.out(), linear.weight(), linear.bias());
        } else if (layer instanceof PageLayer.Activation activation) {
            return node().put("kind", activation.function().name().toLowerCase(Locale.ROOT));
        } else if (layer instanceof PageLayer.Conv conv) {
            ObjectNode out = node().put("kind", "conv")
                    .put("kernel", conv.kernel())
                    .put("stride", conv.stride())
                    .put("padding", conv.padding())
                    .put("height", conv.size().height())
                    .put("width", conv.size().width());
            return weights(out, conv.in(), conv.out(), conv.weight(), conv.bias());
        }
        if (layer instanceof PageLayer.Crop crop) {
            ObjectNode out = node().put("kind", "crop")
                    .put("in", crop.channels())
                    .put("out", crop.channels())
                    .put("height", crop.from().height())
                    .put("width", crop.from().width());
            out.putArray("size").add(crop.to().height()).add(crop.to().width());
            return out;
        }
        PageLayer.ConvTranspose conv = (PageLayer.ConvTranspose) layer;
        ObjectNode out = node().put("kind", "convTranspose")
                .put("kernel", conv.kernel())
                .put("stride", conv.stride())
                .put("padding", conv.padding())
                .put("outputPadding", conv.outputPadding())
                .put("height", conv.size().height())
                .put("width", conv.size().width());
        return weights(out, conv.in(), conv.out(), conv.weight(), conv.bias());
    }

    private static ObjectNode weights(ObjectNode out, int in, int size, float[] weight, float[] bias) {
        return out.put("in", in)
                .put("out", size)
                .put("weight", Packed.floats(weight))
                .put("bias", Packed.floats(bias));
    }

    private static ObjectNode node() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** JSON knows no NaN: what is not finite stays out. */
    private static ObjectNode finite(ObjectNode out, String name, double value) {
        return Double.isFinite(value) ? out.put(name, value) : out;
    }

    private static ArrayNode texts(Iterable<@Nullable String> texts) {
        ArrayNode out = JsonNodeFactory.instance.arrayNode();
        texts.forEach(out::add);
        return out;
    }

    private static String resource(String name) {
        try (InputStream in = MapPage.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("The resource " + name + " is missing in Fovea's jar.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
