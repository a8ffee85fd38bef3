package io.fovea.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fovea.FoveaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final Instant TIME = Instant.parse("2026-11-25T04:44:21.123Z");
    private static final Event.Start START = new Event.Start(1, TIME, "srgan", 2000, Map.of("seed", "1"));

    @TempDir
    Path folder;

    Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve("journal.jsonl");
    }

    private void write(Event... events) {
        try (Journal journal = Journal.create(file, START)) {
            Arrays.stream(events).forEach(journal::append);
        }
    }

    private static Event.Step step(long step) {
        return new Event.Step(TIME, step, Scalars.of("loss", step / 8.0), 0.25);
    }

    private static Event.Evaluate evaluate(long step, Score score) {
        return new Event.Evaluate(step, Scores.of(score));
    }

    @Test
    void everyEventComesBackAsItWas() {
        Event[] events = {
            new Event.Step(TIME, 1, Scalars.of("loss/content", 0.1).and("loss/\"gan\"\n", 1e-300), 0.003),
            new Event.Sample(TIME, 1, "samples/step-00000001.png"),
            new Event.Evaluate(TIME, 1, Scores.of(Score.higher("psnr_y", 31.25), Score.lower("lpips", 0.1))),
            new Event.Checkpoint(TIME, 1, "checkpoints/step-00000001.safetensors"),
            new Event.Warning(TIME, 1, "Straße {\"event\": \u2028 \\"),
            new Event.Resume(TIME, 1, 0, 3000, Map.of("device", "cpu")),
            new Event.End(TIME, 1, Event.Reason.INTERRUPTED, ""),
        };
        write(events);
        assertThat(Journal.read(file)).startsWith(START).endsWith(events).hasSize(1 + events.length);
    }

    @Test
    void theFormatIsWhatItSays() throws IOException {
        write(step(8), evaluate(8, Score.lower("lpips", 0.5)));
        List<String> lines = Files.readAllLines(file);
        assertThat(lines.get(0))
                .isEqualTo("{\"event\":\"start\",\"format\":1,\"time\":\"2026-11-25T04:44:21.123Z\","
                        + "\"system\":\"srgan\",\"steps\":2000,\"facts\":{\"seed\":\"1\"}}");
        assertThat(lines.get(1))
                .isEqualTo("{\"event\":\"step\",\"time\":\"2026-11-25T04:44:21.123Z\",\"step\":8,"
                        + "\"scalars\":{\"loss\":1.0},\"waited\":0.25}");
        assertThat(lines.get(2)).endsWith("\"scores\":[{\"name\":\"lpips\",\"value\":0.5,\"better\":\"lower\"}]}");
    }

    @Test
    void figuresThatJsonLacksAreStrings() throws IOException {
        Scalars scalars = Scalars.of("a", Double.NaN)
                .and("b", Double.POSITIVE_INFINITY)
                .and("c", Double.NEGATIVE_INFINITY)
                .and("d", Double.MIN_VALUE);
        write(new Event.Step(TIME, 1, scalars, 0), evaluate(1, Score.higher("psnr", Double.NaN)));
        assertThat(Files.readString(file))
                .contains("\"scalars\":{\"a\":\"NaN\",\"b\":\"Infinity\",\"c\":\"-Infinity\",\"d\":4.9E-324}");
        assertThat(((Event.Step) Journal.read(file).get(1)).scalars()).isEqualTo(scalars);
        assertThat(Journal.best(Journal.read(file))).isEmpty();
    }

    @Test
    void aJournalCutAnywhereReadsAsTheWholeLinesBeforeAndGoesOn() throws IOException {
        write(step(1), new Event.Warning(TIME, 2, "größer"), new Event.Checkpoint(TIME, 3, "c"), step(4));
        byte[] whole = Files.readAllBytes(file);
        List<Event> events = Journal.read(file);
        int firstLine = new String(whole, "UTF-8").indexOf('\n') + 1;
        for (int length = firstLine; length <= whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            int lines = (int)
                    new String(cut, "UTF-8").chars().filter(c -> c == '\n').count();
            Files.write(file, cut);
            assertThat(Journal.read(file)).as("cut to %d", length).isEqualTo(events.subList(0, lines));
            try (Journal journal = Journal.resume(file, 9, 2000, Map.of())) {
                journal.append(step(10));
            }
            List<Event> after = Journal.read(file);
            assertThat(after.subList(0, lines)).isEqualTo(events.subList(0, lines));
            assertThat(after.subList(lines, after.size())).hasSize(2).endsWith(step(10));
        }
    }

    @Test
    void aJournalWithoutAWholeFirstLineIsRefused() throws IOException {
        write();
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> Journal.read(file)).isInstanceOf(FoveaException.class);
        }
    }

    @Test
    void resumingDropsWhatIsDoneAgainAndCountsIt() {
        write(step(1000), new Event.Checkpoint(TIME, 1000, "c"), step(1400), new Event.Warning(TIME, 1500, "w"));
        try (Journal journal = Journal.resume(file, 1000, 4000, Map.of("threads", "2"))) {
            journal.append(step(1400));
        }
        List<Event> events = Journal.read(file);
        assertThat(events).hasSize(5);
        assertThat(events.subList(0, 3)).containsExactly(START, step(1000), new Event.Checkpoint(TIME, 1000, "c"));
        assertThat(events.get(3)).isInstanceOfSatisfying(Event.Resume.class, resume -> {
            assertThat(resume.step()).isEqualTo(1000);
            assertThat(resume.lostSteps()).isEqualTo(500);
            assertThat(resume.steps()).isEqualTo(4000);
            assertThat(resume.facts()).containsEntry("threads", "2");
        });
        assertThat(events.get(4)).isEqualTo(step(1400));
    }

    @Test
    void resumingWithoutACheckpointGoesBackToTheStart() {
        write(step(100), step(200));
        Journal.resume(file, 0, 2000, Map.of()).close();
        assertThat(Journal.read(file)).hasSize(2).startsWith(START);
    }

    @Test
    void aNewerFormatIsRefusedWithASentence() throws IOException {
        Files.writeString(file, "{\"event\":\"start\",\"format\":2,\"moon\":[1,2]}\n");
        String sentence =
                file + " was written in format 2 of a newer Fovea; this one reads up to format 1. Use the newer Fovea.";
        assertThatThrownBy(() -> Journal.read(file))
                .isInstanceOf(FoveaException.class)
                .hasMessage(sentence);
        assertThatThrownBy(() -> Journal.resume(file, 0, 1, Map.of())).hasMessage(sentence);
        assertThat(file).content().contains("moon");
    }

    @Test
    void damageInTheMiddleIsNamedByLine() throws IOException {
        for (String bad : List.of(
                "{\"event\":\"st",
                "null",
                "[]",
                "{\"event\":\"dance\",\"step\":1}",
                "\0\0",
                "",
                "{\"event\":\"step\",\"time\":\"2026-11-25T04:44:21Z\",\"scalars\":{},\"waited\":0}",
                "{\"event\":\"warning\",\"time\":\"noon\",\"step\":1,\"message\":\"\"}",
                "{\"event\":\"warning\",\"time\":\"2026-11-25T04:44:21Z\",\"step\":1,\"message\":null}",
                "{\"event\":\"evaluate\",\"time\":\"2026-11-25T04:44:21Z\",\"step\":1,\"scores\":[]}",
                "{\"event\":\"warning\",\"time\":\"2026-11-25T04:44:21Z\",\"step\":1,\"message\":\"\"}}")) {
            Files.deleteIfExists(file);
            write(step(1));
            Files.writeString(file, Files.readString(file) + bad + "\n");
            assertThatThrownBy(() -> Journal.read(file))
                    .as(bad)
                    .isInstanceOf(FoveaException.class)
                    .hasMessageStartingWith("Line 3 of " + file + " is no event of a journal (");
        }
    }

    @Test
    void whatIsNoJournalIsSaidSo() throws IOException {
        Files.writeString(file, "{\"name\":\"other\"}\n");
        assertThatThrownBy(() -> Journal.read(file)).hasMessageContaining("is not a journal of Fovea");
    }

    @Test
    void aKeyThatALaterVersionAddsIsPassedOver() throws IOException {
        Files.writeString(
                file,
                "{\"event\":\"start\",\"format\":1,\"time\":\"2026-11-25T04:44:21.123Z\",\"system\":\"srgan\","
                        + "\"steps\":2000,\"facts\":{\"seed\":\"1\"},\"later\":1}\n");
        assertThat(Journal.read(file)).containsExactly(START);
    }

    @Test
    void anExistingJournalIsNotOverwritten() {
        write(step(1));
        assertThatThrownBy(() -> Journal.create(file, START)).isInstanceOf(FoveaException.class);
        assertThat(Journal.read(file)).hasSize(2);
    }

    @Test
    void theFirstScoreDecidesInItsDirection() {
        write(
                evaluate(1, Score.higher("psnr", Double.NaN)),
                evaluate(2, Score.higher("psnr", 30)),
                evaluate(3, Score.higher("psnr", 31)),
                evaluate(4, Score.higher("psnr", 31)),
                evaluate(5, Score.higher("psnr", Double.NaN)));
        assertThat(Journal.best(Journal.read(file)).orElseThrow().step()).isEqualTo(3);
        assertThat(Scores.of(Score.lower("lpips", 0.1), Score.higher("psnr", 1))
                        .beat(Scores.of(Score.lower("lpips", 0.2), Score.higher("psnr", 9))))
                .isTrue();
        assertThat(Score.lower("lpips", Double.NaN).beats(0.2)).isFalse();
        assertThat(Score.lower("lpips", 0.2).beats(Double.NaN)).isTrue();
        assertThatThrownBy(Scores::of).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void onlyFiguresOfTheNewestStageAreCompared() {
        write(
                evaluate(1, Score.higher("psnr_y", 30)),
                evaluate(2, Score.lower("content", 0.5)),
                evaluate(3, Score.lower("content", 0.3)),
                evaluate(4, Score.lower("content", 0.4)));
        List<Event> events = Journal.read(file);
        assertThat(Journal.best(events).orElseThrow().step()).isEqualTo(3);
        assertThat(Journal.best(events.subList(0, 2)).orElseThrow().step()).isEqualTo(1);
    }

    @Test
    void scalarsKeepTheirOrderAndAverageOverThoseThatHaveThem() {
        Scalars a = Scalars.of("z", 1).and("a", 2).and("z", 3);
        assertThat(a.values()).containsExactly(Map.entry("z", 3.0), Map.entry("a", 2.0));
        assertThat(Scalars.mean(List.of(a, Scalars.of("z", 5), Scalars.of("r1", 7)))
                        .values())
                .containsExactly(Map.entry("z", 4.0), Map.entry("a", 2.0), Map.entry("r1", 7.0));
        assertThatThrownBy(() -> a.get("b")).hasMessageContaining("[z, a]");
    }
}
