package io.github.performer4j.benchmarks;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * One way to compute over one graph, measured.
 *
 * @param engine what computes
 * @param mask what attention is masked by; null where there is no attention
 * @param nodes N
 * @param arcs of the graph
 * @param forwardMs median time of a forward pass, in ms; null if it was not measured
 * @param bothMs the same of a forward pass that keeps and a backward pass
 * @param perArcAndFeatureNs bothMs for each arc and feature of each head, in ns; null where there are none
 * @param grownBytes how far resident memory rose above what there was before; null where the system does not tell
 * @param difference largest difference of outputs from the first engine's; null where it computes something else
 * @param reason why it was not measured; null if it was
 */
public record GraphRow(
        String engine,
        GraphMasks mask,
        int nodes,
        int arcs,
        Double forwardMs,
        Double bothMs,
        Double perArcAndFeatureNs,
        Long grownBytes,
        Double difference,
        String reason) {
    static final String HEADER = String.format(
            Locale.ROOT,
            "%-16s %-10s %9s %10s %11s %11s %20s %10s %11s",
            "",
            "mask",
            "nodes",
            "arcs",
            "forward ms",
            "fwd+bwd ms",
            "ns/(arc·feature)",
            "MiB more",
            "difference");
    private static final double MIB = 1 << 20;

    String line() {
        String head =
                String.format(Locale.ROOT, "%-16s %-10s %,9d %,10d", engine, mask == null ? "" : mask, nodes, arcs);
        return reason != null
                ? head + "  " + reason
                : head
                        + String.format(
                                Locale.ROOT,
                                " %11.1f %11.1f %20s %10s %11s",
                                forwardMs,
                                bothMs,
                                shown("%.2f", perArcAndFeatureNs),
                                shown("%.0f", grownBytes == null ? null : grownBytes / MIB),
                                shown("%.1e", difference));
    }

    private static String shown(String format, Double value) {
        return value == null ? "–" : String.format(Locale.ROOT, format, value);
    }

    ObjectNode json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("engine", engine)
                .put("mask", mask == null ? null : mask.toString())
                .put("nodes", nodes)
                .put("arcs", arcs)
                .put("forward_ms", forwardMs)
                .put("forward_backward_ms", bothMs)
                .put("ns_per_arc_and_feature", perArcAndFeatureNs)
                .put("grown_bytes", grownBytes)
                .put("difference", difference)
                .put("reason", reason);
    }
}
