package io.fovea.report;

import io.fovea.Figures;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Curves as SVG: the same text for the same data on every machine, with no font measured and no colour fixed (the page's CSS variables
 * decide, so light and dark are one text). A series with more points than the plot has room for is drawn as its mean over equal stretches of
 * x, in a band from least to greatest; a gap stands where values are not finite, or not positive on a logarithmic axis.
 *
 * @param title what is drawn
 * @param xLabel what x counts, one short word
 * @param log whether the y axis is logarithmic
 * @param marked a point to ring, say the best
 */
public record Plot(
        String title,
        String xLabel,
        boolean log,
        List<Series> series,
        @Nullable Point marked) {
    /** One point of a curve. */
    public record Point(double x, double y) {}

    /** One curve, by growing x. */
    public record Series(String name, List<Point> points) {
        public Series {
            points = List.copyOf(points);
        }
    }

    /** Mean, least and greatest value of the points in one stretch of x, and the middle of their x. */
    private record Bucket(double x, double mean, double low, double high) {}

    private static final int WIDTH = 400;
    private static final int FIELD_HEIGHT = 170;
    private static final int HEADER = 30;
    private static final int LEGEND_ROW = 17;
    private static final int FOOTER = 24;
    private static final int RIGHT = 6;
    private static final double CHARACTER = 6.4;
    private static final int COLOURS = 6;
    private static final int BUCKETS = 160;
    private static final int FEW = 40;
    private static final MathContext NINE_DIGITS = new MathContext(9);

    public Plot {
        series = List.copyOf(series);
    }

    /** The plot for use inside an {@link HtmlPage}. */
    public String svg() {
        return draw(false);
    }

    /** The plot as a file of its own. */
    public String standalone() {
        return draw(true);
    }

    private String draw(boolean alone) {
        List<List<Bucket>> curves = series.stream().map(this::buckets).toList();
        List<List<String>> legend = legend();
        double top = HEADER + LEGEND_ROW * legend.size();
        double bottom = top + FIELD_HEIGHT;
        Axis y = yAxis(curves).onPixels(bottom, top);
        List<Axis.Tick> rows = y.ticks(4);
        int widest = Stream.concat(Stream.of(xLabel), rows.stream().map(Axis.Tick::label))
                .mapToInt(String::length)
                .max()
                .orElse(0);
        Axis x = xAxis().onPixels(12 + CHARACTER * widest, WIDTH - RIGHT);

        Svg svg = new Svg();
        svg.open(
                "svg",
                "class",
                alone ? "plot alone" : "plot",
                "xmlns",
                "http://www.w3.org/2000/svg",
                "viewBox",
                "0 0 " + WIDTH + " " + Svg.length(bottom + FOOTER),
                "role",
                "img",
                "aria-label",
                title,
                "data-x",
                span(x),
                "data-y",
                span(y) + (log ? " log" : ""));
        if (alone) {
            svg.style(HtmlPage.resource("plot.css"));
        }
        drawHeader(svg, legend);
        drawGrid(svg, x, y, rows);
        drawCurves(svg, curves, x, y);
        return svg.close("svg").toString();
    }

    private static String span(Axis axis) {
        return digits(axis.from()) + " " + digits(axis.to()) + " " + Svg.length(axis.startPixel()) + " "
                + Svg.length(axis.endPixel());
    }

    private static String digits(double value) {
        return new BigDecimal(value).round(NINE_DIGITS).stripTrailingZeros().toString();
    }

    // ---- what is drawn where

    private void drawHeader(Svg svg, List<List<String>> legend) {
        svg.text(title, "class", "title", "x", 0, "y", 14);
        if (series.size() == 1) {
            svg.text(latest(series.get(0)), "class", "latest", "x", WIDTH - RIGHT, "y", 14);
        }
        int colour = 0;
        for (int row = 0; row < legend.size(); row++) {
            double x = 0;
            double y = HEADER + LEGEND_ROW * row + 2;
            for (String entry : legend.get(row)) {
                svg.leaf("circle", "class", colourClass(colour++) + " dot", "cx", x + 4, "cy", y - 4, "r", 3.5);
                svg.text(entry, "class", "legend", "x", x + 12, "y", y);
                x += width(entry);
            }
        }
    }

    private void drawGrid(Svg svg, Axis x, Axis y, List<Axis.Tick> rows) {
        for (Axis.Tick row : rows) {
            double at = y.pixel(row.value());
            svg.leaf("line", "class", "grid", "x1", x.startPixel(), "x2", x.endPixel(), "y1", at, "y2", at);
            svg.text(row.label(), "class", "row", "x", x.startPixel() - 6, "y", at + 3.5);
        }
        double baseline = y.startPixel() + 16;
        svg.text(xLabel, "class", "row", "x", x.startPixel() - 6, "y", baseline);
        for (Axis.Tick column : x.ticks(5)) {
            double at = x.pixel(column.value());
            double halfLabel = column.label().length() * CHARACTER / 2;
            svg.text(
                    column.label(),
                    "class",
                    "column",
                    "x",
                    Math.min(Math.max(at, x.startPixel() + halfLabel - 2), x.endPixel() - halfLabel + 2),
                    "y",
                    baseline);
        }
    }

    private void drawCurves(Svg svg, List<List<Bucket>> curves, Axis x, Axis y) {
        double width = x.endPixel() - x.startPixel();
        String box = Svg.length(x.startPixel()) + " " + Svg.length(y.endPixel()) + " " + Svg.length(width) + " "
                + FIELD_HEIGHT;
        svg.open(
                "svg",
                "class",
                "field",
                "x",
                x.startPixel(),
                "y",
                y.endPixel(),
                "width",
                width,
                "height",
                FIELD_HEIGHT,
                "viewBox",
                box);
        for (int i = 0; i < curves.size(); i++) {
            svg.open("g", "class", colourClass(i), "data-name", series.get(i).name);
            List<List<Bucket>> pieces = pieces(curves.get(i));
            if (series.get(i).points.size() > BUCKETS) {
                svg.leaf("path", "class", "band", "d", band(pieces, x, y));
            }
            svg.leaf("path", "class", "line", "d", line(pieces, x, y));
            if (curves.get(i).size() <= FEW) {
                for (Bucket each : curves.get(i)) {
                    if (drawable(each.mean)) {
                        svg.leaf("circle", "class", "dot", "cx", x.pixel(each.x), "cy", y.pixel(each.mean), "r", 2);
                    }
                }
            }
            svg.close("g");
        }
        svg.close("svg");
        if (marked != null && drawable(marked.y)) {
            svg.leaf("circle", "class", "mark", "cx", x.pixel(marked.x), "cy", y.pixel(marked.y), "r", 4.5);
        }
    }

    private static String colourClass(int series) {
        return "c" + (series % COLOURS + 1);
    }

    private static String line(List<List<Bucket>> pieces, Axis x, Axis y) {
        StringBuilder path = new StringBuilder();
        for (List<Bucket> piece : pieces) {
            path.append('M');
            for (Bucket each : piece) {
                append(path, x.pixel(each.x), y.pixel(each.mean));
            }
            if (piece.size() == 1) {
                path.append("h0"); // a line that goes nowhere has round ends, so a lone point shows
            }
        }
        return path.toString();
    }

    private static String band(List<List<Bucket>> pieces, Axis x, Axis y) {
        StringBuilder path = new StringBuilder();
        for (List<Bucket> piece : pieces) {
            path.append('M');
            for (Bucket each : piece) {
                append(path, x.pixel(each.x), y.pixel(each.high));
            }
            for (int i = piece.size() - 1; i >= 0; i--) {
                append(path, x.pixel(piece.get(i).x), y.pixel(piece.get(i).low));
            }
            path.append('Z');
        }
        return path.toString();
    }

    private static void append(StringBuilder path, double x, double y) {
        if (path.charAt(path.length() - 1) != 'M') {
            path.append(' ');
        }
        path.append(Svg.length(x)).append(' ').append(Svg.length(y));
    }

    // ---- legend

    private List<List<String>> legend() {
        List<List<String>> rows = new ArrayList<>();
        double left = 0;
        for (Series each : series.size() > 1 ? series : List.<Series>of()) {
            String entry = each.name + " " + latest(each);
            if (rows.isEmpty() || width(entry) > left) {
                rows.add(new ArrayList<>());
                left = WIDTH;
            }
            rows.get(rows.size() - 1).add(entry);
            left -= width(entry);
        }
        return rows;
    }

    private static double width(String legendEntry) {
        return 26 + CHARACTER * legendEntry.length();
    }

    private static String latest(Series series) {
        List<Point> points = series.points;
        return points.isEmpty() ? "" : Figures.number(points.get(points.size() - 1).y);
    }

    // ---- from points to what there is room for

    private boolean drawable(double value) {
        return Double.isFinite(value) && (!log || value > 0);
    }

    private List<Bucket> buckets(Series series) {
        List<Point> points = series.points;
        int size = points.size();
        if (size <= BUCKETS) {
            return points.stream().map(p -> new Bucket(p.x, p.y, p.y, p.y)).toList();
        }
        int count = Math.min(BUCKETS, size / 4);
        double first = points.get(0).x;
        double stretch = (points.get(size - 1).x - first) / count;
        List<Bucket> buckets = new ArrayList<>();
        int begin = 0;
        for (int i = 1; i <= count; i++) {
            int end = begin;
            while (end < size && (i == count || points.get(end).x < first + stretch * i)) {
                end++;
            }
            if (end > begin) {
                buckets.add(bucket(points.subList(begin, end)));
            }
            begin = end;
        }
        return buckets;
    }

    private Bucket bucket(List<Point> points) {
        double x = (points.get(0).x + points.get(points.size() - 1).x) / 2;
        double sum = 0;
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        int count = 0;
        for (Point point : points) {
            if (drawable(point.y)) {
                sum += point.y;
                low = Math.min(low, point.y);
                high = Math.max(high, point.y);
                count++;
            }
        }
        return count == 0 ? new Bucket(x, Double.NaN, Double.NaN, Double.NaN) : new Bucket(x, sum / count, low, high);
    }

    private List<List<Bucket>> pieces(List<Bucket> curve) {
        List<List<Bucket>> pieces = new ArrayList<>();
        boolean gap = true;
        for (Bucket each : curve) {
            if (!drawable(each.mean)) {
                gap = true;
                continue;
            }
            if (gap) {
                pieces.add(new ArrayList<>());
            }
            pieces.get(pieces.size() - 1).add(each);
            gap = false;
        }
        return pieces;
    }

    // ---- spans

    private Axis xAxis() {
        double[] x = series.stream()
                .flatMap(each -> each.points.stream())
                .mapToDouble(Point::x)
                .sorted()
                .toArray();
        double from = x.length == 0 ? 0 : x[0];
        double to = x.length == 0 ? 1 : x[x.length - 1];
        if (from > 0 && from < to / 10) {
            from = 0;
        }
        return new Axis(from, to > from ? to : from + 1, false, 0, 1);
    }

    /** All means, and of the bands all but the most extreme twentieth: one outlier should not press the rest flat. */
    private Axis yAxis(List<List<Bucket>> curves) {
        List<Bucket> all = curves.stream()
                .flatMap(List::stream)
                .filter(each -> drawable(each.mean))
                .toList();
        if (all.isEmpty()) {
            return new Axis(log ? 0.1 : 0, 1, log, 0, 1);
        }
        double[] lows = all.stream().mapToDouble(Bucket::low).sorted().toArray();
        double[] highs = all.stream().mapToDouble(Bucket::high).sorted().toArray();
        int twentieth = all.size() / 20;
        double from = Math.min(means(all).min().orElseThrow(), lows[twentieth]);
        double to = Math.max(means(all).max().orElseThrow(), highs[highs.length - 1 - twentieth]);
        return padded(from, to, log);
    }

    private static DoubleStream means(List<Bucket> buckets) {
        return buckets.stream().mapToDouble(Bucket::mean);
    }

    private static Axis padded(double from, double to, boolean log) {
        if (log) {
            double margin = to > from ? StrictMath.pow(to / from, 0.05) : 2;
            return new Axis(from / margin, to * margin, true, 0, 1);
        }
        double margin = to > from ? (to - from) * 0.05 : Math.max(Math.abs(to) * 0.1, 1e-9);
        double start = from >= 0 && from - margin < 0 ? 0 : from - margin;
        return new Axis(start, to + margin, false, 0, 1);
    }
}
