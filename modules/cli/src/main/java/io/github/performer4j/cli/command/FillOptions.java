package io.github.performer4j.cli.command;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.checkpoint.FillOrder;
import io.github.performer4j.checkpoint.Infilled;
import io.github.performer4j.checkpoint.Infilling;
import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.cli.show.Printable;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** How whole sequences are filled, where that is asked for. */
final class FillOptions {
    @Option(
            names = "--order",
            paramLabel = "O",
            description =
                    "together: all masked tokens at once, each by itself (default); left: from left to right; confidence: those first that the model is surest of; random: as --seed"
                            + " shuffles them. All but together fill one after the other, each seeing those before it.")
    private String order;

    @Option(
            names = "--per-step",
            paramLabel = "N",
            description = "Tokens that are filled at once, for fewer passes (default: 1).")
    private Integer perStep;

    @Option(names = "--count", paramLabel = "N", description = "Sequences to fill (default: 1).")
    private Integer count;

    @Option(
            names = "--temperature",
            paramLabel = "X",
            description =
                    "1: drawn by the model's own probabilities; lower is bolder; 0: always the most probable token (default: 0, with --count 1).")
    private Double temperature;

    @Option(
            names = "--allowed",
            paramLabel = "SETS",
            description =
                    "Fill each masked token, from left to right, with one of its set: AC;*;K is A or C, then any, then K. A set is its symbols, * all of them.")
    private String allowed;

    /** Returns whether sequences are filled; else the model's guesses are shown. */
    boolean fills() {
        return order() != FillOrder.TOGETHER || count != null || temperature != null || allowed != null;
    }

    private FillOrder order() {
        return order == null ? FillOrder.TOGETHER : FillOrder.named(order);
    }

    /**
     * Checks the options.
     *
     * @throws IllegalArgumentException if one is out of its range, or has nothing to act on
     */
    void check() {
        if (perStep != null && (order() == FillOrder.TOGETHER || perStep < 1)) {
            throw new IllegalArgumentException(
                    "--per-step must be positive, and goes with an order that fills one token after the other; --per-step="
                            + perStep + ", --order=" + order().key());
        }
        if (count != null && count < 1) {
            throw new IllegalArgumentException("--count must be positive; --count=" + count);
        }
        if (temperature != null && !(temperature >= 0 && temperature < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "--temperature must be finite and at least 0; --temperature=" + temperature);
        }
    }

    private double temperature() {
        return temperature == null ? count == null ? 0 : 1 : temperature;
    }

    private int perStep() {
        return perStep == null ? 1 : perStep;
    }

    /** Fills a sequence as often as was asked for. */
    List<Infilled> fill(PerformerModel model, long seed, int... ids) {
        Infilling plain = model.infilling();
        return (allowed == null ? plain : plain.withAllowed(List.of(allowed.split(";", -1))))
                .withOrder(order())
                .withPerStep(perStep())
                .withTemperature(temperature())
                .withSeed(seed)
                .fill(ids, count == null ? 1 : count);
    }

    /** Prints what {@link #fill} gave, and adds it to the results. */
    void show(List<Infilled> all, long seed, PrintWriter out, ObjectNode results) {
        boolean steps = order() != FillOrder.TOGETHER;
        out.println("order=" + order().key() + (steps ? ", per-step=" + perStep() : "") + ", temperature="
                + temperature() + ", seed=" + seed);
        results.put("order", order().key()).put("temperature", temperature()).put("seed", seed);
        if (steps) {
            results.put("perStep", perStep());
        }
        ArrayNode sequences = results.putArray("sequences");
        for (Infilled one : all) {
            out.println(Printable.line(one.text()));
            out.println(String.format(Locale.ROOT, "  log probability %.3f:  ", one.logProbability()) + steps(one));
            ArrayNode filled = sequences
                    .addObject()
                    .put("sequence", one.text())
                    .put("logProbability", one.logProbability())
                    .putArray("filled");
            one.steps()
                    .forEach(step -> filled.addObject()
                            .put("position", step.position() + 1)
                            .put("token", step.token())
                            .put("probability", step.probability()));
        }
    }

    /** Returns what was filled in its order, as {@code 4 Y 31%   7 R 12%}. */
    private static String steps(Infilled one) {
        return one.steps().stream()
                .map(step -> String.format(
                        Locale.ROOT,
                        "%d %s %.1f%%",
                        step.position() + 1,
                        Printable.line(step.token()),
                        100 * step.probability()))
                .collect(Collectors.joining("   "));
    }
}
