package io.fovea.image;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.RenderedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Picture files of every kind, made by hand or by the JDK, for the tests to read. */
final class Samples {
    private Samples() {}

    /** A smooth picture, which JPEG keeps nearly as it is. */
    static Picture smooth(int width, int height, int channels) {
        byte[] samples = new byte[width * height * channels];
        for (int i = 0; i < samples.length; i++) {
            int c = i % channels;
            int x = i / channels % width;
            int y = i / channels / width;
            samples[i] = (byte) (40 + 150 * (c == 0 ? x : c == 1 ? y : width - x) / Math.max(width, height) + 10 * c);
        }
        return Picture.of8(width, height, channels, samples);
    }

    static byte[] encode(Picture picture, Format format) {
        return encode(picture, WriteOptions.DEFAULT.withFormat(format));
    }

    static byte[] encode(Picture picture, WriteOptions options) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            Pictures.write(picture, out, options);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static Picture decode(byte[] file) {
        return Pictures.read(file, "sample", Limits.DEFAULT);
    }

    /** A PNG file: one unfiltered, not interlaced picture of rows packed as the header says, with further chunks before the data. */
    static byte[] png(int width, int height, int bits, int type, byte[] rows, byte[]... chunks) {
        int stride = rows.length / height;
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(packed)) {
            for (int y = 0; y < height; y++) {
                deflater.write(0);
                deflater.write(rows, y * stride, stride);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        out.writeBytes(chunk(
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(width)
                        .putInt(height)
                        .put((byte) bits)
                        .put((byte) type)
                        .array()));
        for (byte[] chunk : chunks) {
            out.writeBytes(chunk);
        }
        out.writeBytes(chunk("IDAT", packed.toByteArray()));
        out.writeBytes(chunk("IEND", new byte[0]));
        return out.toByteArray();
    }

    static byte[] chunk(String name, byte[] content) {
        ByteBuffer out = ByteBuffer.allocate(12 + content.length);
        out.putInt(content.length)
                .put(name.getBytes(StandardCharsets.ISO_8859_1))
                .put(content);
        CRC32 crc = new CRC32();
        crc.update(out.array(), 4, 4 + content.length);
        return out.putInt((int) crc.getValue()).array();
    }

    /** Sets every chunk's checksum right, as far as the chunks can be followed. */
    static void repairChecksums(byte[] png) {
        ByteBuffer in = ByteBuffer.wrap(png);
        int at = 8;
        while (at + 12 <= png.length) {
            int length = in.getInt(at);
            if (length < 0 || length > png.length - at - 12) {
                return;
            }
            CRC32 crc = new CRC32();
            crc.update(png, at + 4, 4 + length);
            in.putInt(at + 8 + length, (int) crc.getValue());
            at += 12 + length;
        }
    }

    /** An EXIF block (little-endian TIFF) that holds an orientation and nothing else. */
    static byte[] exif(int orientation) {
        ByteBuffer out = ByteBuffer.allocate(26).order(ByteOrder.LITTLE_ENDIAN);
        out.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(8);
        out.putShort((short) 1);
        out.putShort((short) 0x112)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) orientation)
                .putShort((short) 0);
        return out.putInt(0).array();
    }

    /** The JPEG file with one more segment right after its start. */
    static byte[] withSegment(byte[] jpeg, int marker, byte[] content) {
        ByteBuffer out = ByteBuffer.allocate(jpeg.length + 4 + content.length);
        out.put(jpeg, 0, 2)
                .put((byte) 0xff)
                .put((byte) marker)
                .putShort((short) (2 + content.length))
                .put(content);
        return out.put(jpeg, 2, jpeg.length - 2).array();
    }

    static byte[] join(String head, byte[] tail) {
        byte[] start = head.getBytes(StandardCharsets.ISO_8859_1);
        return ByteBuffer.allocate(start.length + tail.length)
                .put(start)
                .put(tail)
                .array();
    }

    /** A JPEG file of four components that hold the raster's values as they are, without any marker that says what they mean. */
    static byte[] fourComponents(Raster raster) {
        return jdk("jpeg", new IIOImage(raster, null, null), param -> param.setCompressionQuality(1));
    }

    static byte[] progressive(Picture picture) {
        return jdk("jpeg", image(picture), param -> param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT));
    }

    static byte[] gif(Picture picture) {
        return jdk("gif", image(picture), param -> {});
    }

    static byte[] tiff(Picture picture, String compression) {
        return jdk("tiff", image(picture), param -> param.setCompressionType(compression));
    }

    /** A BMP file of 8 bits per pixel with a palette, run-length encoded if asked. */
    static byte[] paletteBmp(Picture grey, boolean runLengths) {
        byte[] red = new byte[256];
        byte[] green = new byte[256];
        for (int i = 0; i < 256; i++) {
            red[i] = (byte) i;
            green[i] = (byte) (255 - i);
        }
        BufferedImage image = new BufferedImage(
                grey.width(),
                grey.height(),
                BufferedImage.TYPE_BYTE_INDEXED,
                new IndexColorModel(8, 256, red, green, red));
        image.getRaster().setDataElements(0, 0, grey.width(), grey.height(), grey.bytes());
        return jdk(
                "bmp",
                new IIOImage(image, null, null),
                param -> param.setCompressionType(runLengths ? "BI_RLE8" : "BI_RGB"));
    }

    private static IIOImage image(Picture picture) {
        RenderedImage image = picture.toBufferedImage();
        return new IIOImage(image, null, null);
    }

    private interface Setting {
        void on(ImageWriteParam param);
    }

    private static byte[] jdk(String format, IIOImage image, Setting setting) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
            ImageWriter writer = Codec.writer(format);
            ImageWriteParam param = writer.getDefaultWriteParam();
            if (param.canWriteCompressed()) {
                param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
                if (param.getCompressionTypes() != null && param.getCompressionType() == null) {
                    param.setCompressionType(param.getCompressionTypes()[0]);
                }
            }
            setting.on(param);
            writer.setOutput(stream);
            writer.write(null, image, param);
            writer.dispose();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
