package io.github.performer4j.cli.kernels;

import io.github.performer4j.studies.KernelRow;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The picture of {@code performer kernels}: relative error against M, and against the angle or the head, on one logarithmic scale. Needs no display. */
final class KernelsChart {
    private static final int HEIGHT = 620;
    private static final int LEFT = 640;
    private static final int RIGHT = 900;
    /** Relative errors below it are drawn here: an exact estimate has no logarithm. */
    private static final double FLOOR = 1e-3;

    private static final double CEILING = 1e3;
    /** Room above and below, as a factor. */
    private static final double MARGIN = 1.3;

    /** Colours that differ in lightness, too (after Okabe and Ito), then some more. */
    private static final int[] COLOURS = {
        0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0xE69F00, 0x56B4E9, 0x000000, 0x7F3C8D, 0x8C564B, 0x7F7F7F, 0xBCBD22,
        0xC00000, 0x17BECF, 0x66A61E, 0x5F4690, 0xFF9DA6
    };

    private static final Marker[] MARKERS = {
        SeriesMarkers.CIRCLE,
        SeriesMarkers.SQUARE,
        SeriesMarkers.DIAMOND,
        SeriesMarkers.TRIANGLE_UP,
        SeriesMarkers.CROSS
    };

    private static final float[][] DASHES = {null, {8, 5}, {2, 4}, {8, 4, 2, 4}, {14, 5}};

    private final List<KernelRow> rows;
    private final Map<String, Integer> colours = new LinkedHashMap<>();
    private final Map<String, Integer> dashes = new LinkedHashMap<>();
    private final double least;
    private final double most;

    private KernelsChart(List<KernelRow> rows) {
        this.rows = rows;
        for (KernelRow row : rows) {
            colours.putIfAbsent(row.setting().name(), colours.size());
            dashes.putIfAbsent(row.setting().projectionName(), dashes.size());
        }
        least = rows.stream().mapToDouble(KernelsChart::error).min().orElse(FLOOR);
        most = rows.stream().mapToDouble(KernelsChart::error).max().orElse(1);
    }

    /** Draws both charts side by side and returns a PNG. */
    static byte[] png(List<KernelRow> rows) throws IOException {
        // Before the first class of AWT is loaded: a server has no display, and none is needed.
        if (System.getProperty("java.awt.headless") == null) {
            System.setProperty("java.awt.headless", "true");
        }
        KernelsChart chart = new KernelsChart(rows);
        BufferedImage image = new BufferedImage(LEFT + RIGHT, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.drawImage(BitmapEncoder.getBufferedImage(chart.byFeatures()), 0, 0, null);
        graphics.drawImage(BitmapEncoder.getBufferedImage(chart.bySubject()), LEFT, 0, null);
        graphics.dispose();
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        return png.toByteArray();
    }

    private static double error(KernelRow row) {
        return clamp(row.estimate().relativeError());
    }

    private static double clamp(double error) {
        return Math.max(FLOOR, Math.min(CEILING, error));
    }

    private boolean model() {
        return rows.get(0).place() != null;
    }

    private XYChart byFeatures() {
        XYChart chart = chart(LEFT, "mean over " + (model() ? "heads" : "angles"), "M, columns");
        // XChart labels the decades of a logarithmic axis only, and M comes in powers of two.
        chart.getStyler().setxAxisTickLabelsFormattingFunction(KernelsChart::powerOfTwo);
        chart.getStyler().setLegendVisible(false);
        add(chart, rows, row -> Math.log(row.setting().features()) / Math.log(2));
        return chart;
    }

    private static String powerOfTwo(double exponent) {
        return Math.abs(exponent - Math.rint(exponent)) < 1e-6 ? Long.toString(Math.round(Math.pow(2, exponent))) : " ";
    }

    private XYChart bySubject() {
        int largest =
                rows.stream().mapToInt(row -> row.setting().features()).max().orElse(0);
        List<KernelRow> at =
                rows.stream().filter(row -> row.setting().features() == largest).toList();
        XYChart chart =
                chart(RIGHT, "M = " + largest, model() ? "head, layer by layer" : "angle between x and y, degrees");
        chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
        if (model()) {
            List<KernelRow.Place> places =
                    at.stream().map(KernelRow::place).distinct().toList();
            add(chart, at, row -> 1.0 + places.indexOf(row.place()));
        } else {
            add(chart, at, KernelRow::angle);
        }
        return chart;
    }

    private XYChart chart(int width, String title, String x) {
        XYChart chart = new XYChartBuilder()
                .width(width)
                .height(HEIGHT)
                .title("Relative error of exp(x·y), " + title)
                .xAxisTitle(x)
                .yAxisTitle("√mse / exp(x·y)" + (least <= FLOOR ? "; lines at the bottom: " + FLOOR + " or less" : ""))
                .build();
        chart.getStyler().setYAxisLogarithmic(true);
        chart.getStyler().setYAxisMin(least / MARGIN);
        chart.getStyler().setYAxisMax(most * MARGIN);
        chart.getStyler().setLocale(Locale.ROOT);
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setMarkerSize(7);
        return chart;
    }

    /** Adds a line for each map and projection: the mean at each x. */
    private void add(XYChart chart, List<KernelRow> some, Function<KernelRow, Double> x) {
        Map<String, List<KernelRow>> series = some.stream()
                .collect(Collectors.groupingBy(row -> row.setting().series(), LinkedHashMap::new, Collectors.toList()));
        series.forEach((name, own) -> {
            Map<Double, Double> means = own.stream()
                    .collect(Collectors.groupingBy(
                            x,
                            TreeMap::new,
                            Collectors.averagingDouble(row -> row.estimate().relativeError())));
            XYSeries line = chart.addSeries(
                    name,
                    List.copyOf(means.keySet()),
                    means.values().stream().map(KernelsChart::clamp).toList());
            int colour = colours.get(own.get(0).setting().name());
            int dash = dashes.get(own.get(0).setting().projectionName());
            line.setLineColor(new Color(COLOURS[colour % COLOURS.length]));
            line.setMarkerColor(new Color(COLOURS[colour % COLOURS.length]));
            line.setMarker(MARKERS[(colour + dash) % MARKERS.length]);
            line.setLineStyle(new BasicStroke(
                    2, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, DASHES[dash % DASHES.length], 0));
        });
    }
}
