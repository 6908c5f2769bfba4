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
    private static final String NONE = "-";

    private final List<Layer> layers;
    private final Setting map;
    private final String argument;
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
     * @param needs M for the error asked for
     */
    private record Layer(
            int number,
            double queries,
            double keys,
            double predicted,
            double measured,
            Recommendation own,
            long needs) {}

    private LayerAdvice(List<Layer> layers, Setting map, String argument, double error, int most) {
        this.layers = layers;
        this.map = map;
        this.argument = argument;
        this.error = error;
        this.most = most;
    }

    /**
     * Looks at measured rows.
     *
     * @param subjects the heads that they are of
     * @param argument how {@code --attention} names the map
     * @param best the map for all blocks; null if none is usable
     * @param error E, the relative error that is small enough
     * @param most the largest M to pay for
     * @return null without a map
     */
    static LayerAdvice of(
            List<Subject> subjects,
            List<KernelRow> rows,
            Recommendation best,
            String argument,
            Predicate<Setting> usable,
            double error,
            int most) {
        if (best == null) {
            return null;
        }
        Setting map = best.setting();
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
                    columns(map.features() * (counts / error) * (counts / error))));
        });
        return new LayerAdvice(layers, map, argument, error, most);
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

    private static long columns(double wanted) {
        return Double.isNaN(wanted) || wanted > Integer.MAX_VALUE
                ? Integer.MAX_VALUE
                : STEP * (long) Math.max(1, Math.ceil(wanted / STEP));
    }

    private List<Layer> linear() {
        return layers.stream().filter(layer -> layer.needs() <= most).toList();
    }

    /** Returns the options of {@code import} and {@code convert} that follow; empty if no block can go without training. */
    String options() {
        List<Layer> linear = linear();
        if (linear.isEmpty()) {
            return "";
        }
        long columns = linear.stream().mapToLong(Layer::needs).max().orElse(STEP);
        String blocks =
                linear.stream().map(layer -> String.valueOf(layer.number())).collect(Collectors.joining(","));
        return "--attention " + argument + " --features " + columns
                + (linear.size() == layers.size() ? "" : " --layers " + blocks);
    }

    /** Writes the table and what follows from it. */
    void print(PrintWriter out) {
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
                    layer.needs() == Integer.MAX_VALUE ? "too many" : String.format(Locale.ROOT, "%,d", layer.needs()),
                    layer.needs() <= most ? "linear" : "exact",
                    layer.own() == null
                            ? NONE
                            : layer.own().setting().series() + " "
                                    + KernelsTables.number(layer.own().relativeError()));
        }
        out.println(
                options().isEmpty()
                        ? "No block comes to this error with " + String.format(Locale.ROOT, "%,d", most)
                                + " features or less: features need training here (performer convert), or attention stays exact."
                        : "For import and convert: " + options() + ". Before training: " + linear().size() + " of "
                                + layers.size() + " blocks linear.");
    }

    /** Adds the advice to JSON. */
    void json(ObjectNode json) {
        ArrayNode list = json.putArray("layers");
        for (Layer layer : layers) {
            ObjectNode one = list.addObject()
                    .put("block", layer.number())
                    .put("query_norm", layer.queries())
                    .put("key_norm", layer.keys());
            one.put("predicted", Double.isFinite(layer.predicted()) ? layer.predicted() : null);
            one.put("measured", Double.isFinite(layer.measured()) ? layer.measured() : null);
            one.put("features", layer.needs() == Integer.MAX_VALUE ? null : layer.needs());
            one.put("linear", layer.needs() <= most);
        }
        json.put("options", options());
    }
}
