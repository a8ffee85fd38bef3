package io.fovea.autoencoder;

import io.fovea.image.Grid;
import io.fovea.report.Chart;
import io.fovea.torch.Autograd;
import io.fovea.torch.Scope;
import io.fovea.train.SampleSheet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What a training shows of itself: pictures beside their reconstructions, or the map as it is by now. */
final class AutoencoderLooks {
    private static final int PICTURES = 10;
    private static final int POINTS = 5000;
    private static final int TILE = 64;

    private final Rows shown;
    private final @Nullable PictureTiles tiles;
    private final @Nullable Groups groups;

    AutoencoderLooks(RowSource.Loaded input) {
        Rows rows = input.rows();
        tiles = PictureTiles.of(rows.values(), rows.picture(), AutoencoderMap.features(rows));
        int count = Math.min(tiles != null ? PICTURES : POINTS, rows.n());
        int[] which = IntStream.range(0, count)
                .map(i -> (int) ((long) i * rows.n() / count))
                .toArray();
        RowSource.Loaded some = input.pick(which);
        shown = some.rows();
        groups = Groups.of(some.labels());
    }

    void draw(AutoencoderNetwork network, SampleSheet sheet) {
        int n = shown.n();
        int k = network.config().code();
        float[] codes;
        float[] again;
        try (Scope scope = Scope.open();
                Autograd.Guard off = Autograd.noGrad()) {
            var z = network.encoder().apply(network.rows(shown.values(), n));
            codes = z.toFloats();
            again = network.decoder().apply(z).toFloats();
        }
        if (tiles == null) {
            Chart chart = new Chart("", 480, 360, 1);
            if (groups != null) {
                chart.legend(groups.names());
            }
            float[] places = Plane.of(codes, n, k).places(codes, n);
            chart.equalSpans(places).points(places, groups == null ? null : groups.numbers());
            sheet.row(new Grid.Cell(chart.picture(), "the map"));
            return;
        }
        int zoom = tiles.zoom(TILE);
        sheet.row(IntStream.range(0, n)
                .mapToObj(i -> new Grid.Cell(tiles.picture(shown.values(), i, zoom), ""))
                .toArray(Grid.Cell[]::new));
        sheet.row(IntStream.range(0, n)
                .mapToObj(i -> new Grid.Cell(tiles.picture(again, i, zoom), "decoded"))
                .toArray(Grid.Cell[]::new));
    }
}
