package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

class DemoPageTest {
    /** The modifier key in events of the DevTools protocol. */
    private static final int CTRL = 2;

    @TempDir(cleanup = CleanupMode.NEVER)
    Path folder;

    @Test
    void sliderKeysAndZoomWorkWithoutErrorsOrNetwork() throws Exception {
        Chromium.require("the demo page is");
        Path page = folder.resolve("page");
        Cli demo = Cli.run("demo", "--output", page.toString());
        assertThat(demo.code()).as(demo.err()).isZero();
        try (Chromium browser = new Chromium(folder.resolve("profile"))) {
            browser.open(page.resolve("index.html"));
            assertThat(browser.eval("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
                            .asBoolean())
                    .isTrue();
            browser.eval("document.querySelector('.stage').scrollIntoView({block: 'center'})");
            double x = browser.eval("document.querySelector('.stage').getBoundingClientRect().x")
                    .asDouble();
            double w =
                    browser.eval("document.querySelector('.stage').clientWidth").asDouble();
            double y = browser.eval("innerHeight / 2").asDouble();
            browser.mouse("mousePressed", x + w / 2, y, Map.of("clickCount", 1));
            browser.mouse("mouseMoved", x + w / 4, y, Map.of("buttons", 1));
            browser.mouse("mouseReleased", x + w / 4, y, Map.of("clickCount", 1));
            assertThat(divider(browser)).isEqualTo(25);
            browser.key("ArrowRight");
            assertThat(divider(browser)).isEqualTo(27);
            browser.key("Home");
            assertThat(divider(browser)).isZero();
            browser.eval("document.querySelector('[data-zoom=in]').click()");
            assertThat(zoom(browser)).isEqualTo("1.5×");
            browser.mouse("mouseWheel", x + w / 2, y, Map.of("deltaX", 0, "deltaY", -300, "modifiers", CTRL));
            assertThat(zoom(browser)).isNotEqualTo("1.5×");
            String before = closeUp(browser);
            browser.mouse("mousePressed", x + w / 2, y, Map.of("clickCount", 1));
            browser.mouse("mouseMoved", x + w / 2 - 60, y, Map.of("buttons", 1));
            browser.mouse("mouseReleased", x + w / 2 - 60, y, Map.of("clickCount", 1));
            assertThat(divider(browser))
                    .as("dragging a zoomed picture moves it")
                    .isZero();
            assertThat(closeUp(browser)).as("the close-ups follow").isNotEqualTo(before);
            browser.eval("(s => { s.value = 0; s.dispatchEvent(new Event('change')); })"
                    + "(document.querySelector('select.left'))");
            assertThat(text(browser, ".from")).isEqualTo("Input");
            browser.eval("document.querySelector('button.theme').click()");
            assertThat(browser.eval("document.documentElement.dataset.theme").asText())
                    .isEqualTo("dark");
            assertThat(browser.complaints()).isEmpty();
        }
    }

    private static String zoom(Chromium browser) throws Exception {
        return text(browser, ".zoom output");
    }

    private static String closeUp(Chromium browser) throws Exception {
        return browser.eval("document.querySelector('.close img').style.transform")
                .asText();
    }

    private static String text(Chromium browser, String selector) throws Exception {
        return browser.eval("document.querySelector('" + selector + "').textContent")
                .asText();
    }

    private static int divider(Chromium browser) throws Exception {
        return browser.eval("+document.querySelector('.handle').getAttribute('aria-valuenow')")
                .asInt();
    }
}
