package io.fovea.image;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A picture file whose container has been walked, but whose pixels have not been decoded: nothing of the picture's size is allocated yet. */
interface Encoded {
    /** Pixels per row as stored, before the orientation is applied. */
    int width();

    int height();

    /** EXIF orientation, 1 to 8; 1 where the file says nothing. */
    default int orientation() {
        return 1;
    }

    /** The embedded ICC profile, not yet checked, or null. */
    default byte @Nullable [] profile() {
        return null;
    }

    /** The pixels as stored. Whatever a codec throws at a damaged file comes through. */
    Picture decode() throws IOException;
}
