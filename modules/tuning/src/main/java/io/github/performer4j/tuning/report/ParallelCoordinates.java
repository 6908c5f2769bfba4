package io.github.performer4j.tuning.report;

import io.github.performer4j.tuning.search.Trial;
import io.github.performer4j.tuning.space.Parameter;
import io.github.performer4j.tuning.space.Range;
import io.github.performer4j.tuning.space.SearchSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A search as one picture (SVG): an axis for each key and one for the figure, a line for each trial that was measured, from its
 * values to its figure. The better a trial's rank the darker its line, the best thick; a key that is not set is passed over. Every line
 * tells its trial under the pointer.
 */
final class ParallelCoordinates {
    private static final int SPACING = 150;
    private static final int MARGIN = 70;
    private static final int TOP = 40;
    private static final int HEIGHT = 260;

    private ParallelCoordinates() {}

    /**
     * Draws.
     *
     * @param trials the best first
     * @param figure name of the figure in words
     * @return an svg element; an empty text if no trial was measured
     */
    static String svg(SearchSpace space, List<Trial> trials, String figure) {
        List<Trial> measured = trials.stream()
                .filter(trial ->
                        trial.last() != null && Double.isFinite(trial.last().cost()))
                .toList();
        if (measured.isEmpty()) {
            return "";
        }
        List<Parameter> axes = space.parameters().stream()
                .filter(parameter -> !(parameter.range() instanceof Range.Multiple))
                .toList();
        int width = 2 * MARGIN + axes.size() * SPACING;
        StringBuilder svg = new StringBuilder(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%d trials:"
                        + " values of %d keys and %s\" font-family=\"sans-serif\" font-size=\"11\">%n",
                width,
                TOP + HEIGHT + 40,
                measured.size(),
                axes.size(),
                Html.escape(figure)));
        lines(svg, axes, measured, figure);
        for (int i = 0; i < axes.size(); i++) {
            axis(svg, x(i), axes.get(i).key());
            ticks(svg, x(i), axes.get(i).range());
        }
        axis(svg, x(axes.size()), figure);
        double best = value(measured.get(0));
        double worst = best;
        for (Trial trial : measured) {
            worst = trial.last().cost() > cost(measured, worst) ? value(trial) : worst;
        }
        tick(svg, x(axes.size()), 1, String.format(Locale.ROOT, "%.4f", best));
        if (worst != best) {
            tick(svg, x(axes.size()), 0, String.format(Locale.ROOT, "%.4f", worst));
        }
        return svg.append("</svg>\n").toString();
    }

    private static double cost(List<Trial> measured, double value) {
        return measured.get(0).last().evaluation().higherIsBetter() ? -value : value;
    }

    private static double value(Trial trial) {
        return trial.last().evaluation().value();
    }

    private static int x(int axis) {
        return MARGIN + axis * SPACING;
    }

    private static double y(double share) {
        return TOP + (1 - share) * HEIGHT;
    }

    private static void lines(StringBuilder svg, List<Parameter> axes, List<Trial> measured, String figure) {
        double least = measured.stream().mapToDouble(t -> t.last().cost()).min().orElseThrow();
        double most = measured.stream().mapToDouble(t -> t.last().cost()).max().orElseThrow();
        for (int rank = measured.size() - 1; rank >= 0; rank--) { // the best on top
            Trial trial = measured.get(rank);
            StringBuilder points = new StringBuilder();
            for (int i = 0; i < axes.size(); i++) {
                String value = trial.values().get(axes.get(i).key());
                if (value != null) {
                    point(points, x(i), share(axes.get(i).range(), value));
                }
            }
            double share = most > least ? (most - trial.last().cost()) / (most - least) : 1;
            point(points, x(axes.size()), share);
            svg.append(String.format(
                    Locale.ROOT,
                    "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"%s\"><title>trial %d: %s %.4f%s"
                            + "</title></polyline>%n",
                    points.toString().strip(),
                    colour(measured.size() < 2 ? 0 : rank / (measured.size() - 1.0)),
                    rank == 0 ? "3" : "1.2",
                    trial.number(),
                    Html.escape(figure),
                    value(trial),
                    Html.escape(values(trial))));
        }
    }

    private static String values(Trial trial) {
        List<String> lines = new ArrayList<>();
        trial.values().forEach((key, value) -> lines.add("\n" + key + "=" + value));
        return String.join("", lines);
    }

    private static void point(StringBuilder points, int x, double share) {
        points.append(String.format(Locale.ROOT, "%d,%.1f ", x, y(share)));
    }

    /** From dark blue, the best, to a light grey. */
    private static String colour(double share) {
        return String.format(
                Locale.ROOT,
                "#%02x%02x%02x",
                Math.round(16 + share * 200),
                Math.round(60 + share * 156),
                Math.round(140 + share * 76));
    }

    /** Returns where a value stands on its axis, 0 below. */
    private static double share(Range range, String value) {
        if (range instanceof Range.Choice choice) {
            return choice.values().indexOf(value) / (choice.values().size() - 1.0);
        }
        double number = Double.parseDouble(value);
        double low = Double.parseDouble(range.ends().get(0));
        double high = Double.parseDouble(range.ends().get(1));
        return range instanceof Range.Log
                ? Math.log(number / low) / Math.log(high / low)
                : (number - low) / (high - low);
    }

    private static void axis(StringBuilder svg, int x, String name) {
        svg.append(String.format(
                Locale.ROOT,
                "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#222\"/><text x=\"%d\" y=\"%d\""
                        + " text-anchor=\"middle\" font-weight=\"bold\">%s</text>%n",
                x,
                y(1),
                x,
                y(0),
                x,
                TOP - 18,
                Html.escape(name.substring(name.indexOf('.') + 1))));
    }

    private static void ticks(StringBuilder svg, int x, Range range) {
        List<String> ends = range.ends();
        for (String end : ends) {
            tick(svg, x, share(range, end), end + (range instanceof Range.Log ? " (log)" : ""));
        }
    }

    private static void tick(StringBuilder svg, int x, double share, String text) {
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%d\" y=\"%.1f\" fill=\"#222\" paint-order=\"stroke\" stroke=\"#fff\" stroke-width=\"3\">%s"
                        + "</text>%n",
                x + 4,
                y(share) + 4,
                Html.escape(text)));
    }
}
