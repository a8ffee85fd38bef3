package io.fovea.image;

import io.fovea.FoveaException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import javax.imageio.IIOImage;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;

/** One picture on its way into one format. Everything that can be refused is refused in the constructor, before a file is touched. */
final class Encoder {
    private static final int FULL_COLOUR_QUALITY = 90;
    private static final int MAX_JPEG_SIDE = 65_500;
    /** SOI and the JFIF segment, with which the JDK's writer begins every file. */
    private static final int JPEG_HEAD = 20;

    private static final int PROFILE_PART = 65_519;
    private static final int MAX_PROFILE_PARTS = 255;
    private static final int BMP_HEADERS = 54;

    private final Picture picture;
    private final Format format;
    private final int jpegQuality;

    Encoder(Picture picture, Format format, int jpegQuality, String name) {
        if (!format.writable()) {
            throw new FoveaException("Cannot write " + name + ": Fovea reads " + format
                    + " but does not write it; choose PNG, JPEG, TIFF or BMP.");
        }
        if (format == Format.JPEG && Math.max(picture.width(), picture.height()) > MAX_JPEG_SIDE) {
            throw new FoveaException("Cannot write " + name + ": a JPEG picture has sides of at most " + MAX_JPEG_SIDE
                    + " pixels, this one has " + picture.width() + " x " + picture.height() + "; choose PNG or TIFF.");
        }
        if (format == Format.BMP && bmpRowBytes(picture) * picture.height() > Integer.MAX_VALUE - (1 << 20)) {
            throw new FoveaException("Cannot write " + name + ": a BMP file holds at most 2 GB; choose PNG or TIFF.");
        }
        this.picture = picture;
        this.format = format;
        this.jpegQuality = jpegQuality;
    }

    void write(OutputStream out) throws IOException {
        switch (format) {
            case PNG -> new PngEncoder(picture).write(out);
            case JPEG -> jpeg(out);
            case TIFF -> new TiffEncoder(picture).write(out);
            case BMP -> bmp(out);
            default -> throw new IllegalStateException("not writable: " + format);
        }
    }

    private void jpeg(OutputStream out) throws IOException {
        BufferedImage image = Rasters.wrap(picture.overWhite().toDepth(8));
        ImageWriter writer = Codec.writer("jpeg");
        ImageWriteParam param = writer.getDefaultWriteParam();
        param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        param.setCompressionQuality(jpegQuality / 100f);
        IIOMetadata metadata = null;
        if (jpegQuality >= FULL_COLOUR_QUALITY && picture.colourChannels() == 3) {
            metadata = writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(image), param);
            Element root = (Element) metadata.getAsTree("javax_imageio_jpeg_image_1.0");
            Element luma = (Element) root.getElementsByTagName("componentSpec").item(0);
            luma.setAttribute("HsamplingFactor", "1");
            luma.setAttribute("VsamplingFactor", "1");
            metadata.setFromTree("javax_imageio_jpeg_image_1.0", root);
        }
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        run(writer, image, metadata, param, whole);
        byte[] bytes = whole.toByteArray();
        out.write(bytes, 0, JPEG_HEAD);
        writeProfile(picture.profile(), out);
        out.write(bytes, JPEG_HEAD, bytes.length - JPEG_HEAD);
    }

    /** The profile as APP2 segments (ICC.1:2010, B.4): signature, number of the part from 1, count of parts, data. */
    private static void writeProfile(byte @Nullable [] profile, OutputStream out) throws IOException {
        if (profile == null || profile.length > PROFILE_PART * MAX_PROFILE_PARTS) {
            return;
        }
        int parts = (profile.length + PROFILE_PART - 1) / PROFILE_PART;
        for (int part = 0; part < parts; part++) {
            int from = part * PROFILE_PART;
            int length = Math.min(PROFILE_PART, profile.length - from);
            int segment = 2 + 14 + length;
            out.write(new byte[] {(byte) 0xff, (byte) 0xe2, (byte) (segment >> 8), (byte) segment});
            out.write(new byte[] {
                'I', 'C', 'C', '_', 'P', 'R', 'O', 'F', 'I', 'L', 'E', 0, (byte) (part + 1), (byte) parts
            });
            out.write(profile, from, length);
        }
    }

    private static long bmpRowBytes(Picture picture) {
        return ((long) picture.width() * picture.colourChannels() + 3) / 4 * 4;
    }

    /** 24 bits blue, green, red, or 8 bits with a grey palette; rows from the bottom, each filled up to a multiple of four bytes. */
    private void bmp(OutputStream out) throws IOException {
        Picture shown = picture.overWhite().toDepth(8);
        int channels = shown.channels();
        int palette = channels == 1 ? 256 : 0;
        int offset = BMP_HEADERS + 4 * palette;
        ByteBuffer head = ByteBuffer.allocate(offset).order(ByteOrder.LITTLE_ENDIAN);
        byte[] row = new byte[(int) bmpRowBytes(shown)];
        head.put((byte) 'B').put((byte) 'M').putInt(offset + row.length * shown.height());
        head.putInt(0).putInt(offset).putInt(40).putInt(shown.width()).putInt(shown.height());
        head.putShort((short) 1).putShort((short) (8 * channels)).position(46);
        head.putInt(palette).putInt(palette);
        for (int grey = 0; grey < palette; grey++) {
            head.putInt(grey * 0x010101);
        }
        out.write(head.array());
        for (int y = shown.height() - 1; y >= 0; y--) {
            int from = y * shown.width() * channels;
            for (int i = 0; i < shown.width() * channels; i++) {
                row[i] = shown.bytes()[from + (channels == 1 ? i : i + 2 - 2 * (i % 3))];
            }
            out.write(row);
        }
    }

    private static void run(
            ImageWriter writer,
            BufferedImage image,
            @Nullable IIOMetadata metadata,
            ImageWriteParam param,
            OutputStream out)
            throws IOException {
        try (MemoryCacheImageOutputStream cache = new MemoryCacheImageOutputStream(out)) {
            writer.setOutput(cache);
            writer.write(null, new IIOImage(image, null, metadata), param);
        } finally {
            writer.dispose();
        }
    }
}
