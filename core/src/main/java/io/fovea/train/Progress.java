package io.fovea.train;

import io.fovea.Figures;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How far a long job is: a line on stderr that is drawn over and over on a terminal, and a plain line at every 5 % or 30 s elsewhere. The
 * environment's {@code COLUMNS}, {@code NO_COLOR} and {@code TERM=dumb} are respected.
 *
 * <pre>srgan  12 %  12,400/100,000  ███░░░░░░░░░░░░░░░░░  1.52/s  16 h 2 min left  loss 0.0123  waited 0.4 %</pre>
 *
 * Safe for several threads.
 */
public final class Progress implements AutoCloseable {
    /**
     * Where the line is drawn.
     *
     * @param redraws whether a carriage return leads back to the line's begin
     * @param escapes whether ANSI escape sequences are understood
     * @param colours whether colours are wanted
     * @param blocks whether block characters can be printed
     */
    record Terminal(PrintStream out, boolean redraws, boolean escapes, boolean colours, boolean blocks, int columns) {}

    private static final long REDRAW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long SHORTEST_LINE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int WIDEST_BAR = 30;
    private static final int NARROWEST_BAR = 8;

    private final String what;
    private final long total;
    private final Terminal terminal;
    private final LongSupplier nanos;
    private final Speed speed = new Speed();
    private final long begin;

    private long done;
    private Scalars scalars = Scalars.NONE;
    private @Nullable Score score;
    private double waited = Double.NaN;
    private String status = "";
    private long drawnAt;
    private long drawnDone;
    private int drawnLength;
    private boolean drawn;
    private boolean closed;
    private boolean counts = true;

    Progress(String what, long total, Terminal terminal, LongSupplier nanos) {
        this.what = what;
        this.total = total;
        this.terminal = terminal;
        this.nanos = nanos;
        this.begin = nanos.getAsLong();
    }

    /**
     * Progress on the process's stderr.
     *
     * @param what one word, say the system's name or a verb
     * @param total how much there is to do, in steps, pictures, or whatever {@link #update} counts
     */
    public static Progress onStderr(String what, long total) {
        return new Progress(what, total, stderr(System.getenv()), System::nanoTime);
    }

    /** Progress of one thing on the process's stderr, in percent: {@link #update} takes 0 to 100, and neither count nor speed is shown. */
    public static Progress percentOnStderr(String what) {
        Progress progress = onStderr(what, 100);
        progress.counts = false;
        return progress;
    }

    /** So much is done. The first call only tells where the work begins: a resumed run does not start at 0. */
    public void update(long nowDone) {
        update(nowDone, Scalars.NONE);
    }

    /** So much is done, and these are the latest figures, of which the first three are shown. */
    public synchronized void update(long nowDone, Scalars latest) {
        done = nowDone;
        scalars = latest;
        status = "";
        speed.update(nanos.getAsLong(), nowDone);
        draw(nowDone >= total);
    }

    /** The share of time in which the work waited for data lately, in [0,1]. */
    public synchronized void waited(double share) {
        waited = share;
    }

    /** The latest evaluation, whose first score is shown. */
    public synchronized void scores(Scores latest) {
        score = latest.first();
    }

    /** What is done until the next update where the count stands still, say {@code evaluating}. */
    public synchronized void status(String doing) {
        status = doing;
        if (terminal.redraws) {
            draw(true);
        }
    }

    /** A line that stays, above the moving one. */
    public synchronized void note(String line) {
        if (drawn && terminal.redraws) {
            terminal.out.print(erasing(""));
        }
        terminal.out.println(line);
        if (drawn && terminal.redraws) {
            drawnLength = 0;
            draw(true);
        }
        terminal.out.flush();
    }

    /** Draws the end. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (drawn && terminal.redraws) {
            draw(true);
            terminal.out.println();
        } else if (drawn && drawnDone != done) {
            draw(true);
        }
        terminal.out.flush();
    }

    private void draw(boolean now) {
        long since = nanos.getAsLong() - drawnAt;
        if (terminal.redraws) {
            if (now || !drawn || since >= REDRAW_NANOS) {
                String line = line(terminal.columns - 1);
                terminal.out.print(erasing(line));
                terminal.out.flush();
                mark();
            }
        } else {
            boolean far = (done - drawnDone) * 20 >= total && since >= SHORTEST_LINE_NANOS;
            if (!drawn || far || since >= LINE_NANOS || (now && drawnDone != done)) {
                terminal.out.println(String.join("  ", parts()));
                terminal.out.flush();
                mark();
            }
        }
    }

    private void mark() {
        drawn = true;
        drawnAt = nanos.getAsLong();
        drawnDone = done;
    }

    /** The line in place of the former one. Wrapping is off meanwhile: in a window that has become narrower the line is cut, not doubled. */
    private String erasing(String line) {
        int length = line.codePointCount(0, line.length());
        String padding = " ".repeat(Math.max(0, drawnLength - length));
        drawnLength = length;
        return terminal.escapes
                ? "\r\033[?7l" + coloured(line) + "\033[K\033[?7h"
                : "\r" + line + padding + (padding.isEmpty() ? "" : "\r" + line);
    }

    private String coloured(String line) {
        return terminal.colours && terminal.blocks
                ? line.replaceAll("█+", "\033[36m$0\033[0m").replaceAll("░+", "\033[2m$0\033[0m")
                : line;
    }

