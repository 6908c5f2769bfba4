package io.github.performer4j.training.score;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import org.knowm.xchart.AnnotationText;

/**
 * Texts in the middle of a heat map's cells, white where the cell is dark. XChart's own are all of one colour, and in
 * the default locale's digits.
 */
final class CellTexts extends AnnotationText {
    /** The share whose shade black letters are no longer read on. */
    private static final double DARK = 0.36;

    private final String[][] texts;
    private final double[][] shares;
    private final int size;

    /**
     * Texts over cells.
     *
     * @param texts {@code [C,C]}, the first row on top
     * @param shares {@code [C,C]}, of their rows
     * @param size of the letters, in pixels
     */
    CellTexts(String[][] texts, double[][] shares, int size) {
        super("", 0, 0, true);
        this.texts = texts;
        this.shares = shares;
        this.size = size;
    }

    @Override
    public void paint(Graphics2D g) {
        g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, size));
        double left = getXAxisScreenValueForMin();
        double top = getYAxisScreenValueForMin();
        double width = (getXAxisScreenValueForMax() - left) / texts.length;
        double height = (getYAxisScreenValueForMax() - top) / texts.length;
        for (int i = 0; i < texts.length; i++) {
            for (int j = 0; j < texts.length; j++) {
                Rectangle2D box = g.getFontMetrics().getStringBounds(texts[i][j], g);
                double x = left + (j + 0.5) * width - box.getWidth() / 2;
                double y = top + (i + 0.5) * height - box.getCenterY();
                g.setColor(shares[i][j] > DARK ? Color.WHITE : Color.BLACK);
                g.drawString(texts[i][j], (float) x, (float) y);
            }
        }
    }
}
