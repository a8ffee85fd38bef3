package io.fovea.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/** Reads fixture files and makes the inputs that their fill rule describes. */
final class Fixture {
    private Fixture() {}

    static JsonNode json(String resource) {
        try (InputStream in = open(resource)) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] bytes(String resource) {
        try (InputStream in = open(resource)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InputStream open(String resource) {
        InputStream in = Fixture.class.getResourceAsStream(resource);
        if (in == null) {
            throw new IllegalArgumentException("no test resource " + resource);
        }
        return in;
    }

    /** u(name, i) + 0.5, in [0,1). */
    static double unit(String name, int i) {
        CRC32 crc = new CRC32();
        crc.update(name.getBytes(StandardCharsets.UTF_8));
        return ((i * 2654435761L + crc.getValue()) & 0xffffffffL) / 4294967296.0;
    }

    /** The 8-bit picture floor(256 (u + 0.5)), HWC. */
    static Picture picture(String name, int height, int width, int channels) {
        byte[] samples = new byte[height * width * channels];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) (int) (256 * unit(name, i));
        }
        return Picture.of8(width, height, channels, samples);
    }

    /** The float input u + 0.5 of an H,W,C case, as CHW. */
    static float[] planes(String name, int height, int width, int channels) {
        float[] chw = new float[height * width * channels];
        for (int i = 0; i < chw.length; i++) {
            chw[i % channels * height * width + i / channels] = (float) unit(name, i);
        }
        return chw;
    }

    /** Element i of an H,W,C tensor, taken from CHW floats. */
    static float hwc(float[] chw, int height, int width, int channels, int i) {
        return chw[i % channels * height * width + i / channels];
    }
}