    private List<String> parts() {
        List<String> parts = new ArrayList<>(List.of(what, percentDone(), count(), rate(), timeLeft()));
        parts.addAll(figures());
        parts.removeIf(String::isEmpty);
        return parts;
    }

    /** As much as fits: first how far and how long still, then the count, name, speed, bar, and the figures while there is room. */
    private String line(int columns) {
        List<String> wanted =
                new ArrayList<>(List.of(percentDone(), timeLeft(), count(), what, rate(), bar(NARROWEST_BAR)));
        wanted.addAll(figures());
        int[] place = {1, 5, 2, 0, 4, 3};
        String[] shown = new String[wanted.size()];
        int left = columns + 2;
        for (int i = 0; i < wanted.size(); i++) {
            int width = wanted.get(i).length() + 2;
            if (wanted.get(i).isEmpty() || width > left) {
                continue;
            }
            shown[i < place.length ? place[i] : i] = wanted.get(i);
            left -= width;
        }
        if (shown[3] != null) {
            shown[3] = bar(Math.min(WIDEST_BAR, NARROWEST_BAR + left));
        }
        return Arrays.stream(shown).filter(part -> part != null).collect(Collectors.joining("  "));
    }

    private List<String> figures() {
        List<String> figures = new ArrayList<>();
        if (!status.isEmpty()) {
            figures.add(status);
            return figures;
        }
        scalars.values().entrySet().stream()
                .limit(3)
                .forEach(scalar -> figures.add(scalar.getKey() + " " + Figures.number(scalar.getValue())));
        if (score != null) {
            figures.add(score.name() + " " + Figures.number(score.value()));
        }
        if (!Double.isNaN(waited)) {
            figures.add("waited " + Figures.percent(waited));
        }
        return figures;
    }

    private double share() {
        return total <= 0 ? 1 : Math.min(1, (double) done / total);
    }

    private String percentDone() {
        return (int) (share() * 100) + " %";
    }

    private String count() {
        return counts ? Figures.whole(done) + "/" + Figures.whole(total) : "";
    }

    private String rate() {
        return counts && speed.perSecond() > 0 ? Figures.number(roundedToThree(speed.perSecond())) + "/s" : "";
    }

    private static double roundedToThree(double value) {
        double unit = Math.pow(10, Math.floor(Math.log10(value)) - 2);
        return Math.rint(value / unit) * unit;
    }

    private String timeLeft() {
        if (done >= total || closed) {
            return "in " + Figures.time(Duration.ofNanos(nanos.getAsLong() - begin));
        }
        double perSecond = speed.perSecond();
        return perSecond > 0 ? Figures.time(Duration.ofSeconds((long) ((total - done) / perSecond))) + " left" : "";
    }

    private String bar(int width) {
        int full = (int) (share() * width);
        return (terminal.blocks ? "█" : "#").repeat(full) + (terminal.blocks ? "░" : ".").repeat(width - full);
    }

    /** Speed over the last minute or the last eight units, whichever is longer, fading, so that neither a warm-up nor a pause sticks. */
    private static final class Speed {
        private static final double SECONDS = 60;
        private static final double UNITS = 8;

        private boolean begun;
        private long lastNanos;
        private long lastDone;
        private double units;
        private double seconds;

        void update(long now, long done) {
            if (begun && done > lastDone) {
                double passed = (now - lastNanos) / 1e9;
                double fade = Math.exp(-passed / Math.max(SECONDS, UNITS * passed / (done - lastDone)));
                units = units * fade + (done - lastDone);
                seconds = seconds * fade + passed;
            }
            if (!begun || done > lastDone) {
                lastNanos = now;
                lastDone = done;
                begun = true;
            }
        }

        double perSecond() {
            return seconds > 0 ? units / seconds : 0;
        }
    }

    static Terminal stderr(Map<String, String> environment) {
        String term = environment.getOrDefault("TERM", "");
        boolean windows = System.getProperty("os.name", "").startsWith("Windows");
        boolean escapes = windows ? environment.containsKey("WT_SESSION") : !term.isEmpty();
        boolean redraws = isTerminal() && !term.equals("dumb") && (windows || escapes);
        boolean colours = escapes && environment.getOrDefault("NO_COLOR", "").isEmpty();
        return new Terminal(System.err, redraws, escapes, colours, canPrintBlocks(), columns(environment));
    }

    private static int columns(Map<String, String> environment) {
        String columns = environment.getOrDefault("COLUMNS", "");
        return columns.matches("[1-9]\\d{0,3}") ? Integer.parseInt(columns) : 80;
    }

    private static boolean canPrintBlocks() {
        String name = System.getProperty(
                "stderr.encoding",
                System.getProperty("sun.stderr.encoding", System.getProperty("native.encoding", "")));
        return Charset.isSupported(name) && Charset.forName(name).newEncoder().canEncode("█░");
    }

    /** The launcher knows and says {@code -Dfovea.terminal}; without it Linux tells by the name of the open file, others by the console. */
    @SuppressWarnings("SystemConsoleNull") // asked with care for both meanings below
    private static boolean isTerminal() {
        String said = System.getProperty("fovea.terminal");
        if (said != null) {
            return Boolean.parseBoolean(said);
        }
        Path stderr = Path.of("/proc/self/fd/2");
        if (Files.isSymbolicLink(stderr)) {
            try {
                return Files.readSymbolicLink(stderr).toString().matches("/dev/(pts/.*|tty.*|console)");
            } catch (IOException e) {
                return false;
            }
        }
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException olderThanJdk22) {
            return true;
        }
    }
}
