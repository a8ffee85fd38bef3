package io.fovea.report;

import io.fovea.image.Picture;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A chart as a picture of pixels, for places that show no SVG: points by group, lines, and counts of many pairs as shades. Spans are set
 * first, then things are drawn in their order, then {@link #picture} gives the result. On a system without any font, words are left out.
 */
public final class Chart {
    /** Colours that colour-blind eyes tell apart (Okabe and Ito 2008, and five more). */
    private static final int[] COLOURS = {
        0x0072b2, 0xe69f00, 0x009e73, 0xcc79a7, 0x86083e, 0x5a1b9d, 0x78bfff, 0x2bdca2, 0x816310, 0x8274fc
    };
    /** From few to many. */
    private static final int[] SHADES = {0xf4f6f8, 0xcfe0ee, 0x9fc4e0, 0x66a3cf, 0x2f7fb8, 0x0b5c93, 0x063a61};

    private static final Color GROUND = Color.WHITE;
    private static final Color INK = new Color(0x2b2b2a);
    private static final Color FAINT = new Color(0x75757280, true);
    private static final Color GRID = new Color(0xe9e9e6);
    private static final Color NEUTRAL = new Color(0x7d7d7a);
    private static final int MARGIN = 14;
    private static final int LEGEND_LINE = 20;
    private static final int MOST_NAMES = 20;

    private final BufferedImage image;
    private final Graphics2D g;
    private final int scale;
    private final int width;
    private final int height;
    private final Font font;
    private final Font bold;
    private double left;
    private double top;
    private double right;
    private double bottom;
    private Axis x;
    private Axis y;

    /**
     * @param title stands above, if not empty
     * @param width in points
     * @param height in points
     * @param scale pixels of a point: 1, or 2 for sharp screens
     */
    public Chart(String title, int width, int height, int scale) {
        this.scale = scale;
        this.width = width;
        this.height = height;
        image = new BufferedImage(width * scale, height * scale, BufferedImage.TYPE_3BYTE_BGR);
        g = image.createGraphics();
        g.scale(scale, scale);
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        g.setColor(GROUND);
        g.fillRect(0, 0, width, height);
        font = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
        bold = new Font(Font.SANS_SERIF, Font.BOLD, 14);
        left = MARGIN;
        top = MARGIN;
        right = width - (double) MARGIN;
        bottom = height - (double) MARGIN;
        if (!title.isEmpty()) {
            text(title, bold, INK, left, top + 12, 0);
            top += 26;
        }
        x = new Axis(0, 1, false, left, right);
        y = new Axis(0, 1, false, bottom, top);
    }

    // ---- spans ----

    /** Gives every group a colour and a line at the right; more than 20 names are cut. */
    public Chart legend(List<String> names) {
        int shown = Math.min(names.size(), MOST_NAMES);
        double wide = 0;
        for (int i = 0; i < shown; i++) {
            wide = Math.max(wide, textWidth(shortened(names.get(i))));
        }
        double at = right - wide - 18;
        for (int i = 0; i < shown; i++) {
            double line = top + 10 + i * (double) LEGEND_LINE;
            g.setColor(colour(i, 255));
            g.fill(new Ellipse2D.Double(at, line - 9, 9, 9));
            text(shortened(names.get(i)), font, INK, at + 15, line, 0);
        }
        if (names.size() > shown) {
            text("and " + (names.size() - shown) + " more", font, NEUTRAL, at + 15, top + 10 + shown * 20.0, 0);
        }
        right = at - 16;
        return spans(x.from(), x.to(), y.from(), y.to());
    }

    private static String shortened(String name) {
        return name.length() > 24 ? name.substring(0, 23) + "\u2026" : name;
    }

    /** Spans of values for the field that is left; nothing is written beside them. */
    public Chart spans(double fromX, double toX, double fromY, double toY) {
        x = new Axis(fromX, toX > fromX ? toX : fromX + 1, false, left, right);
        y = new Axis(fromY, toY > fromY ? toY : fromY + 1, false, bottom, top);
        return this;
    }

    /** Spans around points, a point of x as long as one of y; a faint frame around the field. */
    public Chart equalSpans(float[] points) {
        double[] low = {Double.MAX_VALUE, Double.MAX_VALUE};
        double[] high = {-Double.MAX_VALUE, -Double.MAX_VALUE};
        for (int i = 0; i < points.length; i++) {
            low[i & 1] = Math.min(low[i & 1], points[i]);
            high[i & 1] = Math.max(high[i & 1], points[i]);
        }
        double perPoint = 1.06
                * Math.max((high[0] - low[0]) / (right - left), Math.max((high[1] - low[1]) / (bottom - top), 1e-12));
        double halfX = perPoint * (right - left) / 2;
        double halfY = perPoint * (bottom - top) / 2;
        double midX = (low[0] + high[0]) / 2;
        double midY = (low[1] + high[1]) / 2;
        g.setColor(GRID);
        g.setStroke(new BasicStroke(1));
        g.draw(new Rectangle2D.Double(left, top, right - left, bottom - top));
        return spans(midX - halfX, midX + halfX, midY - halfY, midY + halfY);
    }

    /** Spans with ticks, grid and names. */
    public Chart axes(double fromX, double toX, String nameX, double fromY, double toY, String nameY, boolean logY) {
        text(nameY, font, NEUTRAL, left, top + 8, 0);
        top += 18;
        bottom -= 34;
        Axis raw = new Axis(fromY, toY > fromY ? toY : fromY + 1, logY, bottom, top);
        double widest = raw.ticks(5).stream()
                .mapToDouble(t -> textWidth(t.label()))
                .max()
                .orElse(0);
        left += widest + 8;
        spans(fromX, toX, 0, 1);
        y = raw;
        g.setStroke(new BasicStroke(1));
        for (Axis.Tick tick : y.ticks(5)) {
            double at = y.pixel(tick.value());
            g.setColor(GRID);
            g.draw(new Line2D.Double(left, at, right, at));
            text(tick.label(), font, NEUTRAL, left - 8, at + 4, 1);
        }
        for (Axis.Tick tick : x.ticks(6)) {
            text(tick.label(), font, NEUTRAL, x.pixel(tick.value()), bottom + 17, 0.5);
        }
        text(nameX, font, NEUTRAL, right, bottom + 33, 1);
        return this;
    }

    // ---- drawing ----

    /**
     * Draws points.
     *
     * @param points x and y in turn
     * @param groups number of each point's group, below 0 for none; null if they have none
     */
    public Chart points(float[] points, int @Nullable [] groups) {
        int n = points.length / 2;
        double radius = Math.max(0.9, Math.min(4, 60 / Math.sqrt(n)));
        int opacity = (int) Math.max(60, Math.min(200, 4200 / Math.sqrt(n)));
        // A step through all rows that meets each once, so that no group covers another because it came last in the
        // file.
        int step = n < 3 ? 1 : (int) (n * 0.618);
        while (step > 1 && gcd(step, n) != 1) {
            step--;
        }
        for (int k = 0; k < n; k++) {
            int i = (int) ((long) k * step % n);
            g.setColor(
                    groups == null
                            ? new Color(COLOURS[0] | opacity << 24, true)
                            : groups[i] < 0 ? FAINT : colour(groups[i], opacity));
            g.fill(circle(x.pixel(points[2 * i]), y.pixel(points[2 * i + 1]), radius));
        }
        return this;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    private static Ellipse2D circle(double cx, double cy, double radius) {
        return new Ellipse2D.Double(cx - radius, cy - radius, 2 * radius, 2 * radius);
    }

    private static Color colour(int group, int opacity) {
        return new Color(COLOURS[group % COLOURS.length] | opacity << 24, true);
    }

    /** Draws a line through points, in the colour of a group; what is not finite leaves a gap. */
    public Chart line(double[] xs, double[] ys, int group) {
        Path2D path = new Path2D.Double();
        boolean gap = true;
        for (int i = 0; i < xs.length; i++) {
            boolean drawable = Double.isFinite(ys[i]) && (!y.log() || ys[i] > 0);
            if (drawable && gap) {
                path.moveTo(x.pixel(xs[i]), y.pixel(ys[i]));
            } else if (drawable) {
                path.lineTo(x.pixel(xs[i]), y.pixel(ys[i]));
            }
            gap = !drawable;
        }
        g.setColor(colour(group, 255));
        g.setStroke(new BasicStroke(1.6f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        g.setClip(new Rectangle2D.Double(left - 1, top - 2, right - left + 2, bottom - top + 4));
        g.draw(path);
        g.setClip(null);
        return this;
    }

    /** Counts pairs in small squares and shades them by the logarithm of the count. */
    public Chart density(float[] xs, float[] ys) {
        int across = (int) ((right - left) / 4);
        int down = (int) ((bottom - top) / 4);
        int[] counts = new int[across * down];
        for (int i = 0; i < xs.length; i++) {
            int cx = (int) ((x.pixel(xs[i]) - left) / 4);
            int cy = (int) ((y.pixel(ys[i]) - top) / 4);
            if (cx >= 0 && cx < across && cy >= 0 && cy < down) {
                counts[cy * across + cx]++;
            }
        }
        double most = Math.log1p(Arrays.stream(counts).max().orElse(1));
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                g.setColor(shade(Math.log1p(counts[i]) / most));
                g.fill(new Rectangle2D.Double(left + i % across * 4, top + 4.0 * Math.floorDiv(i, across), 4, 4));
            }
        }
        return this;
    }

    private static Color shade(double share) {
        double at = share * (SHADES.length - 1);
        int low = Math.min(SHADES.length - 2, (int) at);
        Color a = new Color(SHADES[low]);
        Color b = new Color(SHADES[low + 1]);
        double t = at - low;
        return new Color(
                (int) (a.getRed() + t * (b.getRed() - a.getRed())),
                (int) (a.getGreen() + t * (b.getGreen() - a.getGreen())),
                (int) (a.getBlue() + t * (b.getBlue() - a.getBlue())));
    }

    /** Writes lines of cells below the title, cut where they do not fit; the first line in grey. */
    public Chart lines(List<String[]> lines) {
        int columns = lines.stream().mapToInt(l -> l.length).max().orElse(0);
        double[] begins = new double[columns + 1];
        begins[0] = left;
        for (int c = 0; c < columns; c++) {
            double widest = 0;
            for (String[] line : lines) {
                widest = Math.max(widest, c < line.length ? textWidth(line[c]) : 0);
            }
            begins[c + 1] = begins[c] + widest + 22;
        }
        for (int i = 0; i < lines.size(); i++) {
            double baseline = top + 12 + i * (double) LEGEND_LINE;
            for (int c = 0; c < lines.get(i).length && begins[c] < right; c++) {
                text(lines.get(i)[c], font, i == 0 ? NEUTRAL : INK, begins[c], baseline, 0);
            }
        }
        return this;
    }

    /** How many points wide the lines are. */
    public static int widthOf(List<String[]> lines) {
        Chart probe = new Chart("", 10, 10, 1);
        int columns = lines.stream().mapToInt(l -> l.length).max().orElse(0);
        double all = 2.0 * MARGIN;
        for (int c = 0; c < columns; c++) {
            int column = c;
            all += 22
                    + lines.stream()
                            .filter(l -> column < l.length)
                            .mapToDouble(l -> probe.textWidth(l[column]))
                            .max()
                            .orElse(0);
        }
        return (int) Math.ceil(all);
    }

    /** Writes a line at the lower edge. */
    public Chart note(String line) {
        text(line, font, NEUTRAL, MARGIN, height - 4.0, 0);
        return this;
    }

    /** @param anchor 0 to begin, 0.5 to stand in the middle, 1 to end at {@code at} */
    private void text(String words, Font face, Color colour, double at, double baseline, double anchor) {
        try {
            g.setFont(face);
            g.setColor(colour);
            double wide = g.getFontMetrics().stringWidth(words);
            double begin = Math.max(2, at - anchor * wide);
            g.drawString(words, (float) begin, (float) baseline);
        } catch (RuntimeException | InternalError | LinkageError e) {
            return;
        }
    }

    private double textWidth(String words) {
        try {
            FontMetrics metrics = g.getFontMetrics(font);
            return metrics.stringWidth(words);
        } catch (RuntimeException | InternalError | LinkageError e) {
            return 7.0 * words.length();
        }
    }

    /** The chart as it is now, {@code width * scale} pixels wide. */
    public Picture picture() {
        return Picture.of(image);
    }

    @Override
    public String toString() {
        return "Chart(" + width * scale + " x " + height * scale + ")";
    }
}
