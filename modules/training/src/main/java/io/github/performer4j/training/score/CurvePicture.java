package io.github.performer4j.training.score;

import io.github.performer4j.training.Rule;
import java.awt.Color;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * How a figure went over the steps of a training: its evaluations with the best of them, baselines as level lines,
 * the training loss.
 *
 * <p>The training loss is averaged over windows, at most {@link #POINTS} of them; its legend says over how many
 * steps. It shares the figure's axis where both are the same loss, and else has its own on the right. Evaluations in
 * which the figure is undefined are left out, and counted in the title.
 *
 * @param figure name of the figure, with its unit if it has one
 * @param higherIsBetter the figure's direction
 * @param evaluations the figure over steps, ascending; values may be null
 * @param baselines name to value, drawn in order; null values are left out
 * @param training training losses over steps, ascending, none null; may be empty
 * @param trainingName the training loss' name with its unit; null if it is the figure itself and shares its axis
 */
public record CurvePicture(
        String figure,
        boolean higherIsBetter,
        List<Point> evaluations,
        Map<String, Double> baselines,
        List<Point> training,
        String trainingName) {
    static final int POINTS = 200;
    private static final int WIDTH = 900;
    private static final int HEIGHT = 440;
    private static final int LEGEND_LINE = 20;
    private static final Color BEST = new Color(0xc00000);
    private static final Color[] LEVELS = {Pictures.QUIET, new Color(0x548235), new Color(0x7030a0), new Color(0xbf9000)
    };

    /**
     * A value at a step.
     *
     * @param value null if undefined, else finite
     */
    public record Point(long step, Double value) {
        /** Refuses what cannot be drawn. */
        public Point {
            Rule.that(value == null || Double.isFinite(value), "values must be finite", "step", step, "value", value);
        }
    }

    /** Copies what it is given; refuses what cannot be drawn. */
    public CurvePicture {
        evaluations = List.copyOf(evaluations);
        baselines = Collections.unmodifiableMap(new LinkedHashMap<>(baselines));
        training = List.copyOf(training);
        baselines.forEach((name, value) -> Rule.that(
                value == null || Double.isFinite(value), "baselines must be finite", "name", name, "value", value));
        for (Point loss : training) {
            Rule.that(loss.value != null, "training losses must be defined", "step", loss.step);
        }
    }

    /**
     * Draws the curves.
     *
     * @return the bytes of a PNG file, or null if there is nothing to draw: no defined evaluation and no training loss
     */
    public byte[] png() {
        XYChart chart = chart();
        return chart == null ? null : Pictures.png(chart);
    }

    /** The chart before it is painted; null if there is nothing to draw. */
    XYChart chart() {
        List<Point> defined = evaluations.stream().filter(p -> p.value != null).toList();
        List<Point> losses = windows(training);
        if (defined.isEmpty() && losses.isEmpty()) {
            return null;
        }
        Pictures.needNoDisplay();
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT + LEGEND_LINE * (3 + baselines.size()))
                .title(title(evaluations.size() - defined.size()))
                .xAxisTitle("step")
                .yAxisTitle(figure + (higherIsBetter ? " (higher is better)" : " (lower is better)"))
                .build();
        Pictures.plain(chart.getStyler());
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
        chart.getStyler().setMarkerSize(6);
        levels(chart, Math.max(last(defined), last(losses)));
        if (!losses.isEmpty()) {
            loss(chart, losses);
        }
        if (!defined.isEmpty()) {
            XYSeries series = chart.addSeries("validation", steps(defined), values(defined));
            series.setMarker(SeriesMarkers.CIRCLE)
                    .setMarkerColor(Pictures.STRONG)
                    .setLineColor(Pictures.STRONG);
            best(chart, defined);
        }
        return chart;
    }

    private String title(int undefined) {
        return undefined == 0
                ? figure
                : figure + ", undefined in " + undefined + " of " + evaluations.size() + " evaluations";
    }

    private void loss(XYChart chart, List<Point> losses) {
        int window = window();
        String name = trainingName == null ? "training" : "training: " + trainingName;
        XYSeries series = chart.addSeries(
                window == 1 ? name : name + ", mean of " + window + " steps", steps(losses), values(losses));
        series.setMarker(SeriesMarkers.NONE).setLineColor(Pictures.SECOND);
        if (trainingName != null) {
            series.setYAxisGroup(1);
            chart.setYAxisGroupTitle(1, trainingName);
            chart.getStyler().setYAxisGroupPosition(1, Styler.YAxisPosition.Right);
        }
    }

    private void best(XYChart chart, List<Point> defined) {
        Point best = defined.get(0);
        for (Point point : defined) {
            best = (higherIsBetter ? point.value > best.value : point.value < best.value) ? point : best;
        }
        String name = String.format(Locale.ROOT, "best: %.4g at step %,d", best.value, best.step);
        XYSeries series = chart.addSeries(name, List.of((double) best.step), List.of(best.value));
        series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
        series.setMarker(SeriesMarkers.DIAMOND).setMarkerColor(BEST);
    }

    private void levels(XYChart chart, double end) {
        baselines.forEach((name, value) -> {
            if (value != null) {
                Color color = LEVELS[chart.getSeriesMap().size() % LEVELS.length];
                XYSeries series = chart.addSeries("baseline: " + name, List.of(0.0, end), List.of(value, value));
                series.setMarker(SeriesMarkers.NONE).setLineColor(color).setLineStyle(SeriesLines.DASH_DASH);
            }
        });
    }

    private int window() {
        return Math.max(1, (training.size() + POINTS - 1) / POINTS);
    }

    private List<Point> windows(List<Point> points) {
        List<Point> means = new ArrayList<>();
        int window = window();
        for (int from = 0; from < points.size(); from += window) {
            List<Point> some = points.subList(from, Math.min(from + window, points.size()));
            double step = some.stream().mapToLong(Point::step).average().orElse(0);
            double value = some.stream().mapToDouble(Point::value).average().orElse(0);
            means.add(new Point(Math.round(step), value));
        }
        return means;
    }

    private static double last(List<Point> points) {
        return points.isEmpty() ? 1 : points.get(points.size() - 1).step;
    }

    private static List<Double> steps(List<Point> points) {
        return points.stream().map(p -> (double) p.step).toList();
    }

    private static List<Double> values(List<Point> points) {
        return points.stream().map(Point::value).toList();
    }
}
