package io.github.performer4j.training;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.awt.Color;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The picture loss.png: the primary figure of the evaluations and its baselines over the steps, and the training loss where it is the same figure. Needs no display. */
final class LossChart {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 480;

    /** Training losses are averaged over windows, at most this many points. */
    private static final int POINTS = 200;

    private LossChart() {}

    /**
     * Draws the chart.
     *
     * @param steps step events, see {@link Metrics}
     * @param evaluations evaluation events
     * @return a PNG, or null if there is nothing to draw
     */
    static byte[] png(List<ObjectNode> steps, List<ObjectNode> evaluations) throws IOException {
        if (steps.isEmpty() && evaluations.isEmpty()) {
            return null;
        }
        // Before the first class of AWT is loaded: a server has no display, and none is needed.
        if (System.getProperty("java.awt.headless") == null) {
            System.setProperty("java.awt.headless", "true");
        }
        String primary = evaluations.isEmpty()
                ? "loss"
                : evaluations.get(0).path("primary").asText("loss");
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .xAxisTitle("step")
                .yAxisTitle(primary.equals("loss") ? "nats per prediction" : primary)
                .build();
        chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideNE);
        chart.getStyler().setLocale(Locale.ROOT);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setMarkerSize(6);
        if (!steps.isEmpty() && primary.equals("loss")) {
            int window = (steps.size() + POINTS - 1) / POINTS;
            List<Double> x = new ArrayList<>();
            List<Double> y = new ArrayList<>();
            for (int from = 0; from < steps.size(); from += window) {
                List<ObjectNode> some = steps.subList(from, Math.min(from + window, steps.size()));
                x.add(mean(some, "step"));
                y.add(mean(some, "loss"));
            }
            String name = window == 1 ? "training" : "training, mean of " + window + " steps";
            chart.addSeries(name, x, y).setMarker(SeriesMarkers.NONE);
        }
        if (!evaluations.isEmpty()) {
            List<Double> values = evaluations.stream()
                    .map(e -> e.path("figures").path(primary).asDouble())
                    .toList();
            chart.addSeries("validation", column(evaluations, "step"), values);
            evaluations
                    .get(evaluations.size() - 1)
                    .path("baselines")
                    .properties()
                    .forEach(baseline -> level(
                            chart,
                            "baseline " + baseline.getKey(),
                            baseline.getValue().asDouble(),
                            steps,
                            evaluations));
        }
        return BitmapEncoder.getBitmapBytes(chart, BitmapEncoder.BitmapFormat.PNG);
    }

    private static void level(
            XYChart chart, String name, double y, List<ObjectNode> steps, List<ObjectNode> evaluations) {
        double end = Math.max(last(steps), last(evaluations));
        XYSeries series = chart.addSeries(name, List.of(0.0, end), List.of(y, y));
        series.setMarker(SeriesMarkers.NONE);
        series.setLineStyle(org.knowm.xchart.style.lines.SeriesLines.DASH_DASH);
    }

    private static double last(List<ObjectNode> events) {
        return events.isEmpty() ? 1 : events.get(events.size() - 1).path("step").asDouble();
    }

    private static double mean(List<ObjectNode> events, String key) {
        return events.stream()
                .mapToDouble(e -> e.path(key).asDouble())
                .average()
                .orElse(0);
    }

    private static List<Double> column(List<ObjectNode> events, String key) {
        return events.stream().map(e -> e.path(key).asDouble()).toList();
    }
}
