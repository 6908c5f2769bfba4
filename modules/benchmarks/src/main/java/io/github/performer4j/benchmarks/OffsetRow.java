package io.github.performer4j.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * Attention of one head weighted by offsets, at one length.
 *
 * @param tokens T
 * @param causal direction
 * @param forwardMs median time of a forward pass, in ms
 * @param bothMs the same of a forward and a backward pass
 * @param taken whether layers compute this length so
 */
public record OffsetRow(int tokens, boolean causal, double forwardMs, double bothMs, boolean taken) {
    static final String HEADER = String.format(
            Locale.ROOT,
            "%-14s %9s %12s %14s %12s %14s",
            "",
            "tokens",
            "forward ms",
            "ns/(T log2 T)",
            "fwd+bwd ms",
            "ns/(T log2 T)");

    private static final double NANOS = 1e6; // of a ms

    /** Returns the forward pass's time over T·log₂T, in ns. */
    public double forwardGrowth() {
        return NANOS * forwardMs / growth();
    }

    /** Returns the time of both passes over T·log₂T, in ns. */
    public double bothGrowth() {
        return NANOS * bothMs / growth();
    }

    private double growth() {
        return tokens * Math.log(tokens) / Math.log(2);
    }

    static String direction(boolean causal) {
        return causal ? "causal" : "bidirectional";
    }

    String line() {
        return String.format(
                Locale.ROOT,
                "%-14s %,9d %,12.1f %14.1f %,12.1f %14.1f%s",
                direction(causal),
                tokens,
                forwardMs,
                forwardGrowth(),
                bothMs,
                bothGrowth(),
                taken ? "" : "  (layers take a band)");
    }

    ObjectNode json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("tokens", tokens)
                .put("causal", causal)
                .put("forward_ms", forwardMs)
                .put("forward_backward_ms", bothMs)
                .put("forward_ns_by_t_log_t", forwardGrowth())
                .put("forward_backward_ns_by_t_log_t", bothGrowth())
                .put("taken_by_layers", taken);
    }
}
