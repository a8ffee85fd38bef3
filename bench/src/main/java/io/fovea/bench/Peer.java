package io.fovea.bench;

import io.fovea.FoveaException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A peer in a process of its own, which is told what to do line by line and answers with the seconds that it took. */
final class Peer implements Contender, AutoCloseable {
    private final Process process;
    private final PrintWriter to;
    private final BufferedReader from;
    private final String name;

    private Peer(Process process) {
        this.process = process;
        to = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
        from = process.inputReader(StandardCharsets.UTF_8);
        name = answer();
    }

    /** Debian's Python, or another that the environment names. */
    private static final String PYTHON = System.getenv().getOrDefault("FOVEA_BENCH_PYTHON", "/usr/bin/python3");

    /** Starts a script of {@code bench/peers}. */
    static Peer python(String script, int threads) {
        Path file = Path.of("bench", "peers", script);
        try {
            return new Peer(new ProcessBuilder(List.of(PYTHON, file.toString(), Integer.toString(threads)))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        } catch (IOException e) {
            throw new FoveaException(
                    PYTHON + " cannot be started: " + e.getMessage() + ". Install python3-torch to compare with it.",
                    e);
        }
    }

    private String answer() {
        try {
            String line = from.readLine();
            if (line == null) {
                throw new FoveaException("The peer ended. Install python3-torch to compare with it.");
            }
            return line;
        } catch (IOException e) {
            throw new FoveaException("The peer does not answer: " + e.getMessage() + ".", e);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public double seconds(String work, int times) {
        to.println(work + " " + times);
        return Double.parseDouble(answer());
    }

    @Override
    public void close() {
        to.close();
        process.destroy();
    }
}
