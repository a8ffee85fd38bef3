package io.fovea.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.FoveaException;
import io.fovea.image.Grid.Cell;
import java.util.List;
import org.junit.jupiter.api.Test;

class GridTest {
    private static final Picture RED = filled(10, 6, 255, 0, 0);

    private static Picture filled(int width, int height, int... colour) {
        byte[] samples = new byte[width * height * colour.length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) colour[i % colour.length];
        }
        return Picture.of8(width, height, colour.length, samples);
    }

    private static List<Integer> colour(Picture sheet, int x, int y) {
        return List.of(sheet.sample(x, y, 0), sheet.sample(x, y, 1), sheet.sample(x, y, 2));
    }

    @Test
    void guttersAreEvenAndRowsFollowEachOther() {
        Picture sheet = new Grid(2, 0, 4).sheet(List.of(new Cell(RED, ""), new Cell(RED, ""), new Cell(RED, "")));

        assertThat(sheet.width()).isEqualTo(4 + 10 + 4 + 10 + 4);
        assertThat(sheet.height()).isEqualTo(4 + 6 + 4 + 6 + 4);
        assertThat(colour(sheet, 4, 4)).containsExactly(255, 0, 0);
        assertThat(colour(sheet, 27, 9)).containsExactly(255, 0, 0);
        assertThat(colour(sheet, 13, 19)).containsExactly(255, 0, 0);
        for (int[] ground : new int[][] {{3, 4}, {14, 4}, {17, 4}, {28, 4}, {18, 14}, {4, 10}}) {
            assertThat(colour(sheet, ground[0], ground[1]))
                    .as("ground at %d, %d", ground[0], ground[1])
                    .containsExactly(0xf6, 0xf6, 0xf4);
        }
    }

    @Test
    void labelsHaveRoomBelowAndAreDrawn() {
        Picture wide = filled(120, 6, 255, 0, 0);
        Picture plain = new Grid(1, 0, 4).sheet(List.of(new Cell(wide, "")));
        Picture labelled = new Grid(1, 0, 4).sheet(List.of(new Cell(wide, "bicubic, 28.43 dB")));

        assertThat(labelled.height()).isEqualTo(plain.height() + 22);
        assertThat(darkest(labelled, 10)).isLessThan(140);
        assertThat(darkest(plain, 10)).isEqualTo(0xf6);
    }

    /** A label much too long stays inside its own cell. */
    @Test
    void longLabelsAreShortened() {
        Picture wide = filled(60, 6, 255, 0, 0);
        Picture sheet = new Grid(1, 0, 8)
                .sheet(List.of(new Cell(wide, "a label that is much longer than the picture is wide")));

        for (int y = 14; y < sheet.height(); y++) {
            assertThat(sheet.sample(sheet.width() - 4, y, 0)).isEqualTo(0xf6);
        }
    }

    private static int darkest(Picture sheet, int fromRow) {
        int darkest = 255;
        for (int y = fromRow; y < sheet.height(); y++) {
            for (int x = 0; x < sheet.width(); x++) {
                darkest = Math.min(darkest, sheet.sample(x, y, 0));
            }
        }
        return darkest;
    }

    @Test
    void largePicturesAreReducedAndSmallOnesStandInTheMiddle() {
        Picture large = filled(40, 20, 0, 255, 0);

        Picture sheet = new Grid(2, 20, 2).sheet(List.of(new Cell(large, ""), new Cell(RED, "")));

        assertThat(sheet.width()).isEqualTo(2 + 20 + 2 + 20 + 2);
        assertThat(sheet.height()).isEqualTo(2 + 10 + 2);
        assertThat(colour(sheet, 24 + 4, 6)).containsExactly(0xf6, 0xf6, 0xf4);
        assertThat(colour(sheet, 24 + 5, 5)).containsExactly(0xf6, 0xf6, 0xf4);
        assertThat(colour(sheet, 24 + 5, 6)).containsExactly(255, 0, 0);
    }

    @Test
    void greyAlphaAndSixteenBitsAreShown() {
        Picture grey = Picture.of8(1, 1, 1, new byte[] {100}).toDepth(16);
        Picture clear = Picture.of8(1, 1, 4, new byte[] {1, 2, 3, 0});

        Picture sheet = new Grid(2, 0, 1).sheet(List.of(new Cell(grey, ""), new Cell(clear, "")));

        assertThat(colour(sheet, 1, 1)).containsExactly(100, 100, 100);
        assertThat(colour(sheet, 3, 1)).containsExactly(255, 255, 255);
    }

    @Test
    void anEmptySheetIsRefused() {
        assertThatThrownBy(() -> new Grid(2, 0, 1).sheet(List.of())).isInstanceOf(FoveaException.class);
        assertThatThrownBy(() -> new Grid(0, 0, 1)).isInstanceOf(FoveaException.class);
    }
}
