package io.fovea.srgan;

import io.fovea.data.PictureSet;
import io.fovea.image.Picture;
import io.fovea.image.Resample;
import io.fovea.metrics.Channels;
import io.fovea.metrics.Lpips;
import io.fovea.metrics.Psnr;
import io.fovea.metrics.Ssim;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The benchmarks' protocol: HR cropped to a multiple of the scale r, LR by MATLAB's bicubic rounded to 8 bit, the result rounded to 8 bit,
 * r pixels dropped on each side, PSNR and SSIM on BT.601 luma (and on RGB beside), the set's figure the mean of its pictures' figures.
 * LPIPS, where its networks are given, compares the whole pictures.
 */
public final class SrganEvaluation {
    /** How one-channel files are compared. */
    public enum Grey {
        /** As RGB with equal channels, through luma. */
        Y,
        /** By their values as they are, as MATLAB scripts do: 1.322 dB lower. */
        RAW
    }

    /** Figures of one picture: of the network (empty without one) and of bicubic enlargement, by name. */
    public record Row(String image, Map<String, Double> network, Map<String, Double> bicubic) {}

    /** A whole set. */
    public record Table(String weights, String data, int scale, Grey grey, List<Row> images) {
        public Table {
            images = List.copyOf(images);
        }

        /** Means of the network's figures. */
        public Map<String, Double> mean() {
            return means(images.stream().map(Row::network).toList());
        }

        /** Means of bicubic's figures. */
        public Map<String, Double> bicubic() {
            return means(images.stream().map(Row::bicubic).toList());
        }

        /** What {@code --json} prints. */
        public Map<String, Object> toMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("weights", weights);
            map.put("data", data);
            map.put("scale", scale);
            map.put("grey", grey.name().toLowerCase(Locale.ROOT));
            map.put("mean", mean());
            map.put("bicubic", bicubic());
            map.put("images", images);
            return map;
        }

        private static Map<String, Double> means(List<Map<String, Double>> rows) {
            Map<String, Double> sums = new LinkedHashMap<>();
            rows.forEach(row -> row.forEach((name, value) -> sums.merge(name, value / rows.size(), Double::sum)));
            return sums;
        }
    }

    private SrganEvaluation() {}

    /**
     * Evaluates a network and bicubic enlargement on a set of HR pictures or pairs.
     *
     * @param resolver the network, or null for bicubic alone
     * @param lpips perceptual distances to measure as well
     * @param progress is told each finished picture's name
     */
    public static Table run(
            @Nullable SuperResolver resolver,
            String weights,
            PictureSet set,
            int scale,
            Grey grey,
            List<Lpips> lpips,
            Consumer<String> progress) {
        SrPairs pairs = SrPairs.of(set, scale, SrganConfig.Degradation.MATLAB);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < pairs.size(); i++) {
            Picture high = pairs.highAsStored(i);
            if (grey == Grey.Y) {
                high = high.toRgb();
            }
            Picture low = pairs.low(i, high);
            Map<String, Double> network =
                    resolver == null ? Map.of() : figures(resolver.upscale(low), high, scale, lpips);
            Picture plain = Resample.matlab(low, high.width(), high.height());
            rows.add(new Row(pairs.name(i), network, figures(plain, high, scale, lpips)));
            progress.accept(pairs.name(i));
        }
        return new Table(weights, set.where(), scale, grey, rows);
    }

    /** As below, then lpips_alex and so on. */
    private static Map<String, Double> figures(Picture sr, Picture hr, int border, List<Lpips> lpips) {
        Map<String, Double> figures = figures(sr, hr, border);
        lpips.forEach(l -> figures.put(nameOf(l), l.distance(sr, hr)));
        return figures;
    }

    /** The name of a distance's figures: {@code lpips_alex}, {@code lpips_vgg} or {@code lpips_squeeze}. */
    public static String nameOf(Lpips lpips) {
        return "lpips_" + lpips.net().name().toLowerCase(Locale.ROOT);
    }

    /** psnr_y, ssim_y, psnr_rgb, ssim_rgb, in this order. */
    static Map<String, Double> figures(Picture sr, Picture hr, int border) {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("psnr_y", Psnr.of(sr, hr, Channels.Y_RAW_GREY, border));
        figures.put("ssim_y", Ssim.of(sr, hr, Channels.Y_RAW_GREY, border));
        figures.put("psnr_rgb", Psnr.of(sr, hr, Channels.RGB, border));
        figures.put("ssim_rgb", Ssim.of(sr, hr, Channels.RGB, border));
        return figures;
    }

    /** PSNR on luma without the border, as in the tables. */
    static double psnrY(Picture sr, Picture hr, int border) {
        return Psnr.of(sr, hr, Channels.Y, border);
    }
}
