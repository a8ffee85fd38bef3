package io.fovea.cli.srgan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fovea.Json;
import io.fovea.cli.Cli;
import io.fovea.image.Format;
import io.fovea.image.Picture;
import io.fovea.image.Pictures;
import io.fovea.image.WriteOptions;
import io.fovea.nn.Layer;
import io.fovea.srgan.GeneratorConfig;
import io.fovea.srgan.SrganWeights;
import io.fovea.torch.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpscaleCommandTest {
    @TempDir
    static Path weightsFolder;

    static String weights = "";

    @TempDir
    Path folder;

    @BeforeAll
    static void weights() {
        Engine.seed(1);
        GeneratorConfig config = GeneratorConfig.msrresnet(2, 1, 8);
        Path file = weightsFolder.resolve("tiny-x2.safetensors");
        try (Layer generator = config.create()) {
            SrganWeights.save(generator, config, null, file);
        }
        weights = file.toString();
    }

    private Path picture(String name, int width, int height) {
        byte[] samples = new byte[width * height * 3];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) (i * 7);
        }
        Path file = folder.resolve(name);
        Pictures.write(Picture.of8(width, height, 3, samples), file, WriteOptions.DEFAULT);
        return file;
    }

    private static Cli upscale(Object... args) {
        List<String> words = new ArrayList<>(List.of("srgan", "upscale", "--weights", weights, "--threads", "1"));
        for (Object arg : args) {
            words.add(arg.toString());
        }
        return Cli.run(words.toArray(String[]::new));
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aPictureGetsItsResultBesideIt() {
        Cli done = upscale(picture("photo.jpg", 12, 9));
        assertThat(done.err()).doesNotContain("fovea:");
        assertThat(done.code()).isZero();
        Path result = folder.resolve("photo-x2.jpg");
        assertThat(done.out().strip()).isEqualTo(result.toString());
        assertThat(Pictures.header(result)).isEqualTo(new Pictures.Header(Format.JPEG, 24, 18));
    }

    @Test
    void nothingIsOverwrittenUnasked() throws IOException {
        Path photo = picture("photo.png", 12, 9);
        Path result = folder.resolve("photo-x2.png");
        Files.writeString(result, "mine");
        Cli refused = upscale(photo);
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("photo-x2.png exists already");
        assertThat(Files.readString(result)).isEqualTo("mine");
        assertThat(upscale(photo, "--overwrite").code()).isZero();
        assertThat(Pictures.header(result).width()).isEqualTo(24);
    }

    @Test
    void aFolderOfFramesKeepsItsNames() throws IOException {
        Path frames = Files.createDirectory(folder.resolve("frames"));
        picture("frames/0001.png", 8, 8);
        picture("frames/0002.png", 8, 8);
        Files.writeString(frames.resolve("notes.txt"), "not a picture");
        assertThat(upscale(frames).code()).isZero();
        assertThat(names(folder.resolve("frames-x2"))).containsExactly("0001.png", "0002.png");
        assertThat(upscale(frames, "--output", folder.resolve("big")).code()).isZero();
        assertThat(names(folder.resolve("big"))).containsExactly("0001.png", "0002.png");
    }

    @Test
    void oneBadFileIsNamedAndDoesNotStopTheOthers() throws IOException {
        Path frames = Files.createDirectory(folder.resolve("frames"));
        picture("frames/1.png", 8, 8);
        Files.writeString(frames.resolve("2.png"), "no picture at all");
        picture("frames/3.png", 8, 8);
        Cli done = upscale(frames);
        assertThat(done.code()).isEqualTo(1);
        assertThat(done.err()).contains("1 of 3 pictures failed", "2.png");
        assertThat(names(folder.resolve("frames-x2"))).containsExactly("1.png", "3.png");
    }

    @Test
    void sizesAreExact() {
        Path photo = picture("photo.png", 12, 9);
        assertThat(upscale(photo, "--size", "31x17").code()).isZero();
        assertThat(Pictures.header(folder.resolve("photo-31x17.png")))
                .isEqualTo(new Pictures.Header(Format.PNG, 31, 17));
        assertThat(upscale(photo, "--size", "48x").code()).isZero();
        assertThat(Pictures.header(folder.resolve("photo-48x.png")).height()).isEqualTo(36);
        assertThat(upscale(photo, "--scale", "1.5").code()).isZero();
        assertThat(Pictures.header(folder.resolve("photo-x1.5.png")).width()).isEqualTo(18);
    }

    @Test
    void formatQualityAndSuffixCanBeChosen() throws IOException {
        Path photo = picture("photo.png", 12, 9);
        assertThat(upscale(photo, "--format", "jpg", "--quality", "40", "--suffix", "-big")
                        .code())
                .isZero();
        assertThat(upscale(photo, "--format", "jpg", "--quality", "100", "--suffix", "-good")
                        .code())
                .isZero();
        assertThat(Pictures.header(folder.resolve("photo-big.jpg")).format()).isEqualTo(Format.JPEG);
        assertThat(Files.size(folder.resolve("photo-big.jpg")))
                .isLessThan(Files.size(folder.resolve("photo-good.jpg")));
        assertThat(upscale(photo, "-o", folder.resolve("named.tif")).code()).isZero();
        assertThat(Pictures.header(folder.resolve("named.tif")).format()).isEqualTo(Format.TIFF);
    }

    @Test
    void patternsThatNoShellExpandedAreExpandedHere() {
        picture("a1.png", 8, 8);
        picture("a2.png", 8, 8);
        picture("b1.png", 8, 8);
        Cli done = upscale(folder + "/a*.png", "--json");
        assertThat(done.code()).isZero();
        JsonNode written = Json.tree(done.out(), "upscale").get("written");
        assertThat(written).hasSize(2);
        assertThat(written.get(1).get("output").asText()).endsWith("a2-x2.png");
        assertThat(upscale(folder + "/c*.png").err()).contains("No picture matches");
    }

    @Test
    void twoPicturesNeverShareAFile() {
        Path photo = picture("photo.png", 8, 8);
        Path other = picture("photo.jpg", 8, 8);
        Cli refused = upscale(photo, other, "--format", "png");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("both be written to", "photo-x2.png");
        assertThat(upscale(photo, other, "--output", folder.resolve("one.png")).err())
                .contains("several pictures");
    }

    @Test
    void wrongValuesAreWrongUsage() {
        Path photo = picture("photo.png", 8, 8);
        for (String[] wrong : List.of(
                new String[] {"--size", "big"},
                new String[] {"--scale", "0"},
                new String[] {"--scale", "two"},
                new String[] {"--scale", "2", "--size", "9x9"},
                new String[] {"--format", "webp"},
                new String[] {"--quality", "101"},
                new String[] {"--tile", "-1"})) {
            List<Object> args = new ArrayList<>(List.of(photo));
            args.addAll(List.of(wrong));
            assertThat(upscale(args.toArray()).code())
                    .as(String.join(" ", wrong))
                    .isEqualTo(2);
        }
    }

    @Test
    void missingFilesAndWeightsAreNamed() {
        assertThat(upscale(folder.resolve("nothing.png")).err()).contains("nothing.png");
        Path photo = picture("photo.png", 8, 8);
        assertThat(Cli.run("srgan", "upscale", photo.toString(), "--weights", "srgan-x5")
                        .err())
                .contains("srgan-x5");
    }
}
