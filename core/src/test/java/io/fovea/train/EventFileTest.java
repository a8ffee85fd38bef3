package io.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {
    @TempDir
    Path folder;

    @Test
    void theReadersChecksumIsTheStandardsOne() {
        // check value of CRC-32C (iSCSI), and its masked form as TFRecord defines it
        int crc = EventFileReader.crc32c("123456789".getBytes(StandardCharsets.US_ASCII));
        assertThat(crc).isEqualTo(0xe3069283);
        // RFC 3720, B.4: 32 bytes of zeros
        assertThat(EventFileReader.crc32c(new byte[32])).isEqualTo(0x8a9136aa);
    }

    @Test
    void writesScalarsAndPicturesRecordByRecord() throws IOException {
        Path png = folder.resolve("sheet.png");
        ImageIO.write(new BufferedImage(30, 20, BufferedImage.TYPE_INT_RGB), "png", png.toFile());
        Path events = Files.createDirectory(folder.resolve("tensorboard"));
        double before = System.currentTimeMillis() / 1e3;
        try (EventFile file = EventFile.create(events, 0)) {
            file.scalars(1, Scalars.of("loss/content", 0.1).and("größe", Double.NaN));
            file.scalars(1L << 40, Scalars.of("loss/content", Double.NEGATIVE_INFINITY));
            file.image(300, "samples", png);
        }
        List<EventFileReader.Read> read = EventFileReader.read(events).get(0);
        assertThat(read).hasSize(4);
        assertThat(read).allSatisfy(e -> assertThat(e.wallTime()).isBetween(before, before + 60));
        assertThat(read.get(0).fileVersion()).isEqualTo("brain.Event:2");
        assertThat(read.get(1).step()).isEqualTo(1);
        assertThat(read.get(1).scalars())
                .containsExactly(Map.entry("loss/content", 0.1f), Map.entry("größe", Float.NaN));
        assertThat(read.get(2).step()).isEqualTo(1L << 40);
        assertThat(read.get(2).scalars()).containsExactly(Map.entry("loss/content", Float.NEGATIVE_INFINITY));
        EventFileReader.Image image = read.get(3).images().get("samples");
        assertThat(read.get(3).step()).isEqualTo(300);
        assertThat(image.width()).isEqualTo(30);
        assertThat(image.height()).isEqualTo(20);
        assertThat(image.colourSpace()).isEqualTo(3);
        assertThat(image.png()).isEqualTo(Files.readAllBytes(png));
    }

    @Test
    void everyRecordIsOnTheDiskAsSoonAsItIsWritten() {
        try (EventFile file = EventFile.create(folder, 0)) {
            file.scalars(5, Scalars.of("loss", 0.5));
            assertThat(EventFileReader.read(folder).get(0)).hasSize(2).last().satisfies(e -> {
                assertThat(e.step()).isEqualTo(5);
                assertThat(e.scalars().get("loss")).isEqualTo(0.5f, within(0f));
            });
        }
    }

    @Test
    void aResumedRunOpensALaterFileThatTakesBackTheLostSteps() {
        EventFile.create(folder, 0).close();
        EventFile.create(folder, 1000).close();
        EventFile.create(folder, 2000).close();
        List<List<EventFileReader.Read>> files = EventFileReader.read(folder);
        assertThat(files).hasSize(3);
        assertThat(files.get(0)).hasSize(1);
        assertThat(files.get(1)).hasSize(2).last().satisfies(e -> {
            assertThat(e.session()).isEqualTo(1);
            assertThat(e.step()).isEqualTo(1001);
        });
        assertThat(files.get(2).get(1).step()).isEqualTo(2001);
    }
}
