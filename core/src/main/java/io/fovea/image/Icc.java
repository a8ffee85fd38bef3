package io.fovea.image;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The two facts about an ICC profile that files need: that it is one, and of how many channels it speaks (ICC.1:2010, section 7.2). */
final class Icc {
    private static final int HEADER = 128;

    private Icc() {}

    /** Whether {@code profile} is an ICC profile for pictures of that many channels (1 or 2 grey, 3 or 4 RGB). */
    static boolean fits(byte[] profile, int channels) {
        return is(profile, channels < 3 ? "GRAY" : "RGB ");
    }

    static boolean isCmyk(byte[] profile) {
        return is(profile, "CMYK");
    }

    private static boolean is(byte[] profile, String space) {
        return profile.length > HEADER
                && tag(profile, 36).equals("acsp")
                && tag(profile, 16).equals(space);
    }

    private static String tag(byte[] profile, int at) {
        return new String(Arrays.copyOfRange(profile, at, at + 4), StandardCharsets.ISO_8859_1);
    }
}
