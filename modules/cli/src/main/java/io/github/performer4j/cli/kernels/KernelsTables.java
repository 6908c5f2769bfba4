package io.github.performer4j.cli.kernels;

import io.github.performer4j.studies.Estimate;
import io.github.performer4j.studies.KernelRow;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The rows of {@code performer kernels} for people: error by M, error by angle or by head, and what theory says. */
final class KernelsTables {
    private static final int NAME = 30;
    private static final int CELL = 10;
    private static final int WIDE = 18;
    /** Below this a relative error is rounding. */
    private static final double EXACT = 1e-9;
    /** Heads in one table; more would not fit. */
    private static final int HEADS = 8;

    private final List<KernelRow> rows;
    private final Map<String, List<KernelRow>> series;
    private final int largest;

    KernelsTables(List<KernelRow> rows) {
        this.rows = rows;
        series = rows.stream()
                .collect(Collectors.groupingBy(row -> row.setting().series(), LinkedHashMap::new, Collectors.toList()));
        largest = rows.stream().mapToInt(row -> row.setting().features()).max().orElse(0);
    }

    /** Writes all. */
    void print(PrintWriter out) {
        boolean model = rows.get(0).place() != null;
        out.println("relative error, √mse / exp(x·y), averaged over " + (model ? "heads" : "angles"));
        table(out, rows, row -> row.setting().features(), m -> "M=" + m, true);
        out.println();
        List<KernelRow> at =
                rows.stream().filter(row -> row.setting().features() == largest).toList();
        if (model) {
            out.println("relative error by layer.head, M = " + largest);
            List<Integer> places =
                    at.stream().map(KernelsTables::place).distinct().toList();
            for (int from = 0; from < places.size(); from += HEADS) {
                List<Integer> some = places.subList(from, Math.min(places.size(), from + HEADS));
                heads(out, at.stream().filter(row -> some.contains(place(row))).toList());
            }
        } else {
            out.println("relative error by angle between x and y, M = " + largest);
            table(out, at, KernelRow::angle, KernelsTables::degrees, false);
        }
        out.println();
        byProjection(out, at);
        out.println(
                "mse/theory: mean squared error over its closed form, least and largest; heavy tails make it fall short."
                        + " |bias|/se: largest of all rows.");
        out.println(
                "µs/token: an attention layer of 4 heads, 1,024 tokens, forward and backward, M = " + largest + ".");
    }

    /** Mean squared errors of each map with each projection, where there are several. */
    private static void byProjection(PrintWriter out, List<KernelRow> at) {
        List<String> projections = at.stream()
                .map(row -> row.setting().projectionName())
                .distinct()
                .toList();
        if (projections.size() < 2) {
            return;
        }
        out.println("mean squared error, averaged, ± its standard error; b: biased by more than 4 standard errors");
        out.print(pad("map", NAME));
        projections.forEach(projection -> out.print(wide(projection.replace("orthogonal", "orth"))));
        out.println();
        at.stream()
                .collect(Collectors.groupingBy(row -> row.setting().name(), LinkedHashMap::new, Collectors.toList()))
                .forEach((map, own) -> {
                    out.print(pad(map, NAME));
                    projections.forEach(projection -> out.print(wide(squared(own.stream()
                            .filter(row -> row.setting().projectionName().equals(projection))
                            .map(KernelRow::estimate)
                            .toList()))));
                    out.println();
                });
        out.println();
    }

    private static String squared(List<Estimate> estimates) {
        if (estimates.isEmpty()) {
            return "-";
        }
        int n = estimates.size();
        double mean = estimates.stream().mapToDouble(e -> e.mse() / n).sum();
        double error = Math.sqrt(estimates.stream()
                .mapToDouble(e -> e.mseStandardError() * e.mseStandardError())
                .sum());
        boolean biased = estimates.stream().anyMatch(Estimate::tailMissed);
        return String.format(Locale.ROOT, "%.3g±%.1g%s", mean, error / n, biased ? "b" : " ");
    }

