package io.github.performer4j.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * What a scheme of positions costs at one length.
 *
 * @param scheme the scheme
 * @param causal direction
 * @param tokens T
 * @param rows B
 * @param forwardMs median time of a block's forward pass, in ms; null if it was not measured
 * @param bothMs the same of a forward pass that keeps and a backward pass
 * @param ratio bothMs over that of the first scheme
 * @param reason why it was not measured; null if it was
 */
public record PositionRow(
        PositionScheme scheme,
        boolean causal,
        int tokens,
        int rows,
        Double forwardMs,
        Double bothMs,
        Double ratio,
        String reason) {
    static final String HEADER = String.format(
            Locale.ROOT,
            "%-13s %-14s %7s %6s %11s %11s %7s",
            "positions",
            "",
            "tokens",
            "rows",
            "forward ms",
            "fwd+bwd ms",
            "ratio");

    String line() {
        String head = String.format(
                Locale.ROOT, "%-13s %-14s %,7d %,6d", scheme, causal ? "causal" : "bidirectional", tokens, rows);
        return reason != null
                ? head + "  " + reason
                : head + String.format(Locale.ROOT, " %11.1f %11.1f %7.2f", forwardMs, bothMs, ratio);
    }

    ObjectNode json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("positions", scheme.toString())
                .put("causal", causal)
                .put("tokens", tokens)
                .put("rows", rows)
                .put("forward_ms", forwardMs)
                .put("forward_backward_ms", bothMs)
                .put("ratio", ratio)
                .put("reason", reason);
    }
}
