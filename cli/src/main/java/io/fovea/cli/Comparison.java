package io.fovea.cli;

import static io.fovea.report.HtmlPage.escape;

import java.util.List;

/**
 * Versions of one picture under a slider, with synced close-ups beneath: HTML for {@code demo.css} and {@code demo.js}.
 *
 * @param name what the picture shows, as text
 * @param width of the pictures on the page, in pixels; smaller versions are enlarged without smoothing
 * @param height of the pictures on the page, in pixels
 * @param focus the point that the close-ups show at first
 * @param left index of the version that is at first left of the slider
 * @param right index of the version that is at first right of it
 */
public record Comparison(String name, int width, int height, Point focus, List<Version> versions, int left, int right) {
    /**
     * A version.
     *
     * @param label its name, as text
     * @param file path relative to the page
     * @param figures a short line of figures, as text; may be empty
     */
    public record Version(String label, String file, String figures) {}

    /** A point of the picture, in shares of its width and height. */
    public record Point(double x, double y) {}

    public Comparison {
        versions = List.copyOf(versions);
    }

    /** The widget as HTML. */
    public String html() {
        StringBuilder html = new StringBuilder("""
                <figure class="compare" data-width="%d" data-height="%d" data-focus="%s %s">
                <div class="stage" tabindex="0" role="group" aria-label="%s; plus and minus zoom, arrows move" \
                style="aspect-ratio:%d/%d;--ratio:%.4f">
                <img class="under" alt="" draggable="false"><img class="over" alt="" draggable="false">
                <span class="name from"></span><span class="name to"></span>
                <div class="handle" role="slider" tabindex="0" aria-label="Divider" aria-valuemin="0" aria-valuemax="100" \
                aria-valuenow="50"><i></i></div>
                </div>
                <div class="controls">
                <label>Left %s</label><label>Right %s</label>
                <span class="zoom" role="group" aria-label="Zoom"><button type="button" data-zoom="out" aria-label="Zoom out">\
                &#8722;</button><output>1&#215;</output><button type="button" data-zoom="in" aria-label="Zoom in">+</button>\
                <button type="button" data-zoom="reset">Reset</button></span>
                </div>
                <div class="panes">
                """.formatted(
                        width,
                        height,
                        focus.x(),
                        focus.y(),
                        escape(name),
                        width,
                        height,
                        width / (double) height,
                        select("left", left),
                        select("right", right)));
        for (Version v : versions) {
            html.append("""
                    <div class="pane"><div class="close"><img src="%s" alt="%s" draggable="false"></div>\
                    <p><b>%s</b><small>%s</small></p></div>
                    """.formatted(
                            escape(v.file()), escape(name + ", " + v.label()), escape(v.label()), escape(v.figures())));
        }
        return html.append("</div>\n</figure>\n").toString();
    }

    private String select(String side, int chosen) {
        StringBuilder html =
                new StringBuilder("<select aria-label=\"Version on the " + side + "\" class=\"" + side + "\">");
        for (int i = 0; i < versions.size(); i++) {
            html.append("<option value=\"%d\"%s>%s</option>"
                    .formatted(
                            i,
                            i == chosen ? " selected" : "",
                            escape(versions.get(i).label())));
        }
        return html.append("</select>").toString();
    }
}
