package io.fovea.report;

import static io.fovea.report.HtmlPage.escape;

import com.fasterxml.jackson.databind.JsonNode;
import io.fovea.AtomicFile;
import io.fovea.Figures;
import io.fovea.FoveaException;
import io.fovea.Json;
import io.fovea.image.Pictures;
import io.fovea.train.Event;
import io.fovea.train.Journal;
import io.fovea.train.RunFolder;
import io.fovea.train.Score;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The page on a run, made from its folder alone: where it stands, its samples to scrub through, curves of all figures, checkpoints, warnings,
 * configuration. It shows the sheets beside it and needs nothing else, so a copied or zipped run folder shows the same.
 */
public final class RunReport {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final int MOST_WARNINGS = 200;
    private static final double WIDE_RANGE = 30;

    private final RunFolder run;
    private final RunSummary summary;

    private RunReport(RunFolder run) {
        this.run = run;
        this.summary = RunSummary.of(Journal.read(run.journalFile()));
    }

    /**
     * Writes {@code report.html} into the run folder, over an earlier one; the run may be in training.
     *
     * @return the page
     */
    public static Path write(RunFolder run) {
        AtomicFile.write(run.reportFile(), new RunReport(run).page());
        return run.reportFile();
    }

    private String page() {
        return new HtmlPage(name() + " · " + summary.start().system(), "training run")
                .style(HtmlPage.resource("run.css"))
                .script(HtmlPage.resource("run.js"))
                .add(hero())
                .add(samples())
                .add(curves("Scores", scorePlots()))
                .add(curves("Training", scalarPlots()))
                .add(checkpoints())
                .add(warnings())
                .add(history())
                .add(configuration())
                .footer("<p>As of %s, from <code>config.json</code> and <code>journal.jsonl</code> of this run.</p>"
                        .formatted(TIME.format(summary.lastChange())))
                .render();
    }

    private String name() {
        return String.valueOf(run.path().toAbsolutePath().normalize().getFileName());
    }

    // ---- where it stands

    private String hero() {
        double share = summary.steps() == 0 ? 1 : Math.min(1, (double) summary.step() / summary.steps());
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put(
                "Steps",
                Figures.whole(summary.step()) + "<small>of " + Figures.whole(summary.steps()) + ", "
                        + Figures.percent(share) + "</small>");
        facts.put("Trained", Figures.time(summary.trained()) + "<small>" + timeLeft() + "</small>");
        if (summary.stepsPerSecond() > 0) {
            String waited = Double.isNaN(summary.waited())
                    ? ""
                    : "<small>waited for data " + Figures.percent(summary.waited()) + "</small>";
            facts.put("Steps per second", Figures.number(summary.stepsPerSecond()) + waited);
        }
        summary.best().ifPresent(best -> {
            Score first = best.scores().first();
            facts.put(
                    "Best " + escape(first.name()),
                    Figures.number(first.value()) + "<small>at step " + Figures.whole(best.step()) + "</small>");
        });
        String shown = facts.entrySet().stream()
                .map(fact -> "<div><dt>" + fact.getKey() + "</dt><dd>" + fact.getValue() + "</dd></div>")
                .collect(Collectors.joining("\n"));
        return """
                <div class="hero">
                <p class="eyebrow"><b>%s</b> %s</p>
                <h1>%s</h1>
                <p class="when">%s</p>
                <div class="bar"><i style="width:%s%%"></i></div>
                <dl class="facts">
                %s
                </dl>
                %s
                </div>
                """.formatted(
                        escape(summary.start().system()),
                        state(),
                        escape(name()),
                        when(),
                        Svg.length(share * 100),
                        shown,
                        endNote());
    }

    private String state() {
        Event.End end = summary.end();
        if (end == null) {
            return run.inTraining()
                    ? "<span class=\"tag\">running</span>"
                    : "<span class=\"tag warm\">broken off</span>";
        }
        return switch (end.reason()) {
            case FINISHED -> "<span class=\"tag\">finished</span>";
            case INTERRUPTED -> "<span class=\"tag warm\">interrupted</span>";
            case FAILED -> "<span class=\"tag bad\">failed</span>";
        };
    }

