package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.fovea.autoencoder.MapData;
import io.fovea.autoencoder.MapPage;
import io.fovea.autoencoder.PageLayer;
import io.fovea.torch.F;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The interactive map in a real browser. */
class MapPageTest {
    private static final int ALT = 1;
    private static final int SHIFT = 8;
    private static final String HOSTILE = "<img src=x onerror=\"window.broken=1\"></script>";

    @TempDir(cleanup = CleanupMode.NEVER)
    static Path folder;

    private static MapData data;
    private static Path page;
    private static Chromium browser;

    @BeforeAll
    static void openBrowser() throws Exception {
        Chromium.require("the map page is");
        data = flowers();
        page = folder.resolve("map.html");
        MapPage.write(data, page, true);
        browser = new Chromium(folder.resolve("profile"), "--enable-unsafe-swiftshader");
        browser.send(
                "Browser.setDownloadBehavior",
                Map.of(
                        "behavior",
                        "allow",
                        "downloadPath",
                        folder.resolve("down").toString()));
    }

    @AfterAll
    static void closeBrowser() throws Exception {
        if (browser != null) {
            browser.close();
        }
    }

    @AfterEach
    void noErrors() {
        assertThat(browser.complaints()).isEmpty();
    }

    /** Three clusters in four columns, with a name and a note that must not be taken for HTML or a formula. */
    private static MapData flowers() {
        Random random = new Random(5);
        double[][] x = new double[150][4];
        String[] label = new String[x.length];
        String[] note = new String[x.length];
        String[] names = new String[x.length];
        for (int i = 0; i < x.length; i++) {
            int k = i % 3;
            for (int j = 0; j < 4; j++) {
                x[i][j] = Math.rint(100 * (10 + 4 * Math.sin(1 + k * (j + 2)) + random.nextGaussian())) / 100;
            }
            label[i] = List.of("Ada", "Bea", "Cid & Co").get(k);
            note[i] = i == 7 ? "=1+1" : i == 8 ? "said \"no\", left" : "plain";
            names[i] = i == 0 ? HOSTILE : "flower " + i;
        }
        MapData map =
                MapSample.of("Flowers " + HOSTILE, List.of("length", "width", "depth", "mass"), x, label, null, 40);
        MapData.Rows rows = java.util.Objects.requireNonNull(map.rows());
        List<MapData.Column> columns = new ArrayList<>(rows.columns());
        columns.add(new MapData.Column.Texts("note", note));
        return new MapData(
                map.title(),
                map.points(),
                map.pca(),
                new MapData.Rows(columns, "label", names),
                map.scores(),
                null,
                map.model(),
                map.measures(),
                map.remarks());
    }

    private static void open(String hash) throws Exception {
        open(page, hash);
    }

    private static void open(Path file, String hash) throws Exception {
        browser.send("Page.navigate", Map.of("url", "about:blank"));
        browser.await("location.protocol === 'about:'");
        browser.send("Page.navigate", Map.of("url", file.toUri() + hash));
        browser.await("window.foveaMap && document.readyState === 'complete'");
    }

    private static String text(String selector) throws Exception {
        return browser.eval("document.querySelector('" + selector + "').textContent")
                .asText();
    }

    private static double number(String javascript) throws Exception {
        return browser.eval(javascript).asDouble();
    }

    private static double[] pixel(int row, int pane) throws Exception {
        JsonNode at = browser.eval("foveaMap.pixel(" + row + "," + pane + ")");
        return new double[] {at.get(0).asDouble(), at.get(1).asDouble()};
    }

    private static void press(String text) throws Exception {
        browser.eval("[...document.querySelectorAll('button')].find(b => b.textContent === '" + text + "').click()");
    }

    /** A lasso around all rows of one class, as a rectangle on the screen. */
    private static void lasso(int k) throws Exception {
        double[] box = {1e9, 1e9, -1e9, -1e9};
        for (int i = k; i < data.size(); i += 3) {
            double[] at = pixel(i, 0);
            box[0] = Math.min(box[0], at[0] - 3);
            box[1] = Math.min(box[1], at[1] - 3);
            box[2] = Math.max(box[2], at[0] + 3);
            box[3] = Math.max(box[3], at[1] + 3);
        }
        browser.drag(SHIFT, box[0], box[1], box[2], box[1], box[2], box[3], box[0], box[3], box[0], box[1]);
    }

