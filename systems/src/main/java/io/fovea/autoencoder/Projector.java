package io.fovea.autoencoder;

import io.fovea.data.Column;
import io.fovea.data.Table;
import io.fovea.image.Format;
import io.fovea.image.Picture;
import io.fovea.image.Pictures;
import io.fovea.image.WriteOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A map as TensorBoard's embedding projector reads it: {@code tensors.tsv} with a code a line, {@code metadata.tsv} with a header only where
 * it has more than one column, a sprite of pictures up to 8,192 pixels, and the {@code projector_config.pbtxt} that names them.
 */
public final class Projector {
    private static final int LARGEST_SPRITE = 8192;

    private final Autoencoder model;
    private final RowSource.Loaded data;
    private final Rows rows;

    /** @param data as read for this model */
    public Projector(Autoencoder model, RowSource.Loaded data) {
        this.model = model;
        this.data = data;
        rows = data.rows();
    }

    /** The files by name. */
    public Map<String, byte[]> files() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        StringBuilder config =
                new StringBuilder("embeddings {\n  tensor_name: \"map\"\n  tensor_path: \"tensors.tsv\"\n");
        files.put("tensors.tsv", tensors().getBytes(StandardCharsets.UTF_8));
        String metadata = metadata();
        if (!metadata.isEmpty()) {
            files.put("metadata.tsv", metadata.getBytes(StandardCharsets.UTF_8));
            config.append("  metadata_path: \"metadata.tsv\"\n");
        }
        PictureTiles tiles = PictureTiles.of(rows.values(), rows.picture(), AutoencoderMap.features(rows));
        int across = (int) Math.ceil(Math.sqrt(rows.n()));
        if (tiles != null
                && across * Math.max(tiles.shape().width(), tiles.shape().height()) <= LARGEST_SPRITE) {
            files.put("sprite.png", sprite(tiles, across));
            config.append("  sprite {\n    image_path: \"sprite.png\"\n    single_image_dim: ")
                    .append(tiles.shape().width())
                    .append("\n    single_image_dim: ")
                    .append(tiles.shape().height())
                    .append("\n  }\n");
        }
        files.put("projector_config.pbtxt", config.append("}\n").toString().getBytes(StandardCharsets.UTF_8));
        return files;
    }

    private String tensors() {
        int k = model.codeSize();
        float[] codes = model.transform(rows.values(), rows.n());
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < codes.length; i++) {
            text.append(codes[i]).append((i + 1) % k == 0 ? '\n' : '\t');
        }
        return text.toString();
    }

    private String metadata() {
        List<String> heads = new ArrayList<>();
        List<List<@Nullable String>> columns = new ArrayList<>();
        Table table = data.table();
        if (table != null) {
            for (Column column : table.columns()) {
                heads.add(column.name());
                List<@Nullable String> cells = new ArrayList<>();
                for (int i = 0; i < column.rows(); i++) {
                    cells.add(column.text(i));
                }
                columns.add(cells);
            }
        } else {
            if (data.names() != null) {
                heads.add("name");
                columns.add(new ArrayList<>(data.names()));
            }
            if (data.labels() != null) {
                heads.add("label");
                columns.add(data.labels());
            }
        }
        StringBuilder text = new StringBuilder();
        if (heads.size() > 1) {
            text.append(String.join("\t", heads.stream().map(Projector::plain).toList()))
                    .append('\n');
        }
        for (int i = 0; i < rows.n() && !columns.isEmpty(); i++) {
            for (int c = 0; c < columns.size(); c++) {
                text.append(c == 0 ? "" : "\t")
                        .append(plain(Objects.requireNonNullElse(columns.get(c).get(i), "")));
            }
            text.append('\n');
        }
        return text.toString();
    }

    /** The format knows no quotes. */
    private static String plain(String cell) {
        return cell.replaceAll("[\\t\\r\\n]+", " ");
    }

    private byte[] sprite(PictureTiles tiles, int across) {
        int h = tiles.shape().height();
        int w = tiles.shape().width();
        int channels = tiles.shape().channels();
        byte[] samples = new byte[across * w * across * h * channels];
        for (int i = 0; i < rows.n(); i++) {
            byte[] tile = tiles.picture(rows.values(), i, 1).bytes();
            for (int y = 0; y < h; y++) {
                int line = i / across * h + y;
                System.arraycopy(
                        tile, y * w * channels, samples, (line * across * w + i % across * w) * channels, w * channels);
            }
        }
        try (ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            Pictures.write(
                    Picture.of8(across * w, across * h, channels, samples),
                    out,
                    WriteOptions.DEFAULT.withFormat(Format.PNG));
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
