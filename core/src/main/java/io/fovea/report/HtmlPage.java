package io.fovea.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The frame of every page that Fovea writes: type, colours, header and footer in light and dark, for wide and narrow windows. A page is one
 * file that loads nothing but pictures beside it; its own security policy forbids the rest.
 *
 * <p>Content is HTML in sections ({@code <section><h2>...</h2>...</section>}); classes that all pages share are in {@code page.css}.
 */
public final class HtmlPage {
    private final String title;
    private final String kind;
    private final StringBuilder styles = new StringBuilder(resource("page.css") + resource("plot.css"));
    private final StringBuilder scripts = new StringBuilder(resource("page.js"));
    private final StringBuilder body = new StringBuilder();
    private String footer = "";

    /**
     * @param title of the page, as text
     * @param kind what sort of page it is, as text, for instance {@code training run}; stands in the header
     */
    public HtmlPage(String title, String kind) {
        this.title = title;
        this.kind = kind;
    }

    /** CSS of this page alone. */
    public HtmlPage style(String css) {
        styles.append(css);
        return this;
    }

    /** A script of this page alone; it runs when the page is there. */
    public HtmlPage script(String javascript) {
        scripts.append(javascript);
        return this;
    }

    /** Adds HTML to the page's main part. */
    public HtmlPage add(String html) {
        body.append(html).append('\n');
        return this;
    }

    /** HTML for the footer, say where the page's figures come from. */
    public HtmlPage footer(String html) {
        footer = html;
        return this;
    }

    /** The whole page. */
    public String render() {
        return """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self' file: data: blob:; \
                style-src 'unsafe-inline'; script-src 'unsafe-inline'">
                <title>%s</title>
                <style>
                %s</style>
                </head>
                <body>
                <header class="site">
                <span class="brand">%s<span>Fovea</span></span>
                <span class="kind">%s</span>
                <button class="theme" type="button" hidden aria-label="Light or dark">%s</button>
                </header>
                <main>
                %s</main>
                <footer class="site">%s</footer>
                <script>
                %s</script>
                </body>
                </html>
                """.formatted(
                        escape(title),
                        styles,
                        resource("mark.svg").strip(),
                        escape(kind),
                        resource("theme.svg").strip(),
                        body,
                        footer,
                        scripts);
    }

    /** Text as it must stand in HTML and SVG, in content and in quoted attributes. */
    public static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    static String resource(String name) {
        try (InputStream in = HtmlPage.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("The resource " + name + " is missing in Fovea's jar.");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
