package io.fovea.image;

import java.awt.color.CMMException;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.ColorConvertOp;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageReader;
import org.jspecify.annotations.Nullable;

/**
 * A JPEG file (ITU T.81), walked marker by marker. The JDK's decoder (libjpeg: the pixels that libjpeg-turbo gives) receives a stream rebuilt
 * from tables, frame and scans alone, with one marker in front that settles the colour space by libjpeg's own rules, so that thumbnails, profiles and
 * odd metadata can neither stop nor mislead it. CMYK and YCCK, which the JDK only hands out raw, are turned to RGB here.
 */
final class JpegFile implements Encoded {
    private static final int SOI = 0xd8;
    private static final int EOI = 0xd9;
    private static final int SOS = 0xda;
    private static final int DQT = 0xdb;
    private static final int DHT = 0xc4;
    private static final int DRI = 0xdd;
    private static final int SOF_PROGRESSIVE = 0xc2;
    private static final int APP0 = 0xe0;
    private static final int APP14 = 0xee;
    /** A file with more scans is made to keep a decoder busy, not to be looked at. */
    private static final int MAX_SCANS = 500;

    private static final byte[] JFIF = {
        (byte) 0xff, (byte) APP0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0
    };

    private final byte[] file;
    private final ByteArrayOutputStream essence = new ByteArrayOutputStream();
    private final TreeMap<Integer, byte[]> profileParts = new TreeMap<>();
    private int frame = -1;
    private int precision;
    private int width;
    private int height;
    private byte[] componentIds = {};
    private boolean jfif;
    private int adobeTransform = -1;
    private int orientation = 1;
    private int scans;

    JpegFile(byte[] file) throws IOException {
        this.file = file;
        int at = 2;
        while (true) {
            while (at < file.length && u8(at) != 0xff) {
                at++;
            }
            while (at < file.length && u8(at) == 0xff) {
                at++;
            }
            if (at >= file.length) {
                break;
            }
            int marker = u8(at++);
            if (marker == EOI) {
                break;
            }
            if (marker != 0 && marker != 1 && (marker < 0xd0 || marker > SOI)) {
                at = segment(marker, at);
            }
        }
        if (frame < 0 || scans == 0) {
            throw new EOFException();
        }
        if (scans > MAX_SCANS) {
            throw new IOException("it has " + scans + " scans, more than " + MAX_SCANS);
        }
        if ((long) width * height / 512 > file.length) {
            throw new IOException("it claims " + width + " x " + height + " pixels but is far too short for them");
        }
    }

    private int u8(int at) {
        return file[at] & 0xff;
    }

    private int u16(int at) {
        return (u8(at) << 8) | u8(at + 1);
    }

    /** Takes in the segment whose length field stands at {@code at} and returns where the next one begins. */
    private int segment(int marker, int at) throws IOException {
        if (at + 2 > file.length || at + u16(at) > file.length) {
            throw new EOFException();
        }
        int end = at + u16(at);
        if (end < at + 2) {
            throw new IOException("marker " + Integer.toHexString(marker) + " has an impossible length");
        }
        boolean sof = marker >= 0xc0 && marker <= 0xcf && marker != DHT && marker != 0xc8 && marker != 0xcc;
        if (sof) {
            frame(marker, at, end);
        } else if (marker >= APP0 && marker <= APP14) {
            application(marker, at + 2, end);
        }
        if (sof || marker == DQT || marker == DHT || marker == DRI || marker == SOS) {
            int stop = marker == SOS ? scanEnd(end) : end;
            essence.write(file, at - 2, stop - at + 2);
            return stop;
        }
        return end;
    }

    private void frame(int marker, int at, int end) throws IOException {
        if (frame >= 0) {
            throw new IOException("it has two frame headers");
        }
        if (end - at < 8 || end - at != 8 + 3 * u8(at + 7)) {
            throw new IOException("its frame header has an impossible length");
        }
        frame = marker;
        precision = u8(at + 2);
        height = u16(at + 3);
        width = u16(at + 5);
        componentIds = new byte[u8(at + 7)];
        for (int i = 0; i < componentIds.length; i++) {
            componentIds[i] = file[at + 8 + 3 * i];
        }
    }

    /** The end of the entropy-coded data that begins at {@code at}: the next marker that is neither a restart nor a stuffed zero. */
    private int scanEnd(int at) {
        scans++;
        for (int i = at; i + 1 < file.length; i++) {
            if (u8(i) == 0xff) {
                int next = u8(i + 1);
                if (next != 0 && next != 0xff && (next < 0xd0 || next > 0xd7)) {
                    return i;
                }
            }
        }
        return file.length;
    }

    private void application(int marker, int at, int end) {
        if (marker == APP0 && startsWith("JFIF\0", at, end)) {
            jfif = true;
        } else if (marker == APP14 && startsWith("Adobe", at, end) && end - at >= 12) {
            adobeTransform = u8(at + 11);
        } else if (marker == APP0 + 1 && startsWith("Exif\0\0", at, end)) {
            orientation = Exif.orientation(Arrays.copyOfRange(file, at + 6, end));
        } else if (marker == APP0 + 2 && startsWith("ICC_PROFILE\0", at, end) && end - at > 14) {
            profileParts.putIfAbsent(u8(at + 12), Arrays.copyOfRange(file, at + 14, end));
        }
    }

