package io.github.performer4j.training.score;

import io.github.performer4j.training.Rule;
import java.awt.Color;
import java.util.Locale;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Predictions against truths, with the diagonal on which right ones lie. Both axes have the same range.
 *
 * <p>Of more than {@link #MOST} points, that many are drawn, evenly spaced in the order of examples; the title says
 * so. The range is that of all.
 */
public final class ScatterPicture {
    static final int MOST = 5_000;
    private static final int SIDE = 640;

    private ScatterPicture() {}

    /**
     * Draws the points.
     *
     * @param name what is predicted, with its unit
     * @param truth {@code [n] float32}, finite
     * @param prediction {@code [n] float32}, finite
     * @return the bytes of a PNG file
     * @throws IllegalArgumentException if there are no points, lengths differ, or a value is not finite
     */
    public static byte[] png(String name, float[] truth, float... prediction) {
        return Pictures.png(chart(name, truth, prediction));
    }

    /** The chart before it is painted. */
    static XYChart chart(String name, float[] truth, float... prediction) {
        int n = truth.length;
        Rule.that(n > 0, "there must be points", "points", n);
        Rule.that(n == prediction.length, "lengths must agree", "truth", n, "prediction", prediction.length);
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            boolean finite = Float.isFinite(truth[i]) && Float.isFinite(prediction[i]);
            Rule.that(finite, "points must be finite", "point", i, "truth", truth[i], "prediction", prediction[i]);
            least = Math.min(least, Math.min(truth[i], prediction[i]));
            most = Math.max(most, Math.max(truth[i], prediction[i]));
        }
        double margin = most > least ? (most - least) / 20 : Math.max(1, Math.abs(most)) / 20;
        int drawn = Math.min(n, MOST);
        Pictures.needNoDisplay();
        XYChart chart = new XYChartBuilder()
                .width(SIDE)
                .height(SIDE)
                .title(title(name, drawn, n))
                .xAxisTitle("truth")
                .yAxisTitle("prediction")
                .build();
        Pictures.plain(chart.getStyler());
        chart.getStyler().setDefaultSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
        chart.getStyler().setLegendVisible(false);
        chart.getStyler().setMarkerSize(drawn > 500 ? 3 : 5);
        chart.getStyler().setXAxisMin(least - margin).setXAxisMax(most + margin);
        chart.getStyler().setYAxisMin(least - margin).setYAxisMax(most + margin);
        double[] ends = {least - margin, most + margin};
        XYSeries diagonal = chart.addSeries("diagonal", ends, ends);
        diagonal.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Line);
        diagonal.setMarker(SeriesMarkers.NONE).setLineColor(Pictures.QUIET);
        diagonal.setLineStyle(SeriesLines.DASH_DASH);
        Color seeThrough = new Color(0x80000000 | Pictures.STRONG.getRGB() & 0xffffff, true);
        chart.addSeries("points", chosen(truth, drawn), chosen(prediction, drawn))
                .setMarker(SeriesMarkers.CIRCLE)
                .setMarkerColor(seeThrough);
        return chart;
    }

    private static String title(String name, int drawn, int n) {
        return drawn == n
                ? String.format(Locale.ROOT, n == 1 ? "%s, %,d point" : "%s, %,d points", name, n)
                : String.format(Locale.ROOT, "%s, %,d of %,d points", name, drawn, n);
    }

    /** Returns so many of the values, evenly spaced: the i-th is number ⌊i n / drawn⌋. */
    static double[] chosen(float[] values, int drawn) {
        double[] chosen = new double[drawn];
        for (int i = 0; i < drawn; i++) {
            chosen[i] = values[(int) ((long) i * values.length / drawn)];
        }
        return chosen;
    }
}
