package io.fovea.autoencoder;

import io.fovea.Figures;
import io.fovea.data.Table;
import io.fovea.data.TableEncoder;
import io.fovea.image.Format;
import io.fovea.image.Grid;
import io.fovea.image.Picture;
import io.fovea.image.Pictures;
import io.fovea.image.WriteOptions;
import io.fovea.report.Chart;
import io.fovea.torch.Rng;
import io.fovea.train.Event;
import io.fovea.train.Journal;
import io.fovea.train.RunFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Pictures of a map for reports and papers: the points, rotations where the code has three coordinates or more, the Shepard diagram, the
 * worst reconstructed rows, and of pictures the decoded lattice.
 */
public final class MapPictures {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 560;
    private static final int SHARP = 2;
    private static final int PAIRS_AMONG = 700;
    private static final int WORST = 10;
    private static final int LATTICE = 16;
    private static final int VIEWS = 6;
    private static final int TILE = 48;

    private final Autoencoder model;
    private final RowSource.Loaded data;
    private final Rows rows;
    private final float[] codes;
    private final Plane plane;
    private final float[] places;
    private final String title;
    private final @Nullable Groups groups;
    private final @Nullable PictureTiles tiles;

    /** @param data as read for this model */
    public MapPictures(Autoencoder model, RowSource.Loaded data, String title) {
        this.model = model;
        this.data = data;
        this.title = title;
        rows = data.rows();
        codes = model.transform(rows.values(), rows.n());
        plane = Plane.of(codes, rows.n(), model.codeSize());
        places = plane.places(codes, rows.n());
        groups = Groups.of(data.labels());
        tiles = PictureTiles.of(rows.values(), rows.picture(), AutoencoderMap.features(rows));
    }

    /** All of them by name, as {@code scatter}; what does not apply is left out. */
    public Map<String, Picture> all() {
        Map<String, Picture> pictures = new LinkedHashMap<>();
        pictures.put("scatter", scatter());
        if (model.codeSize() > 2 && rows.n() > 3) {
            pictures.put("rotations", rotations());
        }
        if (rows.n() > 2) {
            pictures.put("shepard", shepard());
        }
        pictures.put("worst", worst());
        if (tiles != null) {
            pictures.put("lattice", lattice(tiles));
        }
        return pictures;
    }

    /** Writes PNG files into a folder, over earlier ones of the same names; the training curve is written too if {@code run} is a run. */
    public List<Path> write(Path folder, @Nullable Path run) {
        Map<String, Picture> pictures = new LinkedHashMap<>(all());
        if (run != null && Files.exists(run.resolve("journal.jsonl"))) {
            training(run, pictures);
        }
        WriteOptions options = WriteOptions.DEFAULT.withFormat(Format.PNG).withOverwrite(true);
        try {
            Files.createDirectories(folder);
        } catch (java.io.IOException e) {
            throw io.fovea.FoveaException.cannotWrite(folder, e);
        }
        List<Path> files = new ArrayList<>();
        pictures.forEach((name, picture) -> {
            Path file = folder.resolve(name + ".png");
            Pictures.write(picture, file, options);
            files.add(file);
        });
        return files;
    }

    /** The map's points, coloured by label. */
    public Picture scatter() {
        return scatter(title, places, WIDTH, HEIGHT, true);
    }

    private Picture scatter(String heading, float[] points, int width, int height, boolean legend) {
        Chart chart = new Chart(heading, width, height, SHARP);
        if (groups != null && legend) {
            chart.legend(groups.names());
        }
        return chart.equalSpans(points)
                .points(points, groups == null ? null : groups.numbers())
                .picture();
    }

    /** The first three principal components of the codes, seen from six sides. */
    Picture rotations() {
        int n = rows.n();
        int k = model.codeSize();
        Pca pca = Pca.fit(codes, n, k, 3);
        int axes = pca.axes().length;
        float[] solid = pca.transform(codes, n);
        List<Grid.Cell> views = new ArrayList<>();
        for (int v = 0; v < VIEWS; v++) {
            double angle = Math.PI * v / VIEWS;
            float[] seen = new float[2 * n];
            for (int i = 0; i < n; i++) {
                double depth = axes > 2 ? solid[i * axes + 2] : 0;
                seen[2 * i] = (float) (Math.cos(angle) * solid[i * axes] + Math.sin(angle) * depth);
                seen[2 * i + 1] = axes > 1 ? solid[i * axes + 1] : 0;
            }
            views.add(new Grid.Cell(scatter("", seen, 260, 240, false), 180 * v / VIEWS + " degrees"));
        }
        return new Grid(3, 0, 8).sheet(views);
    }

