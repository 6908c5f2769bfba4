package io.github.performer4j.training.score;

import io.github.performer4j.training.Rule;
import java.awt.Color;
import java.awt.Font;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.style.AxesChartStyler;

/**
 * A confusion matrix as a picture: truth by row, the first class on top, prediction by column.
 *
 * <p>A cell is the darker, the larger its share of its row: counts would show which class is frequent, not which is
 * found. Shades are those of the share's root, so that one mistake in a hundred is seen. A class that never is the
 * truth has a white row. Up to {@link #NUMBERED} classes each cell has its number. Up to {@link #NAMED} classes each
 * has its name, above, every so many, and the axis' title says so; names of more than {@link #LETTERS} letters are
 * shortened in the middle.
 */
public final class ConfusionPicture {
    static final int NUMBERED = 14;
    static final int NAMED = 30;

    /** Above, a picture would be larger than any screen. */
    static final int DRAWN = 1_000;

    static final int LETTERS = 18;

    /** In pixels. */
    private static final int NAME_HEIGHT = 22;

    private static final int LEAST_CELL = 2;
    private static final int MARGIN = 200;
    private static final Color[] SHADES = {Color.WHITE, new Color(0x9dc3e6), Pictures.STRONG};

    private ConfusionPicture() {}

    /** What stands in the cells. */
    public enum Numbers {
        /** How often. */
        COUNTS,
        /** Percent of the row. */
        ROW_PERCENT
    }

    /**
     * Draws the matrix.
     *
     * @param confusion counts {@code [C,C]}
     * @param names of the classes {@code [C]}
     * @return the bytes of a PNG file
     * @throws IllegalArgumentException if there are not C names, or C is more than 1,000
     */
    public static byte[] png(Confusion confusion, List<String> names, Numbers numbers) {
        int classes = confusion.classes();
        Rule.that(
                names.size() == classes,
                "there must be a name for each class",
                "classes",
                classes,
                "names",
                names.size());
        Rule.that(classes <= DRAWN, "too many classes for a picture", "classes", classes, "most", DRAWN);
        Pictures.needNoDisplay();
        int cell = classes <= NUMBERED
                ? Math.max(46, 380 / classes)
                : classes <= NAMED ? NAME_HEIGHT : Math.max(LEAST_CELL, 900 / classes);
        int step = (NAME_HEIGHT + cell - 1) / cell;
        String some = step == 1 ? "" : " (one name in " + step + ")";
        HeatMapChart chart = new HeatMapChartBuilder()
                .width(cell * classes + MARGIN)
                .height(cell * classes + MARGIN)
                .title(title(confusion, numbers))
                .xAxisTitle("predicted" + some)
                .yAxisTitle("truth" + some)
                .build();
        Pictures.plain(chart.getStyler());
        chart.getStyler().setRangeColors(SHADES).setMin(0).setMax(1).setLegendVisible(false);
        chart.getStyler().setPlotContentSize(1);
        chart.getStyler().setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 13));
        chart.getStyler().setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
        chart.getStyler().setXAxisLabelRotation(90);
        chart.getStyler().setXAxisLabelAlignmentVertical(AxesChartStyler.TextAlignment.Right);
        chart.getStyler().setYAxisLabelAlignment(AxesChartStyler.TextAlignment.Right);
        double[][] shares = shares(confusion.counts());
        chart.addSeries("shares", labels(names, step, false), labels(names, step, true), cells(shares));
        if (classes <= NUMBERED) {
            chart.addAnnotation(new CellTexts(texts(confusion.counts(), shares, numbers), shares, 12));
        }
        return Pictures.png(chart);
    }

    private static String title(Confusion confusion, Numbers numbers) {
        double all =
                confusion.perClass().stream().mapToDouble(ClassFigure::support).sum();
        String cells = confusion.classes() > NUMBERED
                ? "shares of rows"
                : numbers == Numbers.COUNTS ? "counts, shaded by row" : "percent of rows";
        return String.format(Locale.ROOT, "%,.0f examples; %s", all, cells);
    }

    /** Share of each row {@code [C,C]}; 0 in a row of nothing. */
    private static double[][] shares(double[][] counts) {
        for (double[] row : counts) {
            double sum = 0;
            for (double count : row) {
                sum += count;
            }
            for (int j = 0; j < row.length; j++) {
                row[j] = sum > 0 ? row[j] / sum : 0;
            }
        }
        return counts;
    }

    private static String[][] texts(double[][] counts, double[][] shares, Numbers numbers) {
        String[][] texts = new String[counts.length][counts.length];
        for (int i = 0; i < counts.length; i++) {
            for (int j = 0; j < counts.length; j++) {
                texts[i][j] = counts[i][j] == 0
                        ? ""
                        : numbers == Numbers.COUNTS
                                ? count(counts[i][j])
                                : String.format(Locale.ROOT, "%.0f", 100 * shares[i][j]);
            }
        }
        return texts;
    }

    /** Whole up to five digits, then in thousands and millions: a cell is narrow. */
    private static String count(double count) {
        if (count < 1e5) {
            return String.format(Locale.ROOT, count == Math.rint(count) ? "%.0f" : "%.1f", count);
        }
        return count < 1e7
                ? String.format(Locale.ROOT, "%.0fk", count / 1e3)
                : String.format(Locale.ROOT, "%.0fM", count / 1e6);
    }

    /** Names of the axis' cells, every so many; XChart counts rows from below. */
    private static List<String> labels(List<String> names, int step, boolean fromBelow) {
        List<String> labels = new ArrayList<>();
        for (int k = 0; k < names.size(); k++) {
            labels.add(k % step == 0 ? Pictures.shortened(names.get(k), LETTERS) : " ");
        }
        if (fromBelow) {
            Collections.reverse(labels);
        }
        return labels;
    }

    private static List<Number[]> cells(double[][] shares) {
        List<Number[]> cells = new ArrayList<>();
        for (int i = 0; i < shares.length; i++) {
            for (int j = 0; j < shares.length; j++) {
                cells.add(new Number[] {j, shares.length - 1 - i, Math.sqrt(shares[i][j])});
            }
        }
        return cells;
    }
}
