package io.fovea.train;

import io.fovea.image.Format;
import io.fovea.image.Grid;
import io.fovea.image.Pictures;
import io.fovea.image.WriteOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Labelled pictures in rows that show what a recipe can do by now, for instance input, bicubic, result and original of one photograph a row. */
public final class SampleSheet {
    private static final int LONGEST_SIDE = 512;
    private static final int GUTTER = 12;

    private final List<Grid.Cell> cells = new ArrayList<>();
    private int columns;

    /**
     * Adds a row. Pictures longer than 512 pixels are reduced: to show fine detail, add a crop.
     *
     * @throws IllegalArgumentException if the row has no pictures, or not as many as the rows before
     */
    public void row(Grid.Cell... row) {
        if (row.length == 0 || (columns > 0 && row.length != columns)) {
            throw new IllegalArgumentException(
                    "A row of " + row.length + " pictures does not fit into a sheet of " + columns + " columns.");
        }
        columns = row.length;
        cells.addAll(Arrays.asList(row));
    }

    public boolean isEmpty() {
        return cells.isEmpty();
    }

    /** Writes the sheet as a PNG file, over an earlier one of that name. */
    public void write(Path file) {
        WriteOptions options = WriteOptions.DEFAULT.withFormat(Format.PNG).withOverwrite(true);
        Pictures.write(new Grid(columns, LONGEST_SIDE, GUTTER).sheet(cells), file, options);
    }
}