    private static String wide(String text) {
        return " ".repeat(Math.max(1, WIDE - text.length())) + text;
    }

    /** Layers and heads in order, as one number. */
    private static int place(KernelRow row) {
        return row.place().layer() * 100_000 + row.place().head();
    }

    private void heads(PrintWriter out, List<KernelRow> some) {
        Map<Integer, KernelRow> first = new TreeMap<>();
        some.forEach(row -> first.putIfAbsent(place(row), row));
        table(out, some, KernelsTables::place, place -> first.get(place).place().toString(), false);
        cells(
                out,
                "√(|x||y|)",
                first.values().stream().map(row -> number(row.norm())).toList());
        cells(
                out,
                "angle",
                first.values().stream()
                        .map(row -> String.format(Locale.ROOT, "%.0f°", row.angle()))
                        .toList());
    }

    private <K extends Comparable<K>> void table(
            PrintWriter out,
            List<KernelRow> some,
            Function<KernelRow, K> key,
            Function<K, String> title,
            boolean checks) {
        List<K> columns = some.stream().map(key).distinct().sorted().toList();
        out.print(pad("map, projection", NAME));
        columns.forEach(column -> out.print(right(title.apply(column))));
        out.println(checks ? right("µs/token") + right("|bias|/se") + "    mse/theory" : "");
        series.forEach((name, own) -> {
            out.print(pad(name, NAME));
            for (K column : columns) {
                double[] errors = some.stream()
                        .filter(row -> row.setting().series().equals(name)
                                && key.apply(row).equals(column))
                        .mapToDouble(row -> row.estimate().relativeError())
                        .toArray();
                out.print(right(
                        errors.length == 0
                                ? "-"
                                : number(java.util.Arrays.stream(errors)
                                        .average()
                                        .orElse(0))));
            }
            out.println(checks ? checks(own) : "");
        });
    }

    private static String degrees(double angle) {
        return angle == Math.rint(angle)
                ? String.format(Locale.ROOT, "%.0f°", angle)
                : String.format(Locale.ROOT, "%.2f°", angle);
    }

    private String checks(List<KernelRow> own) {
        Double micros = own.get(own.size() - 1).microsPerToken();
        double bias = own.stream()
                .mapToDouble(row -> biasInErrors(row.estimate()))
                .max()
                .orElse(0);
        double[] ratios = own.stream()
                .filter(row ->
                        row.estimate().closedFormMse() != null && row.estimate().closedFormMse() > 0)
                .mapToDouble(row -> row.estimate().mse() / row.estimate().closedFormMse())
                .sorted()
                .toArray();
        return right(micros == null ? "-" : String.format(Locale.ROOT, "%.2f", micros))
                + right(String.format(Locale.ROOT, "%.1f", bias))
                + "    "
                + (ratios.length == 0
                        ? "-"
                        : String.format(Locale.ROOT, "%.2f…%.2f", ratios[0], ratios[ratios.length - 1]));
    }

    /** Returns 0 where the estimate is exact, since rounding has no standard error to speak of. */
    private static double biasInErrors(Estimate estimate) {
        return estimate.relativeError() < EXACT ? 0 : estimate.biasInErrors();
    }

    private static void cells(PrintWriter out, String name, List<String> values) {
        out.print(pad(name, NAME));
        values.forEach(value -> out.print(right(value)));
        out.println();
    }

    /** Returns three digits, or {@code exact}. */
    static String number(double value) {
        if (value < EXACT) {
            return "exact";
        }
        return value >= 0.001 && value < 1000
                ? String.format(Locale.ROOT, value < 10 ? "%.3f" : "%.1f", value)
                : String.format(Locale.ROOT, "%.1e", value);
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(1, width - text.length()));
    }

    private static String right(String text) {
        return " ".repeat(Math.max(1, CELL - text.length())) + text;
    }
}
