package io.fovea.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import io.fovea.FoveaException;
import io.fovea.image.Colour;
import io.fovea.image.Picture;
import io.fovea.image.Resample;
import io.fovea.parity.Check;
import io.fovea.parity.Fill;
import io.fovea.parity.Fixture;
import io.fovea.parity.ParityCase;
import io.fovea.torch.F;
import io.fovea.torch.Tensor;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Resampling and colour, on which every figure depends. */
final class PictureCases {
    /** The reference of MATLAB's imresize works in float32. */
    private static final double IMRESIZE = 2e-6;

    private static final Pattern IMRESIZE_NAME = Pattern.compile("imresize (\\d+)x(\\d+) scale (\\S+)");
    private static final Pattern TAPS_NAME = Pattern.compile("n=(\\d+) out=(\\d+) scale=(\\S+)");
    private static final Pattern RESIZE_NAME =
            Pattern.compile("(pil|torch) (\\w+)( antialias| no antialias)? (\\d+)x(\\d+) -> (\\d+)x(\\d+).*");

    private PictureCases() {}

    static List<ParityCase> all() {
        return List.of(
                new ParityCase(f -> f.subject().contains("imresize"), PictureCases::imresize),
                new ParityCase(f -> f.subject().startsWith("Pillow"), PictureCases::resize),
                new ParityCase(f -> f.subject().contains("luma"), PictureCases::luma));
    }

    private static Matcher match(Pattern pattern, String name) {
        Matcher m = pattern.matcher(name);
        if (!m.matches()) {
            throw new FoveaException("\"" + name + "\" is of no known kind.");
        }
        return m;
    }

    /** The integers of some groups of a match. */
    private static int[] sizes(Matcher m, int... groups) {
        return java.util.Arrays.stream(groups)
                .map(g -> Integer.parseInt(m.group(g)))
                .toArray();
    }

    // ---- MATLAB ----

    private static void imresize(Fixture fixture, Check check) {
        for (Fixture.Expected expected : fixture.outputs()) {
            Matcher m = match(IMRESIZE_NAME, expected.name());
            int[] size = sizes(m, 1, 2);
            int c = expected.shape().get(2).intValue();
            float[] chw = planar(Fill.unit("img", size[0], size[1], c).toFloats(), c);
            double scale = fraction(m.group(3));
            double[] out = interleaved(Resample.matlab(chw, c, size[0], size[1], scale), c);
            check.outputWithin(
                    expected.name(),
                    out,
                    IMRESIZE,
                    Resample.matlabSize(size[0], scale),
                    Resample.matlabSize(size[1], scale),
                    c);
        }
        fixture.config().path("weights").properties().forEach(e -> taps(e.getKey(), e.getValue(), check));
    }

    /** The taps of the first output position, seen as what it makes of each unit impulse. */
    private static void taps(String name, JsonNode given, Check check) {
        Matcher m = match(TAPS_NAME, name);
        int n = Integer.parseInt(m.group(1));
        double[] expected = new double[n];
        int before = given.path("sym_len_start").asInt();
        for (int t = 0; t < given.path("weights_row0").size(); t++) {
            int at = given.path("padded_index_row0").path(t).asInt() - before;
            expected[at < 0 ? -1 - at : at] +=
                    given.path("weights_row0").path(t).asDouble();
        }
        float[] impulses = new float[n * n];
        for (int i = 0; i < n; i++) {
            impulses[i * n + i] = 1;
        }
        double scale = fraction(m.group(3));
        float[] out = Resample.matlab(impulses, n, 1, n, scale);
        for (int i = 0; i < n; i++) {
            check.metric(name + ", tap " + i, out[i * (out.length / n)], expected[i], IMRESIZE);
        }
    }

    private static double fraction(String text) {
        String[] parts = text.split("/", 2);
        return Double.parseDouble(parts[0]) / (parts.length == 2 ? Double.parseDouble(parts[1]) : 1);
    }

