package io.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A headless Chromium with one page, driven over its DevTools protocol. */
final class Chromium implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private final Process process;
    private final WebSocket socket;
    private final LinkedBlockingQueue<String> received = new LinkedBlockingQueue<>();
    private final List<JsonNode> events = new ArrayList<>();
    private int id;

    /**
     * Skips the test that asks where there is no Chromium; on a build server (CI is set) that is a failure.
     *
     * @param what is not tested then, with its verb
     */
    static void require(String what) {
        if (!installed()) {
            String message = "SKIPPED: chromium is not installed, so " + what + " not tested.";
            assertThat(System.getenv("CI")).as(message).isNull();
            System.err.println(message);
            assumeTrue(false, message);
        }
    }

    private static boolean installed() {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(java.io.File.pathSeparator)) {
            if (Files.isExecutable(Path.of(folder, "chromium"))) {
                return true;
            }
        }
        return false;
    }

    /** @param flags for the browser, beside those that it needs to run headless */
    Chromium(Path profile, String... flags) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--remote-debugging-port=0",
                "--window-size=1280,900",
                "--user-data-dir=" + profile));
        command.addAll(List.of(flags));
        command.add("about:blank");
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Path file = profile.resolve("DevToolsActivePort");
        for (int i = 0;
                i < 300 && !(Files.exists(file) && Files.readAllLines(file).size() > 1);
                i++) {
            Thread.sleep(100);
        }
        String port = Files.readAllLines(file).get(0);
        JsonNode pages =
                JSON.readTree(URI.create("http://127.0.0.1:" + port + "/json").toURL());
        String address = null;
        for (JsonNode page : pages) {
            if (page.path("type").asText().equals("page")) {
                address = page.path("webSocketDebuggerUrl").asText();
            }
        }
        StringBuilder part = new StringBuilder();
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create(address), new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(WebSocket s, CharSequence data, boolean last) {
                        part.append(data);
                        if (last) {
                            received.add(part.toString());
                            part.setLength(0);
                        }
                        s.request(1);
                        return null;
                    }
                })
                .get(20, TimeUnit.SECONDS);
        for (String domain : List.of("Page", "Runtime", "Network", "Log")) {
            send(domain + ".enable", Map.of());
        }
    }

    /** Sends a command and waits for its answer; events that come meanwhile are kept. */
    JsonNode send(String method, Map<String, Object> params) throws IOException, InterruptedException {
        int mine = ++id;
        socket.sendText(JSON.writeValueAsString(Map.of("id", mine, "method", method, "params", params)), true)
                .join();
        while (true) {
            String text = received.poll(30, TimeUnit.SECONDS);
            if (text == null) {
                throw new IOException("Chromium does not answer " + method);
            }
            JsonNode message = JSON.readTree(text);
            if (message.path("id").asInt() == mine) {
                if (message.has("error")) {
                    throw new IOException(method + ": " + message.path("error"));
                }
                return message.path("result");
            }
            events.add(message);
        }
    }

    void open(Path page) throws IOException, InterruptedException {
        send("Page.navigate", Map.of("url", page.toUri().toString()));
        for (int i = 0;
                i < 100
                        && !eval("document.readyState + location.protocol")
                                .asText()
                                .equals("completefile:");
                i++) {
            Thread.sleep(100);
        }
    }

    JsonNode eval(String javascript) throws IOException, InterruptedException {
        return send("Runtime.evaluate", Map.of("expression", javascript, "returnByValue", true, "awaitPromise", true))
                .path("result")
                .path("value");
    }

    void mouse(String type, double x, double y, Map<String, Object> more) throws IOException, InterruptedException {
        Map<String, Object> params = new java.util.HashMap<>(Map.of("type", type, "x", x, "y", y, "button", "left"));
        params.putAll(more);
        send("Input.dispatchMouseEvent", params);
    }

    /** Presses the left button at the first of some points, moves along them and lets go. */
    void drag(int modifiers, double... xy) throws IOException, InterruptedException {
        Map<String, Object> keys = Map.of("modifiers", modifiers, "clickCount", 1, "buttons", 1);
        mouse("mousePressed", xy[0], xy[1], keys);
        for (int i = 2; i < xy.length; i += 2) {
            mouse("mouseMoved", xy[i], xy[i + 1], Map.of("modifiers", modifiers, "buttons", 1));
        }
        mouse("mouseReleased", xy[xy.length - 2], xy[xy.length - 1], keys);
    }

    /** Drops a file on the page. */
    void drop(Path file, double x, double y) throws IOException, InterruptedException {
        for (String type : List.of("dragEnter", "dragOver", "drop")) {
            Map<String, Object> data =
                    Map.of("items", List.of(), "files", List.of(file.toString()), "dragOperationsMask", 1);
            send("Input.dispatchDragEvent", Map.of("type", type, "x", x, "y", y, "data", data));
        }
    }

    /** Waits until a JavaScript expression is true. */
    void await(String condition) throws IOException, InterruptedException {
        for (int i = 0; i < 200; i++) {
            if (eval("!!(" + condition + ")").asBoolean()) {
                return;
            }
            Thread.sleep(50);
        }
        throw new IOException("Waited for " + condition);
    }

    void key(String key) throws IOException, InterruptedException {
        send("Input.dispatchKeyEvent", Map.of("type", "keyDown", "key", key));
        send("Input.dispatchKeyEvent", Map.of("type", "keyUp", "key", key));
    }

    /** Errors of scripts and of loading, and addresses asked for that are no files; not what software rendering warns of. */
    List<String> complaints() {
        List<String> found = new ArrayList<>();
        for (JsonNode e : events) {
            String method = e.path("method").asText();
            String url = e.path("params").path("request").path("url").asText();
            boolean external = method.equals("Network.requestWillBeSent") && !url.matches("(file|data|blob):.*");
            if (external
                    || method.equals("Runtime.exceptionThrown")
                    || method.equals("Log.entryAdded")
                            && !e.at("/params/entry/source").asText().equals("rendering")
                    || method.equals("Network.loadingFailed")) {
                found.add(e.toString());
            }
        }
        return found;
    }

    @Override
    public void close() throws InterruptedException {
        socket.abort();
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        process.waitFor(10, TimeUnit.SECONDS);
    }
}