    @Test
    void dragAndWheelAndKeysMoveTheMapWithEqualAxes() throws Exception {
        open("");
        double[] a = pixel(0, 0);
        double[] b = pixel(1, 0);
        float[] p = data.points();
        assertThat((b[0] - a[0]) / (p[2] - p[0]))
                .as("pixels per unit across and up")
                .isCloseTo((b[1] - a[1]) / (p[1] - p[3]), within(.01 * Math.abs((b[0] - a[0]) / (p[2] - p[0]))));
        browser.drag(0, 300, 300, 320, 310, 350, 340);
        assertThat(pixel(0, 0)).containsExactly(new double[] {a[0] + 50, a[1] + 40}, within(.1));
        browser.mouse("mouseWheel", a[0] + 50, a[1] + 40, Map.of("deltaX", 0, "deltaY", -300));
        browser.await("foveaMap.view().zoom > 1.5");
        assertThat(pixel(0, 0))
                .as("the wheel keeps the place under the pointer")
                .containsExactly(new double[] {a[0] + 50, a[1] + 40}, within(1.5));
        browser.key("0");
        assertThat(number("foveaMap.view().zoom")).isEqualTo(1);
        assertThat(pixel(0, 0)).containsExactly(a, within(.1));
        browser.key("ArrowRight");
        assertThat(pixel(0, 0)[0]).isCloseTo(a[0] - 60, within(.1));
        browser.key("+");
        assertThat(number("foveaMap.view().zoom")).isEqualTo(1.4);
        browser.key("n");
        browser.await("document.querySelector('#said').textContent.startsWith('<img')");
        assertThat(text("#said")).contains("length", "trust");
        browser.key("Enter");
        assertThat(text("#place")).startsWith(HOSTILE);
        browser.key("s");
        assertThat(number("foveaMap.selected().length")).isPositive();
        browser.key("Escape");
        assertThat(number("foveaMap.selected().length")).isZero();
        browser.key("2");
        assertThat(number("document.querySelectorAll('.pane').length")).isEqualTo(2);
    }

    @Test
    void lassoTellsWhatDistinguishesAndExports() throws Exception {
        open("");
        lasso(1);
        List<Integer> chosen = new ArrayList<>();
        browser.eval("foveaMap.selected()").forEach(i -> chosen.add(i.asInt()));
        assertThat(chosen).contains(1, 4, 148).hasSizeGreaterThanOrEqualTo(50).hasSizeLessThan(150);
        assertThat(text("#selection")).contains("label = Bea", "SMD", "AUC");
        assertThat(text("#legend")).contains("50 / 50");
        browser.eval("document.querySelector('#query').value = 'row'");
        lasso(1);
        browser.drag(
                SHIFT,
                pixel(0, 0)[0] - 4,
                pixel(0, 0)[1] - 4,
                pixel(0, 0)[0] + 4,
                pixel(0, 0)[1] - 4,
                pixel(0, 0)[0] + 4,
                pixel(0, 0)[1] + 4);
        press("Export CSV");
        Path file = folder.resolve("down").resolve("flowers-img-src-x-onerror-window-broken-1-script-selection.csv");
        for (int i = 0; i < 100 && !Files.exists(file); i++) {
            Thread.sleep(50);
        }
        String csv = Files.readString(file);
        assertThat(csv).startsWith("row,name,length,width,depth,mass,label,note,map1,map2,trust,continuity,error\r\n");
        assertThat(csv.lines()).hasSizeGreaterThan(50);
        assertThat(csv).contains("5,flower 4,").contains("'=1+1").doesNotContain(",=1+1");
        press("Isolate");
        browser.await("document.querySelector('#selection').textContent.includes('Show all rows')");
        press("Clear");
        assertThat(number("foveaMap.selected().length")).isZero();
    }