    private boolean startsWith(String signature, int at, int end) {
        byte[] bytes = signature.getBytes(StandardCharsets.ISO_8859_1);
        return end - at >= bytes.length && Arrays.equals(file, at, at + bytes.length, bytes, 0, bytes.length);
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public int orientation() {
        return orientation;
    }

    @Override
    public byte @Nullable [] profile() {
        if (profileParts.isEmpty()) {
            return null;
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        profileParts.values().forEach(whole::writeBytes);
        return whole.toByteArray();
    }

    @Override
    public Picture decode() throws IOException {
        if (frame > SOF_PROGRESSIVE) {
            throw new IOException(
                    "it is lossless, arithmetic-coded or hierarchical JPEG, which Fovea does not read; convert it to baseline JPEG or PNG");
        }
        if (precision != 8) {
            throw new IOException("its samples have " + precision + " bits; JPEG files are read with 8");
        }
        return switch (componentIds.length) {
            case 1, 3 -> Codec.jdk("jpeg", rebuilt(), reader -> Picture.of(guarded(reader, r -> r.read(0))));
            case 4 -> Codec.jdk("jpeg", rebuilt(), reader -> fromCmyk(guarded(reader, r -> r.readRaster(0, null))));
            default ->
                throw new IOException(
                        "it has " + componentIds.length + " components; 1 (grey), 3 (colour) or 4 (CMYK) are read");
        };
    }

    private byte[] rebuilt() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(essence.size() + 32);
        out.write(0xff);
        out.write(SOI);
        if (componentIds.length == 3 && isYcbcr()) {
            out.writeBytes(JFIF);
        } else if (componentIds.length > 1) {
            out.writeBytes(adobe(componentIds.length == 4 && adobeTransform == 2 ? 2 : 0));
        }
        out.writeBytes(essence.toByteArray());
        out.write(0xff);
        out.write(EOI);
        return out.toByteArray();
    }

    /** The colour space of three components, decided as libjpeg does: JFIF, then Adobe's flag, then the components' names. */
    private boolean isYcbcr() {
        if (jfif) {
            return true;
        }
        if (adobeTransform >= 0) {
            return adobeTransform != 0;
        }
        return !Arrays.equals(componentIds, new byte[] {'R', 'G', 'B'});
    }

    private static byte[] adobe(int transform) {
        return new byte[] {
            (byte) 0xff, (byte) APP14, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (byte) transform
        };
    }

    private interface Decoding<T> {
        T of(ImageReader reader) throws IOException;
    }

    /** libjpeg fills what is missing with grey and only warns; the warnings that mean lost picture data are errors here. */
    private static <T> T guarded(ImageReader reader, Decoding<T> decoding) throws IOException {
        AtomicReference<@Nullable String> lost = new AtomicReference<>();
        reader.addIIOReadWarningListener((source, warning) -> {
            if (warning.contains("premature end")
                    || warning.contains("Premature end")
                    || warning.contains("bad Huffman code")) {
                lost.compareAndSet(null, warning);
            }
        });
        T result = decoding.of(reader);
        String warning = lost.get();
        if (warning != null) {
            throw warning.contains("remature") ? new EOFException() : new IOException(warning);
        }
        return result;
    }

    /** Stored CMYK is inverted, as Adobe writes it. Without a profile: R = (255 - C)(255 - K) / 255 and so on; with one, by colour management. */
    private Picture fromCmyk(Raster raster) {
        byte[] inverted = (byte[]) Rasters.interleaved(raster, 4, 8);
        if (adobeTransform == 2) {
            toInvertedCmy(inverted);
        }
        byte[] profile = profile();
        if (profile != null && Icc.isCmyk(profile)) {
            Picture managed = managed(inverted, profile);
            if (managed != null) {
                return managed;
            }
        }
        byte[] rgb = new byte[width * height * 3];
        for (int p = 0; p < width * height; p++) {
            int k = inverted[4 * p + 3] & 0xff;
            for (int c = 0; c < 3; c++) {
                rgb[3 * p + c] = (byte) (((inverted[4 * p + c] & 0xff) * k + 127) / 255);
            }
        }
        return Picture.of8(width, height, 3, rgb);
    }

    /** YCCK to CMYK in place, with libjpeg's 16-bit fixed-point constants: C = 255 - R(Y, Cb, Cr) and so on, K as it is. */
    private static void toInvertedCmy(byte[] ycck) {
        for (int i = 0; i < ycck.length; i += 4) {
            int y = ycck[i] & 0xff;
            int cb = (ycck[i + 1] & 0xff) - 128;
            int cr = (ycck[i + 2] & 0xff) - 128;
            ycck[i] = (byte) (255 - clamp(y + ((91881 * cr + 32768) >> 16)));
            ycck[i + 1] = (byte) (255 - clamp(y + ((-22554 * cb - 46802 * cr + 32768) >> 16)));
            ycck[i + 2] = (byte) (255 - clamp(y + ((116130 * cb + 32768) >> 16)));
        }
    }

    private static int clamp(int v) {
        return Math.max(0, Math.min(255, v));
    }

    /** CMYK to sRGB through the embedded profile; null where the profile turns out unusable. */
    private @Nullable Picture managed(byte[] inverted, byte[] profile) {
        byte[] ink = new byte[inverted.length];
        for (int i = 0; i < ink.length; i++) {
            ink[i] = (byte) (255 - (inverted[i] & 0xff));
        }
        WritableRaster from = Raster.createInterleavedRaster(
                new DataBufferByte(ink, ink.length), width, height, 4 * width, 4, new int[] {0, 1, 2, 3}, null);
        byte[] rgb = new byte[width * height * 3];
        WritableRaster to = Raster.createInterleavedRaster(
                new DataBufferByte(rgb, rgb.length), width, height, 3 * width, 3, new int[] {0, 1, 2}, null);
        try {
            ICC_Profile[] way = {ICC_Profile.getInstance(profile), ICC_Profile.getInstance(ColorSpace.CS_sRGB)};
            new ColorConvertOp(way, null).filter(from, to);
        } catch (IllegalArgumentException | CMMException e) {
            return null;
        }
        return Picture.of8(width, height, 3, rgb);
    }
}