    private static float[] planar(float[] hwc, int channels) {
        int pixels = hwc.length / channels;
        float[] chw = new float[hwc.length];
        for (int i = 0; i < hwc.length; i++) {
            chw[i % channels * pixels + i / channels] = hwc[i];
        }
        return chw;
    }

    private static double[] interleaved(float[] chw, int channels) {
        int pixels = chw.length / channels;
        double[] hwc = new double[chw.length];
        for (int i = 0; i < hwc.length; i++) {
            hwc[i] = chw[i % channels * pixels + i / channels];
        }
        return hwc;
    }

    // ---- Pillow and torch ----

    private static void resize(Fixture fixture, Check check) {
        for (Fixture.Expected expected : fixture.outputs()) {
            Matcher m = match(RESIZE_NAME, expected.name());
            int[] s = sizes(m, 4, 5, 6, 7);
            Picture picture = Fill.picture("img", s[1], s[0]);
            if (m.group(1).equals("pil")) {
                Picture out = Resample.pillow(picture, s[3], s[2], filter(m.group(2)));
                check.output(expected.name(), values(out), 0, s[2], s[3], 3);
            } else {
                check.output(expected.name(), torch(picture, m, s[2], s[3]));
            }
        }
    }

    private static Resample.Filter filter(String name) {
        for (Resample.Filter f : Resample.Filter.values()) {
            if (f.name().equals(name.toUpperCase(Locale.ROOT))) {
                return f;
            }
        }
        throw new FoveaException("There is no filter " + name + ".");
    }

    private static Tensor torch(Picture picture, Matcher m, int height, int width) {
        int h = picture.height();
        int w = picture.width();
        float[] chw = picture.toFloats();
        for (int i = 0; i < chw.length; i++) {
            chw[i] = Math.round(chw[i] * 255);
        }
        if (" antialias".equals(m.group(3))) {
            float[] out = Resample.pillow(chw, 3, h, w, height, width, filter(m.group(2)));
            return Tensor.of(out, 1, 3, height, width);
        }
        Map<String, F.Interpolation> modes = Map.of(
                "nearest", F.Interpolation.NEAREST,
                "bilinear", F.Interpolation.BILINEAR,
                "bicubic", F.Interpolation.BICUBIC);
        F.Interpolation mode = modes.get(m.group(2));
        if (mode == null) {
            throw new FoveaException("There is no interpolation " + m.group(2) + ".");
        }
        return F.resize(Tensor.of(chw, 1, 3, h, w), height, width, mode);
    }

    private static double[] values(Picture picture) {
        byte[] samples = picture.bytes();
        double[] values = new double[samples.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = samples[i] & 0xff;
        }
        return values;
    }

    // ---- luma ----

    private static void luma(Fixture fixture, Check check) {
        JsonNode colours = fixture.config().path("colours");
        for (int i = 0; i < colours.size(); i++) {
            JsonNode rgb = colours.get(i);
            byte[] samples = new byte[3];
            for (int c = 0; c < 3; c++) {
                samples[c] = (byte) rgb.path(c).asInt();
            }
            Picture pixel = Picture.of8(1, 1, 3, samples);
            double expected = fixture.config().path("y_float").path(i).asDouble(Double.NaN);
            check.metric("Y of " + rgb, Colour.luma(pixel, Colour.Grey.Y)[0], expected);
            byte[] rounded = Colour.roundedYcbcr(pixel);
            for (int c = 0; c < 3; c++) {
                int wanted =
                        fixture.config().path("ycbcr_uint8").path(i).path(c).asInt(-1);
                check.metric("rounded YCbCr of " + rgb, rounded[c] & 0xff, wanted, 0);
            }
        }
        Fixture.Expected expected = fixture.output("y float of img");
        int h = expected.shape().get(0).intValue();
        int w = expected.shape().get(1).intValue();
        float[] y = Colour.luma(Fill.picture("img", w, h), Colour.Grey.Y);
        check.output(expected.name(), Tensor.of(y, h, w));
    }
}