    @Test
    void clickDecodesAndAPathShowsWhatLiesAlongIt() throws Exception {
        open("");
        double[] at = pixel(3, 0);
        browser.drag(0, at[0], at[1], at[0], at[1]);
        assertThat(text("#place")).startsWith("flower 3").contains("decoded", "this row", "length");
        browser.drag(0, 60, 300, 60, 300);
        assertThat(text("#place")).startsWith("Decoded place").contains("nearest row");
        browser.drag(ALT, 200, 600, 300, 500, 500, 300);
        assertThat(browser.eval("document.querySelector('#path-section').hidden")
                        .asBoolean())
                .isFalse();
        assertThat(number("document.querySelectorAll('#path .spark').length")).isEqualTo(4);
        press("Lattice");
        browser.await("(c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(v => v > 0))"
                + "(document.querySelector('.behind'))");
        press("Arrows");
        press("Labels");
        browser.eval("document.querySelector('#place input').value = 'look here'");
        press("Pin");
        browser.await("location.hash.includes('look')");
    }

    @Test
    void slopesOfTheDecoderAreItsDifferences() throws Exception {
        open("");
        JsonNode slope = browser.eval("foveaMap.gradients([.3, -.2])");
        JsonNode before = browser.eval("foveaMap.decode([.3 - 1e-2, -.2])");
        JsonNode after = browser.eval("foveaMap.decode([.3 + 1e-2, -.2])");
        List<String> names = List.of("length", "width", "depth", "mass");
        MapData.Model model = java.util.Objects.requireNonNull(data.model());
        for (JsonNode each : slope) {
            int j = names.indexOf(each.get(0).asText());
            double scale = ((MapData.Feature.Numeric) model.features().get(j)).scale();
            double difference = (after.get(j).asDouble() - before.get(j).asDouble()) / 2e-2 / scale;
            assertThat(each.get(1).asDouble()).isCloseTo(difference, within(2e-3));
        }
    }

    @Test
    void layersAgreeWithTorch() throws Exception {
        Random random = new Random(9);
        float[] first = floats(random, 3 * 2 * 9);
        float[] second = floats(random, 3 * 2 * 9);
        float[] third = floats(random, 4 * 98);
        List<PageLayer> layers = List.of(
                new PageLayer.Linear(2, 2 * 49, floats(random, 2 * 2 * 49), floats(random, 98)),
                new PageLayer.Activation(PageLayer.Function.ELU),
                new PageLayer.Conv(2, 3, 3, 2, 1, new PageLayer.Size(7, 7), first, floats(random, 3)),
                new PageLayer.Activation(PageLayer.Function.GELU),
                new PageLayer.ConvTranspose(3, 2, 3, 2, 1, 0, new PageLayer.Size(4, 4), second, floats(random, 2)),
                new PageLayer.Activation(PageLayer.Function.RELU),
                new PageLayer.Linear(98, 4, third, floats(random, 4)),
                new PageLayer.Activation(PageLayer.Function.SIGMOID));
        List<MapData.Feature> features = IntStream.range(0, 4)
                .mapToObj(j -> (MapData.Feature) new MapData.Feature.Numeric("c" + j, j, false, 0, 1, Double.NaN))
                .toList();
        MapData.Model model = new MapData.Model(List.of(), layers, List.of(), features, Double.NaN, null);
        Path file = folder.resolve("layers.html");
        MapPage.write(
                new MapData("Layers", new float[] {0, 0, 1, 1}, null, null, null, null, model, List.of(), List.of()),
                file,
                true);
        open(file, "");
        JsonNode values = browser.eval("foveaMap.decode([.4, -.7])");
        float[] expected = torch(layers, new float[] {.4f, -.7f});
        for (int j = 0; j < 4; j++) {
            assertThat(values.get(j).asDouble()).isCloseTo(expected[j], within(1e-5));
        }
    }