    private String when() {
        String begun = "Begun " + TIME.format(summary.start().time());
        Event.End end = summary.end();
        return end == null ? begun : begun + ", ended " + TIME.format(end.time());
    }

    private String timeLeft() {
        if (summary.end() != null || !run.inTraining() || summary.stepsPerSecond() == 0) {
            return summary.sessions().size() == 1
                    ? "in one go"
                    : "in " + summary.sessions().size() + " sessions";
        }
        long seconds = (long) ((summary.steps() - summary.step()) / summary.stepsPerSecond());
        return "about " + Figures.time(Duration.ofSeconds(seconds)) + " left";
    }

    private String endNote() {
        Event.End end = summary.end();
        if (end == null && !run.inTraining()) {
            return "<p class=\"note\">The training process ended without saying why, so it was killed or the machine went down. "
                    + "<code>resume</code> goes on from the newest checkpoint.</p>";
        }
        if (end == null || end.message().isEmpty()) {
            return "";
        }
        String kind = end.reason() == Event.Reason.FAILED ? "note bad" : "note";
        return "<p class=\"" + kind + "\">" + escape(end.message()) + "</p>";
    }

    // ---- samples

    private record Sheet(long step, String file, String after, int width, int height) {}

    private String samples() {
        List<Sheet> sheets = new ArrayList<>();
        for (Event.Sample sample : summary.all(Event.Sample.class)) {
            Path file = run.path().resolve(sample.file());
            if (Files.isRegularFile(file)) {
                Pictures.Header header = Pictures.header(file);
                String after = Figures.time(summary.trainedUntil(sample.time()));
                sheets.add(new Sheet(sample.step(), sample.file(), after, header.width(), header.height()));
            }
        }
        if (sheets.isEmpty()) {
            return "";
        }
        Sheet last = sheets.get(sheets.size() - 1);
        return """
                <section>
                <h2>Samples</h2>
                <div class="stage"><div class="sheet"><img src="%s" width="%d" height="%d" alt="Samples after step %d"></div></div>
                <div class="scrub" hidden>
                <div class="buttons">
                <button type="button" aria-label="Earlier sheet">%s</button>
                <button type="button" aria-label="Play" aria-pressed="false">%s</button>
                <button type="button" aria-label="Later sheet">%s</button>
                <button type="button" aria-label="Actual pixels" aria-pressed="false">%s</button>
                </div>
                <input type="range" min="0" aria-label="Step">
                <output></output>
                </div>
                <script type="application/json" id="sheets">%s</script>
                </section>
                """.formatted(
                        escape(last.file),
                        last.width,
                        last.height,
                        last.step,
                        icon("M10 3 5 8l5 5"),
                        icon("M5 3.2v9.6L12.5 8z"),
                        icon("m6 3 5 5-5 5"),
                        icon("M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10"),
                        Json.writeLine(sheets).replace("<", "\\u003c"));
    }

    private static String icon(String path) {
        return "<svg viewBox=\"0 0 16 16\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.6\" stroke-linecap=\"round\""
                + " stroke-linejoin=\"round\" aria-hidden=\"true\"><path d=\"" + path + "\"/></svg>";
    }

    // ---- curves

    private static String curves(String heading, List<Plot> plots) {
        if (plots.isEmpty()) {
            return "";
        }
        return "<section>\n<h2>" + heading + "</h2>\n<div class=\"plots\">\n"
                + plots.stream()
                        .map(plot -> "<figure>" + plot.svg() + "</figure>\n")
                        .collect(Collectors.joining())
                + "</div>\n</section>\n";
    }

    private List<Plot> scorePlots() {
        Map<String, List<Plot.Point>> curves = new LinkedHashMap<>();
        Map<String, Score> examples = new LinkedHashMap<>();
        for (Event.Evaluate evaluation : summary.all(Event.Evaluate.class)) {
            for (Score score : evaluation.scores().list()) {
                curves.computeIfAbsent(score.name(), name -> new ArrayList<>())
                        .add(new Plot.Point(evaluation.step(), score.value()));
                examples.put(score.name(), score);
            }
        }
        String first = summary.best().map(best -> best.scores().first().name()).orElse("");
        List<Plot> plots = new ArrayList<>();
        curves.forEach((name, points) -> {
            Plot.Point best = name.equals(first) ? bestPoint() : null;
            boolean higher = examples.get(name) != null && examples.get(name).better() == Score.Better.HIGHER;
            List<Plot.Series> series = List.of(new Plot.Series(name, points));
            plots.add(new Plot(name + (higher ? " \u2191" : " \u2193"), "step", false, series, best));
        });
        return plots;
    }

