package io.fovea.parity;

import io.fovea.FoveaException;
import io.fovea.image.Limits;
import io.fovea.image.Picture;
import io.fovea.image.Pictures;
import io.fovea.image.Resample;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The super-resolution benchmarks of the data folder, and what their pictures become by bicubic reduction and enlargement. */
public final class SrSets {
    private static final List<String> ENDINGS = List.of(".png", ".jpg");

    private SrSets() {}

    /**
     * A picture of {@code sr/SET.zip} or {@code sr/SET-jpg.zip}, if the data folder is there; else it is noted that the fixture needs it.
     *
     * @param name set and picture without ending, as {@code Set5/baby}
     * @throws FoveaException if the zip has no such picture
     */
    public static Optional<Picture> picture(Check check, String name) {
        String set = name.substring(0, Math.max(0, name.indexOf('/')));
        return check.data("sr/" + set + (set.startsWith("BSD") ? "-jpg.zip" : ".zip"))
                .map(zip -> read(zip, name));
    }

    private static Picture read(Path file, String name) {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (String ending : ENDINGS) {
                ZipEntry entry = zip.getEntry(name + ending);
                if (entry != null) {
                    try (InputStream in = zip.getInputStream(entry)) {
                        return Pictures.read(in, entry.getName(), Limits.DEFAULT);
                    }
                }
            }
        } catch (IOException e) {
            throw FoveaException.cannotRead(file, e);
        }
        throw new FoveaException(file + " holds no picture " + name + ".");
    }

    /** A picture cropped to multiples of r, reduced by r and enlarged by r with MATLAB's bicubic, 8 bits after each: what a network has to beat. */
    public static Picture bicubic(Picture picture, int r) {
        return Resample.matlab(Resample.matlab(picture.cropToMultiple(r), 1.0 / r), r);
    }
}
