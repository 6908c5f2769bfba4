package io.github.performer4j.cli.kernels;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.studies.Head;
import io.github.performer4j.studies.KernelRow;
import io.github.performer4j.studies.KernelStudy.Subject;
import io.github.performer4j.studies.Recommendation;
import io.github.performer4j.studies.Setting;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Which blocks of a trained model random features can stand in for, with which map and how many: block by block the mean norms of queries and keys, x = q/D^¼
 * and y = k/D^¼, and medians over heads of the relative error that closed forms predict for them and of the measured one: a pair far in
 * the tail, whose weight is next to nothing, would decide a mean alone.
 *
 * <p>The variance of an estimate from M independent rows falls as 1/M, so a block with error e at M columns needs {@code M (e/E)²} for an error of E. One that needs more than there is reason to
 * pay for stays exact.
 */
final class LayerAdvice {
    private static final int STEP = 16;
    private static final double MOST_SHOWN = 1e9;
    private static final String NONE = "-";

    private final List<Layer> layers;
    private final Setting map;
    private final double error;
    private final int most;

    /**
     * A block.
     *
     * @param number from 1 on
     * @param queries mean of |x|
     * @param keys mean of |y|
     * @param predicted relative error by closed forms; NaN where heads have none
     * @param measured relative error
     * @param own the least error's map in this block; null if none is usable
     * @param needs M for the error asked for, not rounded; NaN where nothing is known
     */
    private record Layer(
            int number,
            double queries,
            double keys,
            double predicted,
            double measured,
            Recommendation own,
            double needs) {}

    private LayerAdvice(List<Layer> layers, Setting map, double error, int most) {
        this.layers = layers;
        this.map = map;
        this.error = error;
        this.most = most;
    }

    /**
     * Looks at measured rows.
     *
     * @param subjects the heads that they are of
     * @param map for all blocks
     * @param error E, the relative error that is small enough
     * @param most the largest M to pay for
     */
    static LayerAdvice of(
            List<Subject> subjects,
            List<KernelRow> rows,
            Setting map,
            Predicate<Setting> usable,
            double error,
            int most) {
        List<Layer> layers = new ArrayList<>();
        Map<Integer, List<KernelRow>> byLayer = rows.stream()
                .collect(Collectors.groupingBy(row -> row.place().layer(), TreeMap::new, Collectors.toList()));
        byLayer.forEach((layer, all) -> {
            List<KernelRow> own =
                    all.stream().filter(row -> row.setting().equals(map)).toList();
            double measured = median(own, row -> row.estimate().relativeError());
            double predicted = median(own, LayerAdvice::theory);
            double counts = Double.isNaN(predicted) ? measured : predicted;
            layers.add(new Layer(
                    layer + 1,
                    norm(subjects, layer, Head::queries),
                    norm(subjects, layer, Head::keys),
                    predicted,
                    measured,
                    Recommendation.amongMedians(all, map.features(), usable),
                    map.features() * (counts / error) * (counts / error)));
        });
        return new LayerAdvice(layers, map, error, most);
    }

    private static double norm(List<Subject> subjects, int layer, Function<Head, double[][]> side) {
        return subjects.stream()
                .filter(subject -> subject.place().layer() == layer)
                .flatMap(subject -> Arrays.stream(side.apply(subject.head())))
                .mapToDouble(row -> Math.sqrt(Arrays.stream(row).map(v -> v * v).sum()))
                .average()
                .orElse(Double.NaN);
    }

    private static double theory(KernelRow row) {
        return row.estimate().theory() == null ? Double.NaN : row.estimate().theory();
    }

    private static double median(List<KernelRow> rows, ToDoubleFunction<KernelRow> value) {
        return Recommendation.median(rows.stream().mapToDouble(value).boxed().toList());
    }

    /** Returns M, in steps of 16 up to the most. */
    private long columns(double wanted) {
        return Math.min(most, STEP * (long) Math.max(1, Math.ceil(wanted / STEP)));
    }

    private boolean linear(Layer layer) {
        return layer.needs() <= most;
    }

    private List<Layer> linear(BlockOptions options) {
        return layers.stream()
                .filter(layer -> linear(layer) && options.open().contains(layer.number() - 1))
                .toList();
    }

    /** Returns the options that follow; empty if no block can go without training, or some can and the model takes no list. */
    String options(BlockOptions options) {
        List<Layer> linear = linear(options);
        if (options.obstacle() != null
                || linear.isEmpty()
                || linear.size() < options.open().size() && !options.lists()) {
            return "";
        }
        long columns =
                linear.stream().mapToLong(layer -> columns(layer.needs())).max().orElse(STEP);
        return options.text(
                columns, linear.stream().map(layer -> layer.number() - 1).toList());
    }

    /** Writes the table and what follows from it. */
    void print(BlockOptions options, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "block by block: %s at M = %d, medians of its heads' relative errors, and M for an error of %s%n",
                map.series(),
                map.features(),
                KernelsTables.number(error));
        out.printf(
                Locale.ROOT,
                "%5s%10s%10s%12s%12s%10s  %-8s%s%n",
                "block",
                "|x|",
                "|y|",
                "predicted",
                "measured",
                "M",
                "",
                "least error in it");
        for (Layer layer : layers) {
            out.printf(
                    Locale.ROOT,
                    "%5d%10s%10s%12s%12s%10s  %-8s%s%n",
                    layer.number(),
                    KernelsTables.number(layer.queries()),
                    KernelsTables.number(layer.keys()),
                    Double.isNaN(layer.predicted()) ? NONE : KernelsTables.number(layer.predicted()),
                    KernelsTables.number(layer.measured()),
                    layer.needs() <= MOST_SHOWN
                            ? String.format(Locale.ROOT, "%,.0f", Math.ceil(layer.needs()))
                            : "too many",
                    options.open().contains(layer.number() - 1) ? linear(layer) ? "linear" : "exact" : "local",
                    layer.own() == null
                            ? NONE
                            : layer.own().setting().series() + " "
                                    + KernelsTables.number(layer.own().relativeError()));
        }
        out.println(sentence(options));
    }

    private String sentence(BlockOptions options) {
        if (options.obstacle() != null) {
            return options.obstacle();
        }
        int linear = linear(options).size();
        if (linear == 0) {
            return "No block comes to this error with " + String.format(Locale.ROOT, "%,d", most)
                    + " features or less: features need training here (performer convert), or attention stays exact.";
        }
        String of = linear + " of " + options.open().size() + " blocks linear.";
        return options(options).isEmpty()
                ? "Before training " + of + " Beside blocks that see a window all of the others change, or none."
                : (options(options).contains("--set") ? "For convert: " : "For import and convert: ") + options(options)
                        + ". Before training: " + of;
    }

    /** Adds the advice to JSON: of each block also {@code features}, what it needs and not rounded, and whether the options make it linear. */
    void json(BlockOptions options, ObjectNode json) {
        ArrayNode list = json.putArray("layers");
        for (Layer layer : layers) {
            ObjectNode one = list.addObject()
                    .put("block", layer.number())
                    .put("query_norm", layer.queries())
                    .put("key_norm", layer.keys());
            one.put("predicted", Double.isFinite(layer.predicted()) ? layer.predicted() : null);
            one.put("measured", Double.isFinite(layer.measured()) ? layer.measured() : null);
            one.put("features", layer.needs() <= MOST_SHOWN ? (Long) (long) Math.ceil(layer.needs()) : null);
            one.put("linear", !options(options).isEmpty() && linear(options).contains(layer));
        }
        json.put("options", options(options));
    }
}