    @Test
    void logarithmsLevelsAndMissingValuesAreEncodedAsInTheTable() throws Exception {
        List<MapData.Feature> features = List.of(
                new MapData.Feature.Numeric("income", 0, true, 2, 4, 100),
                new MapData.Feature.Levels("island", 1, List.of("Dream", "Biscoe"), "Biscoe"));
        PageLayer sum = new PageLayer.Linear(3, 2, new float[] {1, 10, 20, 0, 1, -1}, new float[2]);
        PageLayer back = new PageLayer.Linear(2, 3, new float[] {1, 0, 0, 1, 0, -1}, new float[3]);
        MapData.Model model = new MapData.Model(List.of(sum), List.of(back), List.of(), features, Double.NaN, null);
        Path file = folder.resolve("levels.html");
        MapPage.write(
                new MapData("Levels", new float[] {0, 0, 1, 1}, null, null, null, null, model, List.of(), List.of()),
                file,
                true);
        open(file, "");
        JsonNode known = browser.eval("foveaMap.encode({income: '20', island: 'Dream'}).place");
        assertThat(known.get(0).asDouble()).isCloseTo((Math.log(21) - 2) / 4 + 10, within(1e-5));
        assertThat(known.get(1).asDouble()).isEqualTo(1);
        JsonNode filled = browser.eval("foveaMap.encode({income: 'NA', island: ''}).place");
        assertThat(filled.get(0).asDouble()).isCloseTo((Math.log(101) - 2) / 4 + 20, within(1e-5));
        JsonNode unseen = browser.eval("foveaMap.encode({income: '20', island: 'Mars'}).place");
        assertThat(unseen.get(0).asDouble()).isCloseTo((Math.log(21) - 2) / 4, within(1e-5));
        assertThat(number("foveaMap.decode([.5, .2])[0]")).isCloseTo(Math.exp(4) - 1, within(1e-3));
    }