    /** Distances on the map over distances in the data, of the pairs among a sample of rows. */
    Picture shepard() {
        int n = rows.n();
        int used = Math.min(PAIRS_AMONG, n);
        int[] which = Arrays.copyOf(Rng.of(0, n).permutation(n), used);
        int pairs = used * (used - 1) / 2;
        float[] far = new float[pairs];
        float[] apart = new float[pairs];
        int at = 0;
        float mostFar = 0;
        float mostApart = 0;
        for (int a = 0; a < used; a++) {
            for (int b = 0; b < a; b++) {
                far[at] = distance(rows.values(), rows.d(), which[a], which[b]);
                apart[at] = distance(places, 2, which[a], which[b]);
                mostFar = Math.max(mostFar, far[at]);
                mostApart = Math.max(mostApart, apart[at]);
                at++;
            }
        }
        String heading = "Distances, data against map"
                + (used < n ? String.format(Locale.ROOT, " (%,d of %,d rows)", used, n) : "");
        return new Chart(heading, WIDTH, HEIGHT, SHARP)
                .axes(0, mostFar, "distance in the data (scaled)", 0, mostApart, "distance on the map", false)
                .density(far, apart)
                .picture();
    }

    private static float distance(float[] values, int d, int a, int b) {
        double sum = 0;
        for (int c = 0; c < d; c++) {
            double difference = (double) values[a * d + c] - values[b * d + c];
            sum += difference * difference;
        }
        return (float) Math.sqrt(sum);
    }

