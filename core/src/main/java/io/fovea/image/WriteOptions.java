package io.fovea.image;

import io.fovea.FoveaException;
import org.jspecify.annotations.Nullable;

/**
 * How a picture is written.
 *
 * @param format the format, or null to take it from the file's name
 * @param jpegQuality 1 to 100; from 90 on colour is stored at full resolution (4:4:4), below at half (4:2:0)
 * @param overwrite whether an existing file may be replaced
 */
public record WriteOptions(@Nullable Format format, int jpegQuality, boolean overwrite) {
    /** Format from the name, JPEG quality 95, nothing overwritten. */
    public static final WriteOptions DEFAULT = new WriteOptions(null, 95, false);

    public WriteOptions {
        if (jpegQuality < 1 || jpegQuality > 100) {
            throw new FoveaException("JPEG quality is 1 to 100, not " + jpegQuality + ".");
        }
    }

    public WriteOptions withFormat(@Nullable Format other) {
        return new WriteOptions(other, jpegQuality, overwrite);
    }

    public WriteOptions withJpegQuality(int other) {
        return new WriteOptions(format, other, overwrite);
    }

    public WriteOptions withOverwrite(boolean other) {
        return new WriteOptions(format, jpegQuality, other);
    }
}
