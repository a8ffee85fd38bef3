package io.fovea.autoencoder;

import io.fovea.FoveaException;
import io.fovea.Json;
import io.fovea.data.Column;
import io.fovea.data.EncoderOptions;
import io.fovea.data.Table;
import io.fovea.data.TableEncoder;
import io.fovea.torch.Autograd;
import io.fovea.torch.Engine;
import io.fovea.torch.Natives;
import io.fovea.torch.Scope;
import io.fovea.torch.Tensor;
import io.fovea.train.RunFolder;
import io.fovea.train.Saved;
import io.fovea.weights.Card;
import io.fovea.weights.StoredTensor;
import io.fovea.weights.WeightsFile;
import io.fovea.weights.WeightsFormat;
import io.fovea.weights.Zoo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A map and the way back.
 *
 * <pre>{@code
 * try (var map = Autoencoder.fit(rows, n, d, AutoencoderConfig.denoising())) {
 *     float[] places = map.transform(rows, n);
 *     map.save(Path.of("map.safetensors"));
 * }
 * }</pre>
 *
 * Immutable and thread-safe. Rows are row-major arrays of n times {@link #width()} numbers in the scale of the training, codes of n times
 * {@link #codeSize()}; rows are never dropped or put in another order.
 */
public final class Autoencoder implements AutoCloseable {
    static final String SYSTEM = "autoencoder";

    private static final int CHUNK = 2048;
    private static final int SHEET = 1024;
    private static final double UNUSUAL = 0.99;

    private final AutoencoderNetwork network;
    private final Model model;
    private final @Nullable TableEncoder encoder;

    /**
     * All that a file says beside the weights.
     *
     * @param width columns of a row
     * @param table how a table becomes rows, JSON; null where the model was fitted to rows
     * @param picture what a row is a picture of, or null
     */
    public record Model(
            AutoencoderConfig config,
            int width,
            Provenance provenance,
            @Nullable String table,
            NetworkConfig.@Nullable Image picture) {}

    /**
     * Where a model comes from.
     *
     * @param data name of the data, or empty
     * @param rows that it was fitted to, those held back for early stopping included
     * @param epochs passes over the rows, or iterations of L-BFGS
     * @param seed of the training that was kept
     * @param loss mean squared error, or whatever the reconstruction is, of the rows held back; of the training rows where none were
     * @param usualError reconstruction error that 99 of 100 of the fitted rows do not exceed
     * @param aligned what the map's axes were turned towards: {@code pca}, {@code old map} or {@code none}
     * @param engine that trained it
     */
    public record Provenance(
            String data,
            int rows,
            int epochs,
            long seed,
            double loss,
            double usualError,
            String aligned,
            String engine) {}

    /** What is told while a map is fitted. */
    public interface Watcher {
        Watcher NONE = (restart, epoch, epochs, loss) -> {};

        /**
         * An epoch is over. Whatever this throws ends the training.
         *
         * @param loss of its last batch
         */
        void epoch(int restart, int epoch, int epochs, double loss);
    }

    Autoencoder(AutoencoderNetwork network, Model model) {
        network.eval();
        network.requiresGrad(false);
        this.network = network;
        this.model = model;
        encoder = model.table() == null ? null : TableEncoder.ofJson(model.table());
    }

    /** A network that is trained, and what its file says of it. The network belongs to the model from now on. */
    public static Autoencoder of(AutoencoderNetwork network, Model model) {
        return new Autoencoder(network, model);
    }

    // ---- making ----

    /** Fits a map to a table: numbers standardised, texts as levels, a last column called {@code label} kept aside. */
    public static Autoencoder fit(Table table, AutoencoderConfig config) {
        return fit(table, EncoderOptions.DEFAULT, config, Watcher.NONE);
    }

    /** Fits a map to a table. Every row takes part and none changes its place. */
    public static Autoencoder fit(Table table, EncoderOptions options, AutoencoderConfig config, Watcher watcher) {
        return fit(Rows.of(table, null, options), config, watcher);
    }

    /** Fits a map to rows. */
    public static Autoencoder fit(Rows rows, AutoencoderConfig config, Watcher watcher) {
        Natives.boot();
        AutoencoderFit.Fitted fitted =
                AutoencoderFit.fit(config, rows.values(), rows.n(), rows.d(), null, watcher::epoch);
        return finished(fitted, config, rows, null);
    }

    /**
     * Fits a map to rows.
     *
     * @param rows n times d finite numbers, row-major, scaled as they shall count
     */
    public static Autoencoder fit(float[] rows, int n, int d, AutoencoderConfig config) {
        return fit(rows, n, d, config, Watcher.NONE);
    }

    public static Autoencoder fit(float[] rows, int n, int d, AutoencoderConfig config, Watcher watcher) {
        return fit(Rows.of(rows, n, d), config, watcher);
    }

    /**
     * Fits a new map that stays near this one: it starts from this network where it has the same shape, every row is drawn to its old
     * place with {@code loss.anchor}, and the result is turned towards the old map.
     */
    public Autoencoder refit(float[] rows, int n, AutoencoderConfig config, Watcher watcher) {
        refuseAsAnchorFor(config);
        float[] old = transform(rows, n);
        AutoencoderFit.Fitted fitted =
                AutoencoderFit.fit(config, rows, n, width(), new AutoencoderFit.Old(network, old), watcher::epoch);
        Rows named = new Rows(rows, n, width(), model.provenance().data(), model.table(), model.picture());
        return finished(fitted, config, named, old);
    }

    /** Refuses configurations that cannot stay near this map. */
    void refuseAsAnchorFor(AutoencoderConfig config) {
        if (config.network().code() != codeSize()) {
            throw new FoveaException("network.code is " + config.network().code() + "; it must be " + codeSize()
                    + ", as the old map's.");
        }
        if (config.training().optimiser() == TrainingConfig.Optimiser.LBFGS) {
            throw new FoveaException("A map fitted by lbfgs has no anchor: it is the same whatever it starts from.");
        }
    }

    /** As {@link #refit(float[], int, AutoencoderConfig, Watcher)} for a table, scaled as the old one was. */
    public Autoencoder refit(Table table, AutoencoderConfig config, Watcher watcher) {
        return refit(encoder().encode(table), table.rows(), config, watcher);
    }

    /** Turns the axes, measures the usual error, and closes the matter. */
    static Autoencoder finished(
            AutoencoderFit.Fitted fitted, AutoencoderConfig config, Rows rows, float @Nullable [] old) {
        AutoencoderNetwork network = fitted.network();
        network.eval();
        int n = rows.n();
        String aligned = align(network, config, rows.values(), n, old);
        Provenance unmeasured = new Provenance(
                rows.name(), n, fitted.epochs(), fitted.seed(), fitted.loss(), 0, aligned, Engine.description());
        Model model = new Model(config, network.width(), unmeasured, rows.table(), rows.picture());
        double[] errors = new Autoencoder(network, model).score(rows.values(), n);
        Arrays.sort(errors);
        double usual = errors[Math.min(n - 1, (int) Math.ceil(UNUSUAL * n) - 1)];
        Provenance p = new Provenance(
                rows.name(), n, fitted.epochs(), fitted.seed(), fitted.loss(), usual, aligned, unmeasured.engine());
        return new Autoencoder(network, new Model(config, network.width(), p, rows.table(), rows.picture()));
    }

    private static String align(
            AutoencoderNetwork network, AutoencoderConfig config, float[] rows, int n, float @Nullable [] old) {
        int k = config.network().code();
        if (config.network().kind() == NetworkConfig.Kind.LINEAR && old == null) {
            if (config.training().optimiser() == TrainingConfig.Optimiser.ADAM) {
                LinearFit.toPrincipalAxes(network, rows, n);
            }
            return "pca";
        }
        if (!Alignment.fits(config.network()) || n <= k || (old == null && k > network.width())) {
            return "none";
        }
        float[] target = old;
        if (target == null) {
            Pca pca = Pca.fit(rows, n, network.width(), k);
            if (pca.axes().length < k) {
                return "none";
            }
            target = pca.transform(rows, n);
        }
        float[] codes = run(
                network, rows, n, network.width(), k, (net, x) -> net.encoder().apply(x));
        Alignment.of(codes, target, k).foldInto(network);
        return old == null ? "pca" : "old map";
    }

    /**
     * Loads a model by zoo name, file or run folder.
     *
     * @throws FoveaException saying what the file is, if it is no model of this system
     */
    public static Autoencoder load(String nameOrPath) {
        Natives.boot();
        WeightsFile file = Zoo.ofClassPath().find(finishedIn(nameOrPath));
        String system = file.system().orElse("");
        if (!system.equals(SYSTEM) || file.config().isEmpty()) {
            throw new FoveaException(file.name() + " holds "
                    + (system.isEmpty() ? "weights of another program" : "weights of " + system)
                    + "; a model of autoencoder was expected."
                    + (system.isEmpty() ? " Import it first: fovea autoencoder import." : ""));
        }
        Model model = Json.read(file.config().get(), Model.class, file.name());
        Map<String, StoredTensor> tensors = file.tensors();
        for (String part : new String[] {"best", "network"}) {
            Map<String, StoredTensor> found = Saved.part(tensors, part);
            if (!found.isEmpty()) {
                tensors = found;
                break;
            }
        }
        AutoencoderNetwork network = new AutoencoderNetwork(model.config().network(), model.width());
        try (Scope scope = Scope.open()) {
            Map<String, Tensor> values = new LinkedHashMap<>();
            tensors.forEach((name, t) -> values.put(name, t.toTensor()));
            network.load(values);
        }
        return new Autoencoder(network, model);
    }

    /** The finished model of a run folder, or the checkpoint of one that is not finished. */
    private static String finishedIn(String nameOrPath) {
        try {
            Path model = AutoencoderTraining.modelFile(Path.of(nameOrPath));
            return Files.isRegularFile(model) ? model.toString() : RunFolder.weightsIn(nameOrPath);
        } catch (java.nio.file.InvalidPathException e) {
            return nameOrPath;
        }
    }

    /** A network of another program with the weights of its file; its rows are those that the network was made for. */
    public static Autoencoder imported(Path file, PublicLayouts.Told told) {
        Natives.boot();
        WeightsFile weights = WeightsFile.open(file);
        PublicLayouts.Read read = PublicLayouts.read(weights, told);
        NetworkConfig network = read.network().config();
        LossConfig loss = network.output() == Unit.SIGMOID
                ? LossConfig.squared().with(LossConfig.Reconstruction.BCE, LossConfig.Reduction.MEAN, 1)
                : LossConfig.squared();
        AutoencoderConfig config = new AutoencoderConfig(
                network, loss, TrainingConfig.adam(), AutoencoderConfig.deep().run());
        Provenance p = new Provenance(
                String.valueOf(file.getFileName()), 0, 0, 0, 0, Double.MAX_VALUE, "none", "imported: " + read.layout());
        return new Autoencoder(read.network(), new Model(config, read.network().width(), p, null, network.image()));
    }

    /** Writes the model as one safetensors file; refuses a file that exists. */
    public void save(Path path) {
        save(path, null);
    }

    public void save(Path path, @Nullable Card card) {
        WeightsFile.save(network.state(), WeightsFormat.metadata(SYSTEM, Json.writeLine(model), card), path);
    }

    /** Writes the weights alone under the names that public implementations use; refuses a file that exists. */
    public void savePublic(Path path) {
        Map<String, Tensor> named = new LinkedHashMap<>();
        Map<String, String> names = PublicLayouts.names(network);
        network.state().forEach((name, t) -> named.put(names.getOrDefault(name, name), t));
        WeightsFile.save(named, Map.of(), path);
    }

    /** As {@link #save(Path)}, over a file that may be there. */
    void replace(Path path) {
        WeightsFile.replace(network.state(), WeightsFormat.metadata(SYSTEM, Json.writeLine(model), null), path);
    }

    // ---- using ----

    /** Columns of a row. */
    public int width() {
        return model.width();
    }

    /** Coordinates of a place. */
    public int codeSize() {
        return model.config().network().code();
    }

    public AutoencoderConfig config() {
        return model.config();
    }

    public Model model() {
        return model;
    }

    /** The network, for export and description. Its weights must not be changed. */
    public AutoencoderNetwork network() {
        return network;
    }

    private interface Pass {
        Tensor run(AutoencoderNetwork network, Tensor x);
    }

    /** Places of rows: n times k. */
    public float[] transform(float[] rows, int n) {
        return run(
                network, rows, n, width(), codeSize(), (net, x) -> net.encoder().apply(x));
    }

    /** Rows at places: n times d. */
    public float[] inverseTransform(float[] codes, int n) {
        return run(
                network,
                codes,
                n,
                codeSize(),
                width(),
                (net, z) -> net.decoder().apply(z));
    }

    /** Rows encoded and decoded again: n times d. */
    public float[] reconstruct(float[] rows, int n) {
        return run(network, rows, n, width(), width(), (net, x) -> {
            Tensor z = net.encoder().apply(x);
            return net.decoder().apply(z);
        });
    }

    /** Reconstruction error of each row: mean squared difference over its columns. */
    public double[] score(float[] rows, int n) {
        float[] r = reconstruct(rows, n);
        double[] errors = new double[n];
        int d = width();
        for (int i = 0; i < n; i++) {
            double sum = 0;
            for (int c = i * d; c < (i + 1) * d; c++) {
                double diff = (double) rows[c] - r[c];
                sum += diff * diff;
            }
            errors[i] = sum / d;
        }
        return errors;
    }

    // ---- using it on tables ----

    /**
     * How a table becomes rows.
     *
     * @throws FoveaException if the model was fitted to rows and not to a table
     */
    public TableEncoder encoder() {
        if (encoder == null) {
            throw new FoveaException("The model was fitted to rows of " + width()
                    + " numbers, not to a table; it does not know what their columns are.");
        }
        return encoder;
    }

    /**
     * Places of a table's rows, in their order: the identifying columns that the table has, {@code map1}, {@code map2} ... and
     * {@code error}, each row's reconstruction error in scaled units. Columns are found by name.
     */
    public Table transform(Table table) {
        float[] rows = encoder().encode(table);
        int n = table.rows();
        List<Column> columns = new ArrayList<>();
        encoder().ids().stream().filter(table::has).forEach(id -> columns.add(table.column(id)));
        columns.addAll(places(transform(rows, n), n));
        columns.add(Column.of(free("error", columns), rounded(score(rows, n))));
        return Table.of(columns);
    }

    private List<Column> places(float[] codes, int n) {
        int k = codeSize();
        List<Column> columns = new ArrayList<>();
        for (int j = 0; j < k; j++) {
            double[] values = new double[n];
            for (int i = 0; i < n; i++) {
                values[i] = codes[i * k + j];
            }
            columns.add(Column.of("map" + (j + 1), values));
        }
        return columns;
    }

    /** In single precision, as the network computes: more digits would say nothing. */
    private static double[] rounded(double[] values) {
        double[] rounded = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            rounded[i] = (float) values[i];
        }
        return rounded;
    }

    /** A name that none of the columns has. */
    private static String free(String name, List<Column> columns) {
        return columns.stream().anyMatch(c -> c.name().equals(name)) ? free(name + "_", columns) : name;
    }

    /**
     * The rows at places, in the table's own units; the places' columns are {@code map1}, {@code map2} ... Of a model that was fitted to rows
     * of numbers the columns are {@code x1}, {@code x2} ...
     */
    public Table inverseTransform(Table places) {
        int n = places.rows();
        float[] rows = inverseTransform(codes(places), n);
        if (encoder != null) {
            return encoder.decode(rows);
        }
        int d = width();
        List<Column> columns = new ArrayList<>();
        for (int c = 0; c < d; c++) {
            double[] values = new double[n];
            for (int i = 0; i < n; i++) {
                values[i] = rows[i * d + c];
            }
            columns.add(Column.of("x" + (c + 1), values));
        }
        return Table.of(columns);
    }

    private float[] codes(Table places) {
        int k = codeSize();
        int n = places.rows();
        float[] codes = new float[n * k];
        for (int j = 0; j < k; j++) {
            Column column = places.column("map" + (j + 1));
            if (column.kind() != Column.Kind.NUMBER) {
                throw new FoveaException(
                        places.source() + ": column map" + (j + 1) + " holds text; numbers were expected.");
            }
            for (int i = 0; i < n; i++) {
                codes[i * k + j] = (float) column.numbers()[i];
                if (!Float.isFinite(codes[i * k + j])) {
                    throw new FoveaException("Column map" + (j + 1) + " has no finite number in " + places.where(i)
                            + " of " + places.source() + ".");
                }
            }
        }
        return codes;
    }

    /**
     * Writes the pictures at places, at most 1,024 of them, as one PNG sheet.
     *
     * @throws FoveaException if the model is not one of pictures
     */
    public void sheet(Table places, Path png) {
        int n = places.rows();
        float[] rows = inverseTransform(codes(places), n);
        Rows known = new Rows(rows, n, width(), "", model.table(), model.picture());
        PictureTiles tiles = PictureTiles.of(rows, model.picture(), AutoencoderMap.features(known));
        if (tiles == null) {
            throw new FoveaException("The model was not fitted to pictures; write its rows as a table, .csv.");
        }
        if (n > SHEET) {
            throw new FoveaException("A sheet shows at most " + SHEET + " pictures; there are " + n + " places.");
        }
        int zoom = tiles.zoom(64);
        List<io.fovea.image.Grid.Cell> cells = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            cells.add(new io.fovea.image.Grid.Cell(tiles.picture(rows, i, zoom), ""));
        }
        io.fovea.image.Pictures.write(
                new io.fovea.image.Grid((int) Math.ceil(Math.sqrt(n)), 0, 4).sheet(cells),
                png,
                io.fovea.image.WriteOptions.DEFAULT
                        .withFormat(io.fovea.image.Format.PNG)
                        .withOverwrite(true));
    }

    /** The table's rows encoded and decoded again, in its own units. */
    public Table reconstruct(Table table) {
        return encoder().decode(reconstruct(encoder().encode(table), table.rows()));
    }

    /** Reconstruction error of each row in scaled units. */
    public double[] score(Table table) {
        return score(encoder().encode(table), table.rows());
    }

    /** Whether a reconstruction error is above that of 99 of 100 of the fitted rows. */
    public boolean isUnusual(double error) {
        return error > model.provenance().usualError();
    }

    private static float[] run(AutoencoderNetwork network, float[] in, int n, int from, int to, Pass pass) {
        if (in.length != (long) n * from) {
            throw new FoveaException(n + " rows of " + from + " numbers make " + (long) n * from + " values; "
                    + in.length + " were given.");
        }
        float[] out = new float[Math.multiplyExact(n, to)];
        for (int at = 0; at < n; at += CHUNK) {
            int count = Math.min(CHUNK, n - at);
            try (Scope scope = Scope.open();
                    Autograd.Guard off = Autograd.inference()) {
                Tensor x = Tensor.of(Arrays.copyOfRange(in, at * from, (at + count) * from), count, from);
                float[] y = pass.run(network, x).toFloats();
                System.arraycopy(y, 0, out, at * to, y.length);
            }
        }
        return out;
    }

    @Override
    public void close() {
        network.close();
    }

    @Override
    public String toString() {
        return "Autoencoder(" + width() + " -> " + codeSize() + ", "
                + NetworkConfig.lower(config().network().kind()) + ")";
    }
}
