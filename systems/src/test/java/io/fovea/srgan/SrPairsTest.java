package io.fovea.srgan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.FoveaException;
import io.fovea.Json;
import io.fovea.data.PictureSet;
import io.fovea.image.Pictures;
import io.fovea.image.WriteOptions;
import io.fovea.parity.Fill;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SrPairsTest {
    @TempDir
    Path folder;

    private void picture(String name, int width, int height) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Pictures.write(Fill.picture(name, width, height), file, WriteOptions.DEFAULT);
    }

    private List<String> names(int scale) {
        try (PictureSet set = PictureSet.open(folder)) {
            SrPairs pairs = SrPairs.of(set, scale, SrganConfig.Degradation.MATLAB);
            List<String> names = new ArrayList<>();
            for (int i = 0; i < pairs.size(); i++) {
                assertThat(pairs.low(i, pairs.high(i)).width() * scale)
                        .isEqualTo(pairs.high(i).width());
                names.add((pairs.given() ? "pair " : "") + pairs.name(i));
            }
            return names;
        }
    }

    @Test
    void layoutOfSelfExSr() throws IOException {
        picture("img_001_SRF_4_HR.png", 16, 8);
        picture("img_001_SRF_4_LR.png", 4, 2);
        assertThat(names(4)).containsExactly("pair img_001_SRF_4_HR.png");
    }

    @Test
    void layoutOfDiv2k() throws IOException {
        picture("DIV2K_train_HR/0001.png", 16, 8);
        picture("DIV2K_train_LR_bicubic/X2/0001x2.png", 8, 4);
        assertThat(names(2)).containsExactly("pair DIV2K_train_HR/0001.png");
    }

    @Test
    void layoutOfBasicSr() throws IOException {
        picture("Set5/GTmod12/baby.png", 24, 12);
        picture("Set5/LRbicx3/baby.png", 8, 4);
        assertThat(names(3)).containsExactly("pair Set5/GTmod12/baby.png");
    }

    @Test
    void layoutsOfLeftthomas() throws IOException {
        picture("SRF_4/target/a.png", 16, 8);
        picture("SRF_4/data/a.png", 4, 2);
        assertThat(names(4)).containsExactly("pair SRF_4/target/a.png");
    }

    @Test
    void targetAndDataAloneArePairs() throws IOException {
        picture("target/a.png", 16, 8);
        picture("data/a.png", 4, 2);
        assertThat(names(4)).containsExactly("pair target/a.png");
    }

    @Test
    void lowResolutionPicturesOfAnotherScaleAreNoHighResolutionOnes() throws IOException {
        picture("0001.png", 16, 8);
        picture("0001x4.png", 4, 2);
        picture("holidayx4.png", 16, 8); // no partner: an ordinary picture
        assertThat(names(2)).containsExactly("0001.png", "holidayx4.png");
    }

    @Test
    void aWrongSizeIsNamed() throws IOException {
        picture("0001.png", 16, 8);
        picture("0001x4.png", 5, 2);
        assertThatThrownBy(() -> names(4))
                .isInstanceOf(FoveaException.class)
                .hasMessageContaining("0001x4.png is 5x2")
                .hasMessageContaining("must be 4x2");
    }

    @Test
    void smallPicturesAreLeftOutAndSomeAreHeldBack() throws IOException {
        for (int i = 0; i < 6; i++) {
            picture("large" + i + ".png", 50, 50);
        }
        picture("small.png", 50, 20);
        SrganConfig config = Json.set(SrganConfig.tiny(4), List.of("data.crop=48"));
        try (PictureSet set = PictureSet.open(folder)) {
            SrganData data = new SrganData(set, config);
            assertThat(data.tooSmall()).containsExactly("small.png");
            assertThat(data.trainingSize()).isEqualTo(5);
            assertThat(data.validation()).hasSize(1);
            assertThat(data.notes())
                    .containsExactly(
                            "6 pictures: 5 to train on, 1 held back for validation",
                            "1 left out, smaller than the crop of 48 pixels: small.png");
        }
    }
}
