package io.github.performer4j.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Cells with their measurements, as a table for people and as JSON for programs.
 *
 * @param machine what they were measured on
 * @param rows in the order of the table
 */
public record AttentionReport(Machine machine, List<Row> rows) {
    /** The length whose time per token the others are compared with. */
    public static final int REFERENCE_TOKENS = 1024;

    private static final double MIB = 1 << 20;
    private static final double MICROS_PER_MS = 1e3;
    private static final String HEADER = "attention         tokens    forward   fwd+bwd   per token   against     peak";
    private static final String UNITS = "                                ms        ms          µs   T=1,024      MiB";

    /**
     * A cell and what was measured.
     *
     * @param cell settings
     * @param measured figures, or the reason why there are none
     */
    public record Row(AttentionCell cell, Measurement measured) {
        /** Returns microseconds of forward and backward per token; null if there is no figure. */
        Double perToken() {
            return measured.forwardBackwardMs() == null
                    ? null
                    : MICROS_PER_MS * measured.forwardBackwardMs() / ((double) cell.batch() * cell.tokens());
        }
    }

    public AttentionReport {
        rows = List.copyOf(rows);
    }

    /** Returns the time per token over that at T = {@value #REFERENCE_TOKENS}; null if either is unknown. */
    Double ratio(Row row) {
        Double own = row.perToken();
        return rows.stream()
                .filter(r ->
                        r.cell().variant() == row.cell().variant() && r.cell().tokens() == REFERENCE_TOKENS)
                .map(Row::perToken)
                .filter(reference -> reference != null && own != null)
                .findFirst()
                .map(reference -> own / reference)
                .orElse(null);
    }

    /** Returns the table, a line each. */
    public List<String> table() {
        List<String> lines = new ArrayList<>();
        lines.add(HEADER);
        lines.add(UNITS);
        Variant last = null;
        for (Row row : rows) {
            if (last != null && last != row.cell().variant()) {
                lines.add("");
            }
            last = row.cell().variant();
            lines.add(line(row));
        }
        return lines;
    }

    private String line(Row row) {
        Measurement m = row.measured();
        String name = String.format(
                Locale.ROOT,
                "%-15s %,8d",
                row.cell().variant().label(),
                row.cell().tokens());
        if (m.reason() != null) {
            return name + "   " + m.reason();
        }
        return name
                + number("%11s", "%,.1f", m.forwardMs())
                + number("%10s", "%,.1f", m.forwardBackwardMs())
                + number("%12s", "%,.1f", row.perToken())
                + number("%10s", "%.2f", ratio(row))
                + number("%9s", "%,.0f", m.peakBytes() == null ? null : m.peakBytes() / MIB);
    }

    private static String number(String cell, String format, Double value) {
        return String.format(Locale.ROOT, cell, value == null ? "-" : String.format(Locale.ROOT, format, value));
    }

    /** Returns {@code {"threads", "machine", "rows": [{"work", "engine", "attention", …}]}}. */
    public ObjectNode json() {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode json = mapper.createObjectNode();
        json.put("threads", rows.isEmpty() ? null : rows.get(0).cell().threads());
        json.set("machine", mapper.valueToTree(machine));
        ArrayNode array = json.putArray("rows");
        for (Row row : rows) {
            AttentionCell cell = row.cell();
            Measurement m = row.measured();
            array.addObject()
                    .put("work", "attention")
                    .put("engine", "graph")
                    .put("attention", cell.attention())
                    .put("causal", cell.variant().causal())
                    .put("batch", cell.batch())
                    .put("tokens", cell.tokens())
                    .put("width", cell.width())
                    .put("heads", cell.heads())
                    .put("features", cell.features())
                    .put("forward_ms", m.forwardMs())
                    .put("forward_backward_ms", m.forwardBackwardMs())
                    .put("forward_runs", m.forwardRuns())
                    .put("forward_backward_runs", m.forwardBackwardRuns())
                    .put("microseconds_per_token", row.perToken())
                    .put("ratio_to_1024", ratio(row))
                    .put("peak_bytes", m.peakBytes())
                    .put("start_bytes", m.startBytes())
                    .put("resident_bytes", m.residentBytes())
                    .put("reason", m.reason());
        }
        return json;
    }
}
