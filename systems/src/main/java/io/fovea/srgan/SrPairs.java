package io.fovea.srgan;

import io.fovea.FoveaException;
import io.fovea.data.PictureSet;
import io.fovea.image.Picture;
import io.fovea.image.Resample;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * High-resolution pictures and their low-resolution versions: given as pairs in one of the public layouts, or made from the HR picture.
 *
 * <p>Pairs are recognised by name: {@code X_SRF_4_HR.png} and {@code X_SRF_4_LR.png} (SelfExSR), {@code 0001.png} and {@code 0001x4.png}
 * (DIV2K), folders {@code GTmod12} and {@code LRbicx4} (BasicSR), folders {@code SRF_4/target} and {@code SRF_4/data} or {@code target}
 * and {@code data} alone (leftthomas). Where a set has no pairs of the wanted scale, the LR pictures of other scales are left out.
 */
public final class SrPairs {
    private static final Pattern SELFEX = Pattern.compile("(.*)_SRF_(\\d)_(HR|LR)\\.\\w+");
    private static final Pattern LEFTTHOMAS = Pattern.compile("(.*/)?(?:SRF_(\\d)/)?(data|target)/(.*)\\.\\w+");
    private static final Pattern BASICSR = Pattern.compile("(.*?)(GTmod\\d+|GT|LRbicx(\\d))/(.*)\\.\\w+");
    private static final Pattern DIV2K = Pattern.compile("(?:.*/)?([^/]+?)x(\\d)\\.\\w+");

    private final PictureSet set;
    private final int scale;
    private final SrganConfig.Degradation degradation;
    private final List<Pair> pairs;
    private final boolean given;
    private final int leftOut;

    /** Indices into the set; -1 where LR is made. */
    private record Pair(String name, int hr, int lr) {}

    private SrPairs(PictureSet set, int scale, SrganConfig.Degradation degradation, List<Pair> pairs, boolean given) {
        leftOut = set.size() - (given ? 2 : 1) * pairs.size();
        this.set = set;
        this.scale = scale;
        this.degradation = degradation;
        this.pairs = pairs;
        this.given = given;
    }

    /** Sorts a set into pairs for a scale; a set without LR pictures is taken as HR pictures. */
    static SrPairs of(PictureSet set, int scale, SrganConfig.Degradation degradation) {
        List<Pair> pairs = new ArrayList<>(given(set, scale));
        boolean given = !pairs.isEmpty();
        if (!given) {
            Set<Integer> low = new HashSet<>();
            for (int other : List.of(2, 3, 4, 8)) {
                given(set, other).forEach(p -> low.add(p.lr()));
            }
            for (int i = 0; i < set.size(); i++) {
                if (!low.contains(i)) {
                    pairs.add(new Pair(set.name(i), i, -1));
                }
            }
        }
        return new SrPairs(set, scale, degradation, pairs, given);
    }

    /** The pairs of a scale, in the order of their names. */
    private static List<Pair> given(PictureSet set, int scale) {
        Map<String, Integer> high = new TreeMap<>();
        Map<String, Integer> low = new TreeMap<>();
        for (int i = 0; i < set.size(); i++) {
            String name = set.name(i);
            String lowKey = lowKey(name, scale);
            String highKey = lowKey == null ? highKey(name, scale) : null;
            if (lowKey != null) {
                low.put(lowKey, i);
            } else if (highKey != null) {
                high.put(highKey, i);
            }
        }
        List<Pair> pairs = new ArrayList<>();
        high.forEach((key, i) -> {
            Integer j = low.get(key);
            if (j != null) {
                pairs.add(new Pair(set.name(i), i, j));
            }
        });
        return pairs;
    }

    private static boolean is(@Nullable String digit, int scale) {
        return digit == null || digit.equals("" + scale);
    }

    private static @Nullable String lowKey(String name, int scale) {
        Matcher m = SELFEX.matcher(name);
        if (m.matches()) {
            return m.group(3).equals("LR") && m.group(2).equals("" + scale) ? m.group(1) : null;
        }
        m = LEFTTHOMAS.matcher(name);
        if (m.matches()) {
            return m.group(3).equals("data") && is(m.group(2), scale) ? m.group(4) : null;
        }
        m = BASICSR.matcher(name);
        if (m.matches()) {
            return m.group(3) != null && m.group(3).equals("" + scale) ? m.group(1) + m.group(4) : null;
        }
        m = DIV2K.matcher(name);
        return m.matches() && m.group(2).equals("" + scale) ? m.group(1) : null;
    }

    private static @Nullable String highKey(String name, int scale) {
        Matcher m = SELFEX.matcher(name);
        if (m.matches()) {
            return m.group(3).equals("HR") && m.group(2).equals("" + scale) ? m.group(1) : null;
        }
        m = LEFTTHOMAS.matcher(name);
        if (m.matches()) {
            return m.group(3).equals("target") && is(m.group(2), scale) ? m.group(4) : null;
        }
        m = BASICSR.matcher(name);
        if (m.matches()) {
            return m.group(3) == null ? m.group(1) + m.group(4) : null;
        }
        if (DIV2K.matcher(name).matches()) {
            return null; // the LR side of another scale
        }
        String file = name.substring(name.lastIndexOf('/') + 1);
        return file.substring(0, file.lastIndexOf('.'));
    }

    public int size() {
        return pairs.size();
    }

    public String name(int index) {
        return pairs.get(index).name();
    }

    /** Pictures of the set that are neither taken nor the LR version of one that is: without a partner, or LR of another scale. */
    public int leftOut() {
        return leftOut;
    }

    /** Whether LR pictures were given rather than made. */
    public boolean given() {
        return given;
    }

    /** The HR picture in RGB, cropped to a multiple of the scale (top-left kept). */
    Picture high(int index) {
        return eight(set.read(pairs.get(index).hr())).cropToMultiple(scale);
    }

    /** The HR picture as it is in its file, cropped to a multiple of the scale: grey stays grey. */
    Picture highAsStored(int index) {
        return set.read(pairs.get(index).hr()).withoutAlpha().toDepth(8).cropToMultiple(scale);
    }

    /** The LR picture of {@link #high}: the given one, or made from it. */
    Picture low(int index, Picture high) {
        int lr = pairs.get(index).lr();
        if (lr < 0) {
            return degrade(high, scale, degradation);
        }
        Picture low = set.read(lr).withoutAlpha().toDepth(8);
        low = high.channels() == 3 ? low.toRgb() : low;
        if (low.width() * scale != high.width() || low.height() * scale != high.height()) {
            throw new FoveaException(String.format(
                    Locale.ROOT,
                    "%s is %dx%d; as the x%d version of %s (%dx%d) it must be %dx%d.",
                    set.name(lr),
                    low.width(),
                    low.height(),
                    scale,
                    name(index),
                    high.width(),
                    high.height(),
                    high.width() / scale,
                    high.height() / scale));
        }
        return low;
    }

    private static Picture eight(Picture p) {
        return p.withoutAlpha().toDepth(8).toRgb();
    }

    /** The LR version of a whole picture, 8 bit. */
    static Picture degrade(Picture high, int scale, SrganConfig.Degradation degradation) {
        return degradation == SrganConfig.Degradation.MATLAB
                ? Resample.matlab(high, 1.0 / scale)
                : Resample.pillow(high, high.width() / scale, high.height() / scale, Resample.Filter.BICUBIC);
    }
}
