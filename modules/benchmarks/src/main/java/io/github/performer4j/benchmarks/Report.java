package io.github.performer4j.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Rows as a table for people and as JSON for programs.
 *
 * @param machine what they were measured on
 * @param threads of each engine
 * @param sgemmPerThread median rate of OpenBLAS's product ({@link Sgemm}) in GFLOP/s; null if it could not be measured
 * @param productsPerThread the same of the library that our kernels multiply by; no limit is made of it
 * @param rows those of one case beside each other
 */
public record Report(Machine machine, int threads, Double sgemmPerThread, Double productsPerThread, List<Row> rows) {
    private static final double MIB = 1 << 20;
    private static final double PER_CENT = 100;
    private static final int NAMES = 8;
    private static final String HEADER = "%s  forward ms   limit   ×fused   fwd+bwd ms   limit   ×fused   peak MiB";
    private static final String TRAIN_HEADER =
            "%s  forward ms   limit   ×fused      step ms   limit   ×fused   peak MiB";

    public Report {
        rows = List.copyOf(rows);
    }

    /** Returns threads × sgemm's rate, in GFLOP/s; null if that is unknown. */
    Double limit() {
        return sgemmPerThread == null ? null : threads * sgemmPerThread;
    }

    /** Returns a case in words. */
    static String heading(Case c) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%s, %s, %s: B=%d T=%,d E=%d H=%d",
                c.work().label(),
                c.attention().label(),
                c.causal() ? "causal" : "bidirectional",
                c.batch(),
                c.tokens(),
                c.width(),
                c.heads()));
        if (c.attention() == AttentionKind.FAVOR) {
            text.append(" M=").append(c.features());
        }
        if (c.work() != Work.ATTENTION) {
            text.append(" F=").append(c.hidden());
        }
        if (c.work() == Work.TRAIN) {
            text.append(" layers=").append(c.layers()).append(" V=").append(c.vocabulary());
        }
        return text.toString();
    }

    /** Returns the table, a line each. */
    public List<String> table() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                        Locale.ROOT,
                        "%s, %d cores, Java %s; %d threads%s",
                        machine.cpu(),
                        machine.cores(),
                        machine.java(),
                        threads,
                        sgemmPerThread == null
                                ? ""
                                : String.format(
                                        Locale.ROOT,
                                        "; sgemm(1024³) %.1f GFLOP/s a thread, limit %.0f",
                                        sgemmPerThread,
                                        limit()))
                + (productsPerThread == null
                        ? ""
                        : String.format(Locale.ROOT, "; %.1f by %s", productsPerThread, machine.products())));
        for (Case sizes : cases()) {
            lines.add("");
            lines.add(heading(sizes));
            String header = sizes.work() == Work.TRAIN ? TRAIN_HEADER : HEADER;
            lines.add(String.format(Locale.ROOT, header, " ".repeat(names())));
            rows.stream()
                    .filter(row -> row.sizes().equals(sizes))
                    .map(this::line)
                    .forEach(lines::add);
            headline(sizes).ifPresent(lines::add);
        }
        return lines;
    }

    private List<Case> cases() {
        return rows.stream().map(Row::sizes).distinct().toList();
    }

    /** Returns what the fastest peer takes, {@code fastest peer: forward libtorch 1.21×, fwd+bwd djl 1.50×}; empty if none was measured beside the fused engine. */
    private Optional<String> headline(Case sizes) {
        Optional<Row> forward = fastest(sizes, Row::forwardMs);
        Optional<Row> both = fastest(sizes, Row::forwardBackwardMs);
        return forward.isEmpty() || both.isEmpty()
                ? Optional.empty()
                : Optional.of("fastest peer: forward " + against(forward.get(), Row::forwardMs)
                        + (sizes.work() == Work.TRAIN ? ", step " : ", fwd+bwd ")
                        + against(both.get(), Row::forwardBackwardMs));
    }

    private String against(Row peer, Function<Row, Double> time) {
        return String.format(Locale.ROOT, "%s %.2f×", peer.engine().label(), ratio(peer, time));
    }

    /** Returns the peer's row of the shortest time; empty if no peer or not the fused engine was measured. */
    Optional<Row> fastest(Case sizes, Function<Row, Double> time) {
        return rows.stream()
                .filter(row -> row.sizes().equals(sizes) && row.engine().peer() && ratio(row, time) != null)
                .min(Comparator.comparing(time));
    }

    /** Returns the width of the column of names. */
    private int names() {
        return rows.stream().mapToInt(row -> row.engine().label().length()).reduce(NAMES, Math::max);
    }

    private String line(Row row) {
        String name =
                String.format(Locale.ROOT, "%-" + names() + "s", row.engine().label());
        if (row.reason() != null) {
            return name + "  " + row.reason();
        }
        return name
                + number("%12s", "%,.1f", row.forwardMs())
                + number("%8s", "%.0f%%", percent(row.forwardShare(limit())))
                + number("%9s", "%.2f", ratio(row, Row::forwardMs))
                + number("%13s", "%,.1f", row.forwardBackwardMs())
                + number("%8s", "%.0f%%", percent(row.forwardBackwardShare(limit())))
                + number("%9s", "%.2f", ratio(row, Row::forwardBackwardMs))
                + number("%11s", "%,.0f", row.peakBytes() == null ? null : row.peakBytes() / MIB);
    }

    /** Returns a row's time over the fused engine's in the same case; null if either is unknown. */
    Double ratio(Row row, Function<Row, Double> time) {
        Optional<Double> fused = rows.stream()
                .filter(other -> other.engine() == Engine.FUSED && other.sizes().equals(row.sizes()))
                .map(time)
                .filter(milliseconds -> milliseconds != null)
                .findFirst();
        Double own = time.apply(row);
        return own == null || fused.isEmpty() ? null : own / fused.get();
    }

    private static Double percent(Double share) {
        return share == null ? null : PER_CENT * share;
    }

    private static String number(String cell, String format, Double value) {
        return String.format(Locale.ROOT, cell, value == null ? "-" : String.format(Locale.ROOT, format, value));
    }

    /**
     * Returns {@code {"sgemm_gflops_per_thread", "products_gflops_per_thread", "threads", "machine",
     * "rows": [{"work", "engine", …}]}}.
     */
    public ObjectNode json() {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode json = mapper.createObjectNode();
        json.put("sgemm_gflops_per_thread", sgemmPerThread);
        json.put("products_gflops_per_thread", productsPerThread);
        json.put("threads", threads);
        json.set("machine", mapper.valueToTree(machine));
        ArrayNode array = json.putArray("rows");
        rows.forEach(row -> fill(array.addObject(), row));
        return json;
    }

    private void fill(ObjectNode json, Row row) {
        Case c = row.sizes();
        json.put("work", c.work().label())
                .put("engine", row.engine().label())
                .put("attention", c.attention().label())
                .put("causal", c.causal())
                .put("batch", c.batch())
                .put("tokens", c.tokens())
                .put("width", c.width())
                .put("heads", c.heads())
                .put("features", c.features());
        json.put("hidden", c.work() == Work.ATTENTION ? null : c.hidden());
        json.put("layers", c.work() == Work.TRAIN ? c.layers() : null);
        json.put("vocabulary", c.work() == Work.TRAIN ? c.vocabulary() : null);
        json.put("forward_ms", row.forwardMs())
                .put("forward_backward_ms", row.forwardBackwardMs())
                .put("runs", row.runs())
                .put("peak_native_bytes", row.peakBytes())
                .put("start_native_bytes", row.startBytes())
                .put("forward_gflop", Operations.forward(c))
                .put("gflop", Operations.forwardBackward(c))
                .put("forward_share_of_limit", row.forwardShare(limit()))
                .put("share_of_limit", row.forwardBackwardShare(limit()))
                .put("forward_ratio_to_fused", ratio(row, Row::forwardMs))
                .put("ratio_to_fused", ratio(row, Row::forwardBackwardMs))
                .put(
                        "fastest_peer",
                        fastest(c, Row::forwardBackwardMs).filter(row::equals).isPresent())
                .put("reason", row.reason());
    }
}
