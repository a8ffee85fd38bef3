package io.fovea.image;

import io.fovea.FoveaException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The picture formats Fovea knows. All are read; {@link #writable()} ones are written. */
public enum Format {
    PNG,
    JPEG,
    TIFF,
    BMP,
    WEBP,
    GIF;

    /** File name extensions without the dot, lower case, the usual one first. */
    public List<String> extensions() {
        return switch (this) {
            case PNG -> List.of("png");
            case JPEG -> List.of("jpg", "jpeg", "jpe", "jfif");
            case TIFF -> List.of("tif", "tiff");
            case BMP -> List.of("bmp", "dib");
            case WEBP -> List.of("webp");
            case GIF -> List.of("gif");
        };
    }

    public boolean writable() {
        return this != WEBP && this != GIF;
    }

    /**
     * The format that a file name's extension stands for, or null if it stands for none. For choosing what to write or to look at; what a file really
     * holds is seen from its content.
     */
    public static @Nullable Format ofName(String fileName) {
        String extension = fileName.substring(fileName.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(format -> format.extensions().contains(extension))
                .findFirst()
                .orElse(null);
    }

    /** The format whose signature begins {@code content}, or null. */
    static @Nullable Format ofContent(byte[] content) {
        String head = new String(content, 0, Math.min(16, content.length), StandardCharsets.ISO_8859_1);
        if (head.startsWith("\u0089PNG\r\n\u001a\n")) {
            return PNG;
        }
        if (head.startsWith("\u00ff\u00d8\u00ff")) {
            return JPEG;
        }
        if (head.startsWith("II*\0")
                || head.startsWith("MM\0*")
                || head.startsWith("II+\0")
                || head.startsWith("MM\0+")) {
            return TIFF;
        }
        if (head.startsWith("RIFF") && head.startsWith("WEBP", 8)) {
            return WEBP;
        }
        if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) {
            return GIF;
        }
        return head.startsWith("BM") ? BMP : null;
    }

    static FoveaException unknownName(String name) {
        String known = Arrays.stream(values())
                .filter(Format::writable)
                .map(format -> "." + format.extensions().get(0))
                .collect(Collectors.joining(", "));
        return new FoveaException("Cannot write " + name
                + ": its ending names no format that Fovea writes; give it one of " + known + ".");
    }
}