    private Plot.@Nullable Point bestPoint() {
        return summary.best()
                .map(best -> new Plot.Point(best.step(), best.scores().first().value()))
                .orElse(null);
    }

    /** Scalars whose names share the part before a slash are one plot. */
    private List<Plot> scalarPlots() {
        Map<String, Map<String, List<Plot.Point>>> groups = new LinkedHashMap<>();
        for (Event.Step step : summary.all(Event.Step.class)) {
            step.scalars().values().forEach((name, value) -> {
                int slash = name.indexOf('/');
                groups.computeIfAbsent(slash < 0 ? name : name.substring(0, slash), g -> new LinkedHashMap<>())
                        .computeIfAbsent(name.substring(slash + 1), s -> new ArrayList<>())
                        .add(new Plot.Point(step.step(), value));
            });
        }
        List<Plot> plots = new ArrayList<>();
        groups.forEach((title, curves) -> {
            List<Plot.Series> series = curves.entrySet().stream()
                    .map(curve -> new Plot.Series(curve.getKey(), curve.getValue()))
                    .toList();
            plots.add(new Plot(title, "step", spansDecades(series), series, null));
        });
        return plots;
    }

    /** Whether the values, all positive, range so widely that only a logarithmic axis shows the small ones. */
    private static boolean spansDecades(List<Plot.Series> series) {
        double[] values = series.stream()
                .flatMap(each -> each.points().stream())
                .mapToDouble(Plot.Point::y)
                .filter(Double::isFinite)
                .sorted()
                .toArray();
        if (values.length == 0 || values[0] <= 0) {
            return false;
        }
        int hundredth = values.length / 100;
        return values[values.length - 1 - hundredth] > WIDE_RANGE * values[hundredth];
    }

    // ---- tables

    private String checkpoints() {
        List<RunFolder.Checkpoint> kept = run.checkpoints();
        if (kept.isEmpty()) {
            return "";
        }
        Map<Long, Event.Evaluate> scores = summary.all(Event.Evaluate.class).stream()
                .collect(Collectors.toMap(Event.Evaluate::step, Function.identity(), (a, b) -> b));
        Map<Long, Instant> times = summary.all(Event.Checkpoint.class).stream()
                .collect(Collectors.toMap(Event.Checkpoint::step, Event.Checkpoint::time, (a, b) -> b));
        OptionalLong best =
                summary.best().stream().mapToLong(Event.Evaluate::step).findFirst();
        String rows = kept.stream()
                .map(checkpoint -> row(
                        checkpoint,
                        best.isPresent() && best.getAsLong() == checkpoint.step(),
                        scores.get(checkpoint.step()),
                        times.get(checkpoint.step())))
                .collect(Collectors.joining());
        return """
                <section>
                <h2>Checkpoints</h2>
                <div class="scroll"><table>
                <thead><tr><th>File</th><th></th><th class="right">Size</th><th>Saved</th><th class="wide">Scores</th></tr></thead>
                <tbody>
                %s</tbody>
                </table></div>
                </section>
                """.formatted(rows);
    }

    private String row(
            RunFolder.Checkpoint checkpoint, boolean best, Event.@Nullable Evaluate scores, @Nullable Instant time) {
        String file = run.relative(checkpoint.file());
        String figures = scores == null
                ? ""
                : scores.scores().list().stream()
                        .map(score -> escape(score.name()) + " " + Figures.number(score.value()))
                        .collect(Collectors.joining(", "));
        return "<tr><td><a class=\"mono\" href=\"%s\">%s</a></td><td>%s</td><td class=\"right\">%s</td><td>%s</td><td class=\"wide\">%s</td></tr>\n"
                .formatted(
                        file,
                        checkpoint.file().getFileName(),
                        best ? "<span class=\"tag\">best</span>" : "",
                        megabytes(checkpoint.file()),
                        time == null ? "" : TIME.format(time),
                        figures);
    }

