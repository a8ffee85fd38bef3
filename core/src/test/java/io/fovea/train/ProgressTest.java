package io.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long millis;

    private Progress progress(long total, boolean terminal, boolean escapes, int columns) {
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        return new Progress(
                "srgan",
                total,
                new Progress.Terminal(out, terminal, escapes, escapes, escapes, columns),
                () -> TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private String output() {
        String text = bytes.toString(StandardCharsets.UTF_8);
        bytes.reset();
        return text;
    }

    private List<String> lines() {
        return output().lines().toList();
    }

    @Test
    void elsewhereALineAtEveryTwentiethButNotMoreThanOneInTwoSeconds() {
        try (Progress progress = progress(1000, false, false, 80)) {
            for (int done = 1; done <= 1000; done++) {
                millis += 100; // 5 % are 5 s
                progress.update(done);
            }
        }
        List<String> lines = lines();
        assertThat(lines).hasSize(21);
        assertThat(lines.get(1)).isEqualTo("srgan  5 %  51/1,000  10/s  1 min 34 s left");
        assertThat(lines.get(20)).isEqualTo("srgan  100 %  1,000/1,000  10/s  in 1 min 40 s");
        millis = 0;
        try (Progress progress = progress(1000, false, false, 80)) {
            for (int done = 1; done <= 1000; done++) {
                millis += 1;
                progress.update(done);
            }
        }
        assertThat(lines()).hasSize(2);
    }

    @Test
    void elsewhereSlowWorkShowsALineEveryThirtySeconds() {
        Progress progress = progress(100_000, false, false, 80);
        for (int done = 1; done <= 600; done++) {
            millis += 1000;
            progress.update(done);
        }
        assertThat(lines()).hasSize(20);
    }

    @Test
    void aTerminalShowsOneLineThatIsDrawnOverTenTimesASecond() {
        Progress progress = progress(100_000, true, true, 120);
        progress.update(12_000);
        millis += 1000;
        progress.waited(0.004);
        progress.scores(Scores.of(Score.higher("psnr_y", 30.214)));
        progress.update(
                12_400,
                Scalars.of("content", 0.01234567)
                        .and("gan", 0.7)
                        .and("total", 2)
                        .and("more", 1));
        millis += 99;
        progress.update(12_401);
        String text = output();
        assertThat(text).doesNotContain("\n").startsWith("\r\033[?7l").endsWith("\033[K\033[?7h");
        assertThat(text.split("\r")).hasSize(3);
        assertThat(plain(text.split("\r")[2]))
                .isEqualTo("srgan  12 %  12,400/100,000  ██░░░░░░░░░░░░░░░  400/s  3 min 39 s left  "
                        + "content 0.01235  gan 0.7  total 2  psnr_y 30.21");
        progress.close();
        assertThat(output()).endsWith("\n");
        progress.close();
        assertThat(output()).isEmpty();
    }

    private static String plain(String text) {
        return text.replaceAll("\033\\[[?0-9]*[a-zA-Z]", "");
    }

    @Test
    void noLineIsEverWiderThanTheTerminal() {
        for (int columns = 1; columns < 200; columns++) {
            Progress progress = progress(100_000, true, false, columns);
            progress.update(1);
            millis += 1000;
            progress.update(50_000, Scalars.of("a", 1.5).and("b", 2.25));
            progress.close();
            String[] drawn = output().split("[\r\n]+");
            for (String line : drawn) {
                assertThat(line.length()).as("%d columns: %s", columns, line).isLessThan(columns);
            }
            if (columns >= 5) {
                assertThat(drawn[drawn.length - 1]).contains("50 %");
            }
            if (columns > 60) {
                assertThat(drawn[drawn.length - 1])
                        .contains("srgan  50 %  50,000/100,000")
                        .contains("####....");
            }
        }
    }

    @Test
    void aShorterLineLeavesNothingOfALongerOneWithoutEscapes() {
        Progress progress = progress(10, true, false, 80);
        progress.update(1);
        millis += 1000;
        progress.update(2, Scalars.of("loss", 0.12345));
        output();
        millis += 1000;
        progress.update(3);
        assertThat(output()).matches("\r[^\r]*left +\r[^\r]*left");
    }

    @Test
    void theEstimateFollowsAChangeOfSpeedAndForgetsAPause() {
        Progress progress = progress(100_000, true, true, 200);
        long done = 50;
        progress.update(done);
        for (int i = 0; i < 60; i++) { // a warm-up at a tenth of the speed, with one stop of five minutes
            millis += i == 30 ? 300_000 : 1000;
            progress.update(++done);
        }
        for (int i = 0; i < 300; i++) {
            millis += 1000;
            progress.update(done += 10);
        }
        output();
        progress.update(done += 10);
        progress.status("evaluating");
        assertThat(plain(output())).containsPattern("(9\\.9|10)\\S*/s  2 h 4\\d min left  evaluating$");
    }

    @Test
    void aResumedRunDoesNotCountWhatWasDoneBefore() {
        Progress progress = progress(2000, false, false, 80);
        millis += 5;
        progress.update(1000);
        millis += 40_000;
        progress.update(1010);
        assertThat(lines())
                .containsExactly("srgan  50 %  1,000/2,000", "srgan  50 %  1,010/2,000  0.25/s  1 h 6 min left");
    }

    @Test
    void aNoteStandsAboveTheMovingLine() {
        Progress progress = progress(10, true, true, 80);
        progress.update(1);
        output();
        progress.note("a.jpg is no picture");
        assertThat(plain(output())).matches("\ra.jpg is no picture\\R\rsrgan .*");
    }

    @Test
    void nothingToDoIsDone() {
        Progress progress = progress(0, false, false, 80);
        progress.update(0);
        progress.close();
        assertThat(lines()).containsExactly("srgan  100 %  0/0  in 0 s");
    }

    @Test
    void theEnvironmentDecides() {
        Progress.Terminal dumb = Progress.stderr(Map.of("TERM", "dumb", "COLUMNS", "40"));
        assertThat(dumb.redraws()).isFalse();
        assertThat(dumb.columns()).isEqualTo(40);
        assertThat(Progress.stderr(Map.of("TERM", "xterm", "NO_COLOR", "1")).colours())
                .isFalse();
        assertThat(Progress.stderr(Map.of("TERM", "xterm", "COLUMNS", "wide")).columns())
                .isEqualTo(80);
        assertThat(Arrays.asList(Progress.stderr(Map.of()).redraws())).containsExactly(false);
    }
}
