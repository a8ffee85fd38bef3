package io.fovea.image;

import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriter;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.spi.ImageReaderWriterSpi;
import javax.imageio.spi.ImageWriterSpi;

/** The codecs, each chosen by class and not by what happens to be registered first, so that a plug-in of the application changes no pixel. */
final class Codec {
    private Codec() {}

    interface Use {
        Picture with(ImageReader reader) throws IOException;
    }

    /** Runs the JDK's own reader of a format ("jpeg", "png", "bmp", "gif") over a file in memory. */
    static Picture jdk(String format, byte[] file, Use use) throws IOException {
        return read(builtIn(ImageReaderSpi.class, format), file, use);
    }

    static Picture read(ImageReaderSpi spi, byte[] file, Use use) throws IOException {
        ImageReader reader = spi.createReaderInstance();
        try (ByteArrayImageInputStream in = new ByteArrayImageInputStream(file)) {
            reader.setInput(in, false, true);
            return use.with(reader);
        } finally {
            reader.dispose();
        }
    }

    /** The JDK's own writer of a format. */
    static ImageWriter writer(String format) throws IOException {
        return builtIn(ImageWriterSpi.class, format).createWriterInstance();
    }

    private static <T extends ImageReaderWriterSpi> T builtIn(Class<T> kind, String format) {
        String home = "com.sun.imageio.plugins." + format + ".";
        Iterator<T> all = IIORegistry.getDefaultInstance().getServiceProviders(kind, false);
        while (all.hasNext()) {
            T spi = all.next();
            if (spi.getClass().getName().startsWith(home)) {
                return spi;
            }
        }
        throw new IllegalStateException("this Java runtime lacks its own " + format + " codec (module java.desktop)");
    }
}
