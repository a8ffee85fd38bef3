package io.fovea.metrics;

import io.fovea.FoveaException;
import io.fovea.image.Picture;
import io.fovea.image.Pictures;
import io.fovea.parity.Check;
import io.fovea.parity.Fill;
import io.fovea.parity.SrSets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Two pictures that a fixture names in words: files beside it, filled ones, or a benchmark's picture and its bicubic round trip. */
record PicturePair(Picture a, Picture b) {
    private static final Pattern BENCHMARK = Pattern.compile("(\\w+/\\w+) (?:vs|and its) MATLAB bicubic x(\\d+)\\b.*");
    private static final Pattern FILLED = Pattern.compile("fill:? (\\w+) vs (.+?)(?: (\\d+)x(\\d+))?(?: \\(u8\\))?");
    private static final Pattern FILES = Pattern.compile("(\\w+) vs (\\w+)");
    private static final Pattern MIXED = Pattern.compile("\\((\\d+)(\\w)\\+(\\w)\\) div (\\d+)");
    private static final Pattern SHIFTED = Pattern.compile("(\\w)\\+(\\d+) \\(clipped\\)");

    /**
     * Finds or makes the pair.
     *
     * @param height of filled pictures whose size the text does not give, and {@code width}
     * @return nothing if a file is missing, which {@code check} then knows
     */
    static Optional<PicturePair> of(String text, int height, int width, Check check) {
        Matcher benchmark = BENCHMARK.matcher(text);
        if (benchmark.matches()) {
            int r = Integer.parseInt(benchmark.group(2));
            return SrSets.picture(check, benchmark.group(1))
                    .map(hr -> new PicturePair(hr.cropToMultiple(r), SrSets.bicubic(hr, r)));
        }
        Matcher filled = FILLED.matcher(text);
        if (filled.matches()) {
            int h = filled.group(3) == null ? height : Integer.parseInt(filled.group(3));
            int w = filled.group(4) == null ? width : Integer.parseInt(filled.group(4));
            return Optional.of(new PicturePair(Fill.picture(filled.group(1), w, h), expression(filled.group(2), w, h)));
        }
        Matcher files = FILES.matcher(text);
        if (files.matches()) {
            Optional<Path> first = check.beside(files.group(1) + ".png");
            Optional<Path> second = check.beside(files.group(2) + ".png");
            return first.flatMap(a -> second.map(b -> new PicturePair(Pictures.read(a), Pictures.read(b))));
        }
        throw new FoveaException("The pair \"" + text + "\" is of no known kind.");
    }

    /** {@code b}, {@code a+1 (clipped)} or {@code (3a+b) div 4}, of filled pictures. */
    private static Picture expression(String text, int width, int height) {
        Matcher mixed = MIXED.matcher(text);
        Matcher shifted = SHIFTED.matcher(text);
        if (mixed.matches()) {
            byte[] a = Fill.picture(mixed.group(2), width, height).bytes();
            byte[] b = Fill.picture(mixed.group(3), width, height).bytes();
            byte[] out = new byte[a.length];
            for (int i = 0; i < out.length; i++) {
                int sum = Integer.parseInt(mixed.group(1)) * (a[i] & 0xff) + (b[i] & 0xff);
                out[i] = (byte) (sum / Integer.parseInt(mixed.group(4)));
            }
            return Picture.of8(width, height, 3, out);
        }
        if (shifted.matches()) {
            byte[] out = Fill.picture(shifted.group(1), width, height).bytes();
            for (int i = 0; i < out.length; i++) {
                out[i] = (byte) Math.min(255, (out[i] & 0xff) + Integer.parseInt(shifted.group(2)));
            }
            return Picture.of8(width, height, 3, out);
        }
        return Fill.picture(text, width, height);
    }
}
