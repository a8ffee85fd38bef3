package io.fovea.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of text in aligned columns. */
public final class Table {
    private static final String GAP = "  ";

    private final String indent;
    private final List<String[]> rows = new ArrayList<>();
    private int headers = 1;

    public Table(String indent) {
        this.indent = indent;
    }

    public Table row(Object... cells) {
        rows.add(Arrays.stream(cells).map(String::valueOf).toArray(String[]::new));
        return this;
    }

    /**
     * A line above the header that names groups of columns: a cell for each column, empty where the group to the left goes on. To be
     * called first.
     */
    public Table groups(String... cells) {
        rows.add(cells);
        headers = 2;
        return this;
    }

    /** Columns as wide as their widest cell; columns of numbers are set to the right. */
    @Override
    public String toString() {
        int columns = rows.stream().mapToInt(r -> r.length).max().orElse(0);
        int[] widths = new int[columns];
        boolean[] numbers = new boolean[columns];
        Arrays.fill(numbers, true);
        for (int i = 0; i < rows.size(); i++) {
            String[] row = rows.get(i);
            boolean header = i < headers && rows.size() > headers;
            for (int c = 0; c < row.length; c++) {
                widths[c] = Math.max(widths[c], i < headers - 1 ? 0 : row[c].length());
                numbers[c] &= row[c].isEmpty() || row[c].matches("[-+]?[\\d,.]+") || header;
            }
        }
        StringBuilder text = new StringBuilder();
        for (String[] row : rows.subList(0, headers - 1)) {
            text.append(groupLine(row, widths)).append('\n');
        }
        for (String[] row : rows.subList(Math.min(headers - 1, rows.size()), rows.size())) {
            StringBuilder line = new StringBuilder(indent);
            for (int c = 0; c < row.length; c++) {
                String space = " ".repeat(widths[c] - row[c].length());
                line.append(c == 0 ? "" : GAP).append(numbers[c] ? space + row[c] : row[c] + space);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private String groupLine(String[] cells, int[] widths) {
        StringBuilder line = new StringBuilder(indent);
        int column = indent.length();
        for (int c = 0; c < cells.length; c++) {
            if (!cells[c].isEmpty()) {
                line.append(" ".repeat(Math.max(0, column - line.length()))).append(cells[c]);
            }
            column += widths[c] + GAP.length();
        }
        return line.toString();
    }
}