    /** The rows that the model reconstructs worst, beside what it makes of them. */
    Picture worst() {
        float[] again = model.reconstruct(rows.values(), rows.n());
        double[] errors = model.score(rows.values(), rows.n());
        int[] worst = IntStream.range(0, rows.n())
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -errors[i]))
                .limit(WORST)
                .mapToInt(Integer::intValue)
                .toArray();
        return tiles != null ? worstPictures(tiles, worst, again, errors) : worstRows(worst, again, errors);
    }

    private Picture worstPictures(PictureTiles shown, int[] worst, float[] again, double[] errors) {
        int zoom = shown.zoom(96);
        List<Grid.Cell> cells = new ArrayList<>();
        for (int i : worst) {
            cells.add(new Grid.Cell(shown.picture(rows.values(), i, zoom), name(i)));
        }
        for (int i : worst) {
            cells.add(new Grid.Cell(shown.picture(again, i, zoom), "error " + Figures.number(errors[i])));
        }
        return new Grid(worst.length, 0, 10).sheet(cells);
    }

    private String name(int row) {
        return data.names() == null ? "row " + (row + 1) : data.names().get(row);
    }

    private Picture worstRows(int[] worst, float[] again, double[] errors) {
        List<String[]> lines = new ArrayList<>();
        lines.add(new String[] {"row", "error", "columns that are furthest off: value, then as reconstructed"});
        for (int i : worst) {
            List<String> cells = new ArrayList<>(List.of(name(i), Figures.number(errors[i])));
            cells.addAll(furthest(i, again));
            lines.add(cells.toArray(String[]::new));
        }
        int width = Math.max(WIDTH, Math.min(1400, Chart.widthOf(lines)));
        return new Chart("The rows that are reconstructed worst", width, 70 + 20 * lines.size(), SHARP)
                .lines(lines)
                .picture();
    }

    private List<String> furthest(int row, float[] again) {
        int d = rows.d();
        float[] one = Arrays.copyOfRange(rows.values(), row * d, (row + 1) * d);
        float[] other = Arrays.copyOfRange(again, row * d, (row + 1) * d);
        List<Integer> slots = IntStream.range(0, d)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer c) -> -Math.abs(one[c] - other[c])))
                .limit(3)
                .toList();
        if (rows.table() == null) {
            return slots.stream()
                    .map(c -> "x" + (c + 1) + " " + Figures.number(one[c]) + ", " + Figures.number(other[c]))
                    .toList();
        }
        TableEncoder encoder = TableEncoder.ofJson(rows.table());
        Table is = encoder.decode(one);
        Table made = encoder.decode(other);
        List<String> shown = new ArrayList<>();
        for (int slot : slots) {
            TableEncoder.Feature f = encoder.columns().stream()
                    .filter(c -> slot >= c.slot() && slot < c.slot() + c.width())
                    .findFirst()
                    .orElseThrow();
            String line = f.name() + " " + cell(is, f.name()) + ", " + cell(made, f.name());
            if (!shown.contains(line)) {
                shown.add(line);
            }
        }
        return shown;
    }

    private static String cell(Table table, String column) {
        return table.column(column).kind() == io.fovea.data.Column.Kind.NUMBER
                ? Figures.number(table.column(column).numbers()[0])
                : String.valueOf(table.column(column).text(0));
    }

    /** Pictures decoded on a grid over the map, the first row at its upper edge. */
    private Picture lattice(PictureTiles shown) {
        float[] low = {Float.MAX_VALUE, Float.MAX_VALUE};
        float[] high = {-Float.MAX_VALUE, -Float.MAX_VALUE};
        for (int i = 0; i < places.length; i++) {
            low[i & 1] = Math.min(low[i & 1], places[i]);
            high[i & 1] = Math.max(high[i & 1], places[i]);
        }
        int down = low[1] == high[1] ? 1 : LATTICE;
        float[] grid = new float[2 * LATTICE * down];
        for (int i = 0; i < LATTICE * down; i++) {
            float across = (i % LATTICE + 0.5f) / LATTICE;
            int line = i / LATTICE;
            float up = 1 - (line + 0.5f) / down;
            grid[2 * i] = low[0] + across * (high[0] - low[0]);
            grid[2 * i + 1] = low[1] + up * (high[1] - low[1]);
        }
        int n = LATTICE * down;
        float[] decoded = model.inverseTransform(plane.codes(grid, n), n);
        int zoom = shown.zoom(TILE);
        return new Grid(LATTICE, 0, 2)
                .sheet(IntStream.range(0, n)
                        .mapToObj(i -> new Grid.Cell(shown.picture(decoded, i, zoom), ""))
                        .toList());
    }

    /** Losses of a run over its steps. */
    private static void training(Path run, Map<String, Picture> into) {
        List<double[]> total = new ArrayList<>();
        List<double[]> held = new ArrayList<>();
        try (RunFolder folder = RunFolder.read(run)) {
            for (Event event : Journal.read(folder.journalFile())) {
                if (event instanceof Event.Step step) {
                    add(total, step.step(), step.scalars().values().get("loss/total"));
                } else if (event instanceof Event.Evaluate evaluate) {
                    evaluate.scores().list().stream()
                            .filter(s -> s.name().equals("reconstruction"))
                            .forEach(s -> add(held, evaluate.step(), s.value()));
                }
            }
        }
        if (total.size() < 2) {
            return;
        }
        double[] values = java.util.stream.Stream.concat(total.stream(), held.stream())
                .mapToDouble(p -> p[1])
                .filter(v -> v > 0)
                .toArray();
        double least = Arrays.stream(values).min().orElse(0.1);
        double most = Arrays.stream(values).max().orElse(1);
        double last = total.get(total.size() - 1)[0];
        Chart chart = new Chart("Training", WIDTH, HEIGHT, SHARP)
                .legend(List.of("loss", "reconstruction"))
                .axes(0, last, "step", least / 1.1, most * 1.1, "", true);
        line(chart, total, 0);
        line(chart, held, 1);
        into.put("training", chart.picture());
    }

    private static void add(List<double[]> points, long step, @Nullable Double value) {
        if (value != null) {
            points.add(new double[] {step, value});
        }
    }

    private static void line(Chart chart, List<double[]> points, int group) {
        chart.line(
                points.stream().mapToDouble(p -> p[0]).toArray(),
                points.stream().mapToDouble(p -> p[1]).toArray(),
                group);
    }
}