    private static String megabytes(Path file) {
        try {
            return Figures.number(Math.round(Files.size(file) / 1e5) / 10.0) + " MB";
        } catch (IOException e) {
            throw FoveaException.cannotRead(file, e);
        }
    }

    private String warnings() {
        List<Event.Warning> warnings = summary.all(Event.Warning.class);
        if (warnings.isEmpty()) {
            return "";
        }
        List<Event.Warning> shown = warnings.subList(Math.max(0, warnings.size() - MOST_WARNINGS), warnings.size());
        String rows = shown.stream()
                .map(warning -> "<tr><td class=\"right\">%s</td><td>%s</td><td class=\"wide\">%s</td></tr>\n"
                        .formatted(
                                Figures.whole(warning.step()), TIME.format(warning.time()), escape(warning.message())))
                .collect(Collectors.joining());
        String left = shown.size() == warnings.size()
                ? ""
                : "<p class=\"muted\">The last " + shown.size() + " of " + Figures.whole(warnings.size())
                        + "; all are in the journal.</p>";
        return "<section>\n<h2>Warnings</h2>\n<div class=\"scroll\"><table>\n"
                + "<thead><tr><th class=\"right\">Step</th><th>Time</th><th class=\"wide\">Message</th></tr></thead>\n<tbody>\n"
                + rows + "</tbody>\n</table></div>\n" + left + "</section>\n";
    }

    private String history() {
        String rows = summary.sessions().stream()
                .map(session ->
                        "<tr><td class=\"right\">%s</td><td class=\"right\">%s</td><td>%s</td><td>%s</td><td class=\"wide\">%s</td></tr>\n"
                                .formatted(
                                        Figures.whole(session.firstStep()),
                                        Figures.whole(session.lastStep()),
                                        TIME.format(session.from()),
                                        Figures.time(session.length()),
                                        session.lostBefore() == 0
                                                ? ""
                                                : Figures.whole(session.lostBefore())
                                                        + " steps after the checkpoint done again"))
                .collect(Collectors.joining());
        String facts = summary.start().facts().entrySet().stream()
                .map(fact ->
                        "<div><dt>" + escape(fact.getKey()) + "</dt><dd>" + escape(fact.getValue()) + "</dd></div>")
                .collect(Collectors.joining("\n"));
        return """
                <section>
                <h2>Sessions</h2>
                <div class="scroll"><table>
                <thead><tr><th class="right">From step</th><th class="right">To step</th><th>Begun</th><th>Lasted</th><th class="wide"></th></tr></thead>
                <tbody>
                %s</tbody>
                </table></div>
                <dl class="config">
                %s
                </dl>
                </section>
                """.formatted(rows, facts);
    }

    // ---- configuration

    private String configuration() {
        String text = readConfig();
        Map<String, String> leaves = new LinkedHashMap<>();
        addLeaves("", Json.tree(text, run.configFile().toString()), leaves);
        String shown = leaves.entrySet().stream()
                .map(leaf -> "<div><dt class=\"mono\">" + escape(leaf.getKey()) + "</dt><dd class=\"mono\">"
                        + escape(leaf.getValue()) + "</dd></div>")
                .collect(Collectors.joining("\n"));
        return """
                <section>
                <details>
                <summary><h2>Configuration</h2></summary>
                <dl class="config">
                %s
                </dl>
                </details>
                </section>
                """.formatted(shown);
    }

    private String readConfig() {
        try {
            return Files.readString(run.configFile());
        } catch (IOException e) {
            throw FoveaException.cannotRead(run.configFile(), e);
        }
    }

    /** Every leaf by its path, as {@code --set} takes it; a list of plain values is one leaf. */
    private static void addLeaves(String path, JsonNode node, Map<String, String> leaves) {
        if (node.isObject() && !node.isEmpty()) {
            node.properties()
                    .forEach(child -> addLeaves(
                            path.isEmpty() ? child.getKey() : path + "." + child.getKey(), child.getValue(), leaves));
        } else {
            leaves.put(path, node.isTextual() ? node.asText() : node.toString());
        }
    }
}
