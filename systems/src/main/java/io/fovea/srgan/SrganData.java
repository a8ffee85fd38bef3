package io.fovea.srgan;

import io.fovea.FoveaException;
import io.fovea.data.Batch;
import io.fovea.data.BatchSource;
import io.fovea.data.EpochOrder;
import io.fovea.data.PictureSet;
import io.fovea.image.Picture;
import io.fovea.torch.Rng;
import io.fovea.torch.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/**
 * Training crops: HR crops at random places of the pictures and the matching LR crops, mirrored and turned alike. Batches are
 * {@code lr} N,3,l,l and {@code hr} N,3,r*l,r*l in the generator's ranges, a function of seed and step alone.
 */
final class SrganData implements BatchSource {
    /** Decoded pictures are kept up to this many bytes; larger sets are decoded again as they come by. */
    private static final long CACHE_BYTES =
            Math.min(2L << 30, Runtime.getRuntime().maxMemory() / 2);

    /** Names of pictures left out that a note shows. */
    private static final int SHOWN = 8;

    private final SrganConfig config;

    private final SrPairs pairs;
    private final List<Integer> training = new ArrayList<>();
    private final List<Integer> validation = new ArrayList<>();
    private final List<String> tooSmall = new ArrayList<>();
    private final EpochOrder order;
    private final Map<Integer, Sample> cache = new LinkedHashMap<>(16, 0.75f, true);
    private long cached;

    private record Sample(Picture low, Picture high) {
        long bytes() {
            return 3L * (low.width() * low.height() + high.width() * high.height());
        }
    }

    SrganData(PictureSet set, SrganConfig config) {
        this(set, config, done -> {});
    }

    /**
     * Reads every picture once, so that a broken one is named before the training begins.
     *
     * @param progress is told how many were read
     */
    SrganData(PictureSet set, SrganConfig config, LongConsumer progress) {
        this.config = config;
        pairs = SrPairs.of(set, config.generator().scale(), config.data().degradation());
        List<Integer> usable = new ArrayList<>();
        for (int i = 0; i < pairs.size(); i++) {
            Picture high = sample(i).high();
            if (Math.min(high.width(), high.height()) < config.data().crop()) {
                tooSmall.add(pairs.name(i));
            } else {
                usable.add(i);
            }
            progress.accept(i + 1);
        }
        if (usable.isEmpty()) {
            throw new FoveaException("No picture in " + set.where() + " is as large as the crop, "
                    + config.data().crop() + " pixels. Use larger pictures or --set data.crop=...");
        }
        int held = Math.min(config.data().validation(), heldBack(usable.size()));
        int[] shuffled = Rng.of(config.run().seed(), 11).permutation(usable.size());
        for (int i = 0; i < shuffled.length; i++) {
            (i < held ? validation : training).add(usable.get(shuffled[i]));
        }
        training.sort(null);
        validation.sort(null);
        order = new EpochOrder(training.size(), config.run().seed());
    }

    /** A tenth, but one of five to nine and none of fewer. */
    private static int heldBack(int pictures) {
        return pictures < 5 ? 0 : Math.max(1, pictures / 10);
    }

    /** What a person should know of the pictures before the training begins, a line each. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        String kind = pairs.given() ? "pairs" : "pictures";
        String held = validation.isEmpty()
                ? "none held back for validation: the figures will be those of the first training picture"
                : validation.size() + " held back for validation";
        notes.add(
                (training.size() + validation.size()) + " " + kind + ": " + training.size() + " to train on, " + held);
        if (pairs.leftOut() > 0) {
            notes.add(pairs.leftOut() + " left out, "
                    + (pairs.given() ? "without a partner" : "the LR versions of another scale"));
        }
        if (!tooSmall.isEmpty()) {
            int shown = Math.min(SHOWN, tooSmall.size());
            String more = tooSmall.size() > shown ? " and " + (tooSmall.size() - shown) + " more" : "";
            notes.add(tooSmall.size() + " left out, smaller than the crop of "
                    + config.data().crop() + " pixels: " + String.join(", ", tooSmall.subList(0, shown)) + more);
        }
        return notes;
    }

    SrPairs pairs() {
        return pairs;
    }

    List<Integer> validation() {
        return validation;
    }

    int trainingSize() {
        return training.size();
    }

    /** Pictures that were left out because they are smaller than the crop. */
    List<String> tooSmall() {
        return tooSmall;
    }

    Picture low(int index) {
        return sample(index).low();
    }

    Picture high(int index) {
        return sample(index).high();
    }

    private Sample sample(int index) {
        synchronized (cache) {
            Sample known = cache.get(index);
            if (known != null) {
                return known;
            }
        }
        Picture high = pairs.high(index);
        Sample made = new Sample(pairs.low(index, high), high);
        synchronized (cache) {
            if (cache.put(index, made) == null) {
                cached += made.bytes();
            }
            var oldest = cache.entrySet().iterator();
            while (cached > CACHE_BYTES && cache.size() > 1) {
                cached -= oldest.next().getValue().bytes();
                oldest.remove();
            }
        }
        return made;
    }

    @Override
    public Batch batch(long step) {
        int n = config.data().batch();
        int scale = config.generator().scale();
        int hrSide = config.data().crop();
        int lrSide = hrSide / scale;
        float[] lr = new float[n * 3 * lrSide * lrSide];
        float[] hr = new float[n * 3 * hrSide * hrSide];
        for (int i = 0; i < n; i++) {
            long position = step * n + i;
            Rng rng = Rng.of(config.run().seed(), 7, position);
            Sample s = sample(training.get(order.at(position)));
            int x = rng.nextInt(s.low().width() - lrSide + 1);
            int y = rng.nextInt(s.low().height() - lrSide + 1);
            boolean mirror = config.data().flip() && rng.nextBoolean();
            int turns = config.data().rotate() ? rng.nextInt(4) : 0;
            Picture high = s.high().crop(x * scale, y * scale, hrSide, hrSide);
            Picture low = config.data().degradation() == SrganConfig.Degradation.PILLOW_CROP && !pairs.given()
                    ? SrPairs.degrade(high, scale, SrganConfig.Degradation.PILLOW)
                    : s.low().crop(x, y, lrSide, lrSide);
            put(low, mirror, turns, config.generator().lrRange(), lr, i);
            put(high, mirror, turns, config.generator().hrRange(), hr, i);
        }
        return Batch.of("lr", Tensor.of(lr, n, 3, lrSide, lrSide)).and("hr", Tensor.of(hr, n, 3, hrSide, hrSide));
    }

    private static void put(Picture p, boolean mirror, int turns, GeneratorConfig.Range range, float[] into, int i) {
        Picture turned = (mirror ? p.flipHorizontal() : p).rotate90(turns);
        float[] chw = turned.toFloats();
        if (range == GeneratorConfig.Range.SIGNED) {
            for (int j = 0; j < chw.length; j++) {
                chw[j] = chw[j] * 2 - 1;
            }
        }
        System.arraycopy(chw, 0, into, i * chw.length, chw.length);
    }
}
