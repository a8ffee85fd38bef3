package io.fovea.image;

import io.fovea.FoveaException;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * A contact sheet: pictures in rows and columns on a light neutral ground, each in the middle of its column, with a small label below where it has one.
 *
 * @param columns pictures per row
 * @param cell longest side of a picture on the sheet, in pixels: larger ones are reduced (Lanczos), smaller ones stay as they are; 0 leaves all as they are
 * @param gutter pixels between pictures and around the sheet
 */
public record Grid(int columns, int cell, int gutter) {
    /**
     * One picture of a sheet.
     *
     * @param label one line of text; empty for none
     */
    public record Cell(Picture picture, String label) {}

    private static final Color GROUND = new Color(0xf6f6f4);
    private static final Color INK = new Color(0x4a4a48);
    private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
    private static final int LABEL_HEIGHT = 22;
    private static final int LABEL_BASELINE = 16;

    public Grid {
        if (columns < 1 || cell < 0 || gutter < 0) {
            throw new FoveaException("A sheet has at least 1 column and sizes of at least 0, not " + columns
                    + " columns, cells of " + cell + " and gutters of " + gutter + ".");
        }
    }

    /**
     * The sheet as an 8-bit RGB picture. Grey is shown in its values, alpha over white; colour profiles are not applied. All columns are as wide as the widest picture, a row is as high as its
     * highest, and rows without a label have no room for one. On a system without any font, labels are left out.
     *
     * @throws FoveaException if there are no pictures
     */
    public Picture sheet(List<Cell> cells) {
        if (cells.isEmpty()) {
            throw new FoveaException("A sheet needs at least one picture.");
        }
        List<Cell> shown =
                cells.stream().map(c -> new Cell(fit(c.picture), c.label)).toList();
        int used = Math.min(columns, shown.size());
        int column = shown.stream().mapToInt(c -> c.picture.width()).max().orElse(0);
        int rows = (shown.size() + columns - 1) / columns;
        int[] tops = new int[rows + 1];
        tops[0] = gutter;
        for (int r = 0; r < rows; r++) {
            List<Cell> row = shown.subList(r * columns, Math.min(shown.size(), (r + 1) * columns));
            boolean labelled = row.stream().anyMatch(c -> !c.label.isEmpty());
            tops[r + 1] = tops[r] + height(row) + (labelled ? LABEL_HEIGHT : 0) + gutter;
        }
        BufferedImage sheet =
                new BufferedImage(gutter + used * (column + gutter), tops[rows], BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D g = sheet.createGraphics();
        g.setColor(GROUND);
        g.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
        for (int i = 0; i < shown.size(); i++) {
            int r = i / columns;
            int height = height(shown.subList(r * columns, Math.min(shown.size(), (r + 1) * columns)));
            draw(sheet, g, shown.get(i), gutter + i % columns * (column + gutter), tops[r], column, height);
        }
        g.dispose();
        return Picture.of(sheet);
    }

    private static int height(List<Cell> row) {
        return row.stream().mapToInt(c -> c.picture.height()).max().orElse(0);
    }

    private static void draw(BufferedImage sheet, Graphics2D g, Cell cell, int x, int y, int width, int height) {
        Picture picture = cell.picture;
        int left = x + (width - picture.width()) / 2;
        int top = y + height - picture.height();
        sheet.getRaster().setDataElements(left, top, Rasters.wrap(picture).getRaster());
        if (!cell.label.isEmpty()) {
            write(g, cell.label, x, y + height + LABEL_BASELINE, width);
        }
    }

    /** Drawing text is the one thing that a machine without fonts cannot do; the pictures matter more. */
    private static void write(Graphics2D g, String label, int x, int y, int width) {
        try {
            g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            g.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
            g.setFont(FONT);
            g.setColor(INK);
            FontMetrics metrics = g.getFontMetrics();
            String shown = shortened(label, metrics, width);
            g.drawString(shown, x + (width - metrics.stringWidth(shown)) / 2, y);
        } catch (RuntimeException | InternalError | LinkageError e) {
            return;
        }
    }

    private static String shortened(String label, FontMetrics metrics, int width) {
        if (metrics.stringWidth(label) <= width) {
            return label;
        }
        int length = label.length();
        while (length > 0 && metrics.stringWidth(label.substring(0, length) + "\u2026") > width) {
            length--;
        }
        return label.substring(0, length).strip() + "\u2026";
    }

    private Picture fit(Picture picture) {
        Picture shown = picture.toDepth(8).overWhite().toRgb().withProfile(null);
        int longest = Math.max(shown.width(), shown.height());
        if (cell == 0 || longest <= cell) {
            return shown;
        }
        int width = Math.max(1, Math.round((float) shown.width() * cell / longest));
        int height = Math.max(1, Math.round((float) shown.height() * cell / longest));
        return Resample.pillow(shown, width, height, Resample.Filter.LANCZOS);
    }
}