    private static float[] floats(Random random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian() / 2;
        }
        return values;
    }

    private static float[] torch(List<PageLayer> layers, float[] input) {
        try (Scope scope = Scope.open()) {
            Tensor x = Tensor.of(input, 1, input.length);
            for (PageLayer layer : layers) {
                if (layer instanceof PageLayer.Linear l) {
                    x = F.linear(
                            F.reshape(x, 1, l.in()),
                            Tensor.of(l.weight(), l.out(), l.in()),
                            Tensor.of(l.bias(), l.out()));
                } else if (layer instanceof PageLayer.Conv c) {
                    Tensor picture =
                            F.reshape(x, 1, c.in(), c.size().height(), c.size().width());
                    Tensor weight = Tensor.of(c.weight(), c.out(), c.in(), c.kernel(), c.kernel());
                    x = F.conv2d(picture, weight, Tensor.of(c.bias(), c.out()), c.stride(), c.padding(), 1, 1);
                } else if (layer instanceof PageLayer.ConvTranspose c) {
                    Tensor picture =
                            F.reshape(x, 1, c.in(), c.size().height(), c.size().width());
                    Tensor weight = Tensor.of(c.weight(), c.in(), c.out(), c.kernel(), c.kernel());
                    x = F.convTranspose2d(
                            picture,
                            weight,
                            Tensor.of(c.bias(), c.out()),
                            c.stride(),
                            c.padding(),
                            c.outputPadding(),
                            1);
                } else {
                    x = switch (((PageLayer.Activation) layer).function()) {
                        case RELU -> F.relu(x);
                        case TANH -> F.tanh(x);
                        case SIGMOID -> F.sigmoid(x);
                        case ELU -> F.elu(x);
                        case GELU -> F.gelu(x);
                    };
                }
            }
            return x.toFloats();
        }
    }

    @Test
    void pointsTravelToPcaAndSelectionIsLinked() throws Exception {
        open("");
        lasso(2);
        assertThat(number("document.documentElement.scrollHeight - innerHeight"))
                .as("what a selection adds stays in the panel")
                .isLessThanOrEqualTo(0);
        double selected = number("foveaMap.selected().length");
        browser.eval(
                "window.seen = []; (function watch() { seen.push(foveaMap.view().morph); requestAnimationFrame(watch); })()");
        press("PCA");
        browser.await("foveaMap.view().morph === 1");
        assertThat(browser.eval("seen.some(t => t > 0 && t < 1)").asBoolean()).isTrue();
        press("Both");
        browser.await("foveaMap.view().morph === 0 && document.querySelectorAll('.pane:not([hidden])').length === 2");
        assertThat(number("foveaMap.selected().length")).isEqualTo(selected);
        double[] there = pixel(7, 1);
        assertThat(there[0]).isGreaterThan(pixel(7, 0)[0]);
        browser.mouse("mouseMoved", there[0], there[1], Map.of());
        assertThat(text(".pane:nth-child(2) .tip")).contains("flower");
        press("Clear");
        browser.drag(
                SHIFT,
                there[0] - 5,
                there[1] - 5,
                there[0] + 5,
                there[1] - 5,
                there[0] + 5,
                there[1] + 5,
                there[0] - 5,
                there[1] + 5);
        assertThat(browser.eval("foveaMap.selected().includes(7)").asBoolean()).isTrue();
    }

    @Test
    void droppedRowsArePlacedAndStrangersFlagged() throws Exception {
        open("");
        MapData.Rows rows = java.util.Objects.requireNonNull(data.rows());
        StringBuilder csv = new StringBuilder("mass;id;length;width;depth\n");
        double[] values = new double[4];
        for (int j = 0; j < 4; j++) {
            values[j] = ((MapData.Column.Numbers) rows.columns().get(j)).values()[5];
        }
        csv.append(values[3]).append(";same as 5;").append(values[0]).append(';');
        csv.append(values[1])
                .append(';')
                .append(String.valueOf(values[2]).replace('.', ','))
                .append('\n');
        csv.append("900;stranger;-70;5;5\n;gap;1;2;3\nx;word;1;2;3\n");
        Path file = folder.resolve("new.csv");
        Files.writeString(file, csv);
        browser.drop(file, 400, 400);
        browser.await("document.querySelector('#fresh').textContent.includes('placed, 1 flagged')");
        assertThat(text("#fresh"))
                .contains(
                        "2 rows of new.csv", "same as 5", "does not fit", "mass is missing", "mass is not a number: x");
        JsonNode again = browser.eval("foveaMap.encode({length: %s, width: %s, depth: %s, mass: %s})"
                .formatted(values[0], values[1], values[2], values[3]));
        assertThat(again.path("place").get(0).asDouble()).isCloseTo(data.points()[10], within(1e-4));
        assertThat(again.path("place").get(1).asDouble()).isCloseTo(data.points()[11], within(1e-4));
        assertThat(again.path("flagged").asBoolean()).isFalse();
        Files.writeString(file, "length,breadth\n1,2\n");
        browser.drop(file, 400, 400);
        browser.await("document.querySelector('#fresh').textContent.includes('lacks 3 columns: width, depth, mass')");
        assertThat(text("#fresh")).contains("It has: length, breadth");
    }

    @Test
    void hoverShowsTheRowAndItsFalseNeighbours() throws Exception {
        open("#c=~trust");
        double[] at = pixel(4, 0);
        browser.mouse("mouseMoved", at[0], at[1], Map.of());
        browser.await("!document.querySelector('.tip').hidden");
        assertThat(text(".tip")).contains("flower", "length", "trust", "true neighbours shown");
        assertThat(text("#legend")).contains("strangers");
    }

    @Test
    void searchFindsTextPatternsAndComparisons() throws Exception {
        open("");
        for (String[] each : new String[][] {
            {"flower 14", "11 rows"},
            {"/^flower 14$/", "1 row found"},
            {"label = Ada", "50 rows"},
            {"note = plain", "148 rows"},
            {"/(/", "Not a pattern"}
        }) {
            browser.eval(
                    "(q => { q.value = '%s'; q.dispatchEvent(new Event('input')); })(document.querySelector('#query'))"
                            .formatted(each[0]));
            browser.await("document.querySelector('#found').textContent.includes('" + each[1] + "')");
        }
    }

    @Test
    void theAddressBringsTheViewBack() throws Exception {
        open("");
        lasso(0);
        press("Both");
        press("Lattice");
        browser.eval(
                "(c => { c.value = 'mass'; c.dispatchEvent(new Event('change')); })(document.querySelector('#colour'))");
        browser.eval("foveaMap.zoom(2, .1, .2)");
        browser.eval("document.querySelector('.pane').focus()");
        browser.key("ArrowLeft");
        browser.await("location.hash.includes('c=mass') && location.hash.includes('m=')");
        String hash = browser.eval("location.hash").asText();
        String told =
                "JSON.stringify([foveaMap.selected(), foveaMap.view().zoom, document.querySelector('#colour').value,"
                        + " document.querySelectorAll('.pane').length, document.querySelector('#toggles [aria-pressed=true]').textContent])";
        String before = browser.eval(told).asText();
        open(hash);
        assertThat(browser.eval(told).asText()).isEqualTo(before);
        open("#s=m1,2~r999999~pNaN,1,2,3,4,5&m=x&at=9&path=1&c=nothing&on=zz&notes=q&r=a,b&v=side");
        assertThat(number("foveaMap.selected().length")).isZero();
    }

    @Test
    void textOfRowsIsNeverHtml() throws Exception {
        open("");
        browser.eval("document.querySelector('#table-section').open = true");
        browser.await("document.querySelector('#table table')");
        assertThat(text("#table")).contains(HOSTILE, "150 visible rows");
        assertThat(text("h1")).isEqualTo("Flowers " + HOSTILE);
        press("n");
        assertThat(number("document.images.length")).isZero();
        assertThat(browser.eval("window.broken === undefined").asBoolean()).isTrue();
    }

    @Test
    void withoutRowsThePageStillDecodes() throws Exception {
        Path bare = folder.resolve("no-rows.html");
        MapPage.write(data, bare, false);
        assertThat(Files.readString(bare))
                .doesNotContain("flower 14")
                .doesNotContain("Cid")
                .doesNotContain("=1+1");
        open(bare, "");
        assertThat(text("#about")).contains("holds no rows");
        assertThat(browser.eval("document.querySelector('#colour').value").asText())
                .isEqualTo("~trust");
        lasso(1);
        assertThat(number("foveaMap.selected().length")).isPositive();
        browser.drag(0, 60, 300, 60, 300);
        assertThat(text("#place")).contains("length").doesNotContain("nearest row");
        open("");
        assertThat(text("#about")).contains("holds all 150 rows with their names");
    }

    @Test
    void narrowAndDarkPagesFit() throws Exception {
        browser.send(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", 360, "height", 740, "deviceScaleFactor", 2, "mobile", false));
        try {
            open("#v=both");
            assertThat(number("document.documentElement.scrollWidth")).isLessThanOrEqualTo(360);
            String light = browser.eval("getComputedStyle(document.body).backgroundColor")
                    .asText();
            browser.eval("document.querySelector('button.theme').click()");
            assertThat(browser.eval("getComputedStyle(document.body).backgroundColor")
                            .asText())
                    .isNotEqualTo(light);
        } finally {
            browser.eval("localStorage.clear()");
            browser.send("Emulation.clearDeviceMetricsOverride", Map.of());
        }
    }

    @Test
    void withoutWebGlPointsAreDrawnAllTheSame() throws Exception {
        try (Chromium plain = new Chromium(folder.resolve("plain"), "--disable-3d-apis")) {
            plain.open(page);
            plain.await("window.foveaMap");
            assertThat(plain.eval("foveaMap.view().renderer").asText()).isEqualTo("CanvasRenderer");
            plain.await(
                    "foveaMap.canvas.getContext('2d').getImageData(0, 0, foveaMap.canvas.width, foveaMap.canvas.height).data.some(v => v > 0)");
            assertThat(plain.complaints()).isEmpty();
        }
    }

    @Test
    void aHundredThousandPointsOpenAndArePicked() throws Exception {
        Random random = new Random(3);
        float[] points = new float[200_000];
        for (int i = 0; i < points.length; i++) {
            points[i] = (float) random.nextGaussian() + (i / 2 % 5);
        }
        Path large = folder.resolve("large.html");
        MapPage.write(new MapData("Large", points), large, true);
        open(large, "");
        assertThat(browser.eval("foveaMap.view().renderer").asText()).isEqualTo("GlRenderer");
        double[] at = pixel(99_999, 0);
        double milliseconds =
                number("(t => { for (let k = 0; k < 20; k++) document.querySelector('.pane').dispatchEvent("
                        + "new PointerEvent('pointermove', {clientX: %s + k, clientY: %s})); return performance.now() - t; })(performance.now())"
                                .formatted(at[0], at[1]));
        assertThat(milliseconds / 20).as("a pick asks the grid, not all points").isLessThan(20);
    }
}
