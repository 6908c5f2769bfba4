package io.github.performer4j.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.kernels.mask.MaskedAttention;
import io.github.performer4j.kernels.mask.OffsetMask;
import io.github.performer4j.kernels.mask.Offsets;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/**
 * How the time of linear attention with a learned weight for each offset ({@code model.attention.positions=toeplitz}) grows with T: one head by Fourier transforms on one thread, over T·log₂T.
 * Bidirectional attention is O(T log T), causal O(T log² T). Layers take a band for short rows instead, which rows say. Rounds are interleaved.
 *
 * @param tokens lengths T
 * @param causal directions
 * @param features M
 * @param headSize D
 * @param runs behind a median
 * @param seed of features, values and weights
 */
public record OffsetBench(List<Integer> tokens, List<Boolean> causal, int features, int headSize, int runs, long seed) {
    private static final int MOST_TOKENS = 1 << 17;
    private static final double MS = 1e6;

    /** Checks sizes. */
    public OffsetBench {
        tokens = List.copyOf(tokens);
        causal = List.copyOf(causal);
        Rule.some("causal", causal);
        Rule.that(
                !tokens.isEmpty() && tokens.stream().allMatch(t -> t >= 2 && t <= MOST_TOKENS),
                "tokens must be from 2 to " + MOST_TOKENS + "; tokens=" + tokens);
        Rule.that(features >= 1 && features <= 512, "features must be from 1 to 512; features=" + features);
        Rule.that(headSize >= 1 && headSize <= 512, "head size must be from 1 to 512; head size=" + headSize);
        Rule.that(runs >= 1 && runs <= 1000, "runs must be from 1 to 1000; runs=" + runs);
    }

    /** One length in one direction, with its arrays. */
    private static final class Head {
        private final int places;
        private final boolean causal;
        private final boolean taken;
        private final int parameters;
        private final MaskedAttention attention;
        private final double[] q; // [T,M]
        private final double[] k; // [T,M]
        private final double[] v; // [T,D+1]
        private final List<Double> forward = new ArrayList<>();
        private final List<Double> both = new ArrayList<>();

        Head(OffsetBench bench, int places, boolean causal) {
            this.places = places;
            this.causal = causal;
            Offsets each = new Offsets(0, places, causal);
            CounterRandom random = CounterRandom.of(bench.seed, places, causal ? 1 : 0);
            double[] logs = new double[each.parameters()];
            for (int i = 0; i < logs.length; i++) {
                logs[i] = random.nextGaussian() / 2;
            }
            OffsetMask mask = new OffsetMask(each, places, logs, 0);
            taken = each.mask(places, logs, 0) instanceof OffsetMask;
            parameters = mask.parameters();
            int columns = bench.headSize + 1;
            attention = mask.attention(bench.features, columns);
            q = drawn(random, places * bench.features, 0);
            k = drawn(random, places * bench.features, 0);
            v = drawn(random, places * columns, -1);
        }

        private static double[] drawn(CounterRandom random, int n, double least) {
            double[] values = new double[n];
            for (int i = 0; i < n; i++) {
                values[i] = least + (1 - least) * random.nextDouble();
            }
            return values;
        }

        void round(boolean counts, LongSupplier clock) {
            double[] sums = new double[v.length];
            double[] dq = new double[q.length];
            double[] dk = new double[k.length];
            double[] dv = new double[v.length];
            double[] dParameters = new double[parameters];
            long begin = clock.getAsLong();
            attention.forward(0, q, k, v, sums);
            long middle = clock.getAsLong();
            attention.backward(0, q, k, v, sums, dq, dk, dv, dParameters);
            long end = clock.getAsLong();
            if (counts) {
                forward.add((middle - begin) / MS);
                both.add((end - begin) / MS);
            }
        }

        OffsetRow row() {
            return new OffsetRow(places, causal, Timing.median(forward), Timing.median(both), taken);
        }
    }

    /**
     * Measures.
     *
     * @param clock nanoseconds
     * @param progress hears of each line as it is known
     */
    public List<OffsetRow> run(LongSupplier clock, Consumer<String> progress) {
        List<OffsetRow> rows = new ArrayList<>();
        progress.accept(OffsetRow.HEADER);
        for (boolean direction : causal) {
            List<Head> heads =
                    tokens.stream().map(t -> new Head(this, t, direction)).toList();
            for (int run = -1; run < runs; run++) { // the first round warms up
                for (Head head : heads) {
                    head.round(run >= 0, clock);
                }
            }
            for (Head head : heads) {
                rows.add(head.row());
                progress.accept(head.row().line());
            }
            progress.accept(String.format(
                    Locale.ROOT,
                    "%s: largest over smallest of ns/(T log2 T): forward %.2f, fwd+bwd %.2f",
                    OffsetRow.direction(direction),
                    spread(rows, direction, OffsetRow::forwardGrowth),
                    spread(rows, direction, OffsetRow::bothGrowth)));
        }
        return rows;
    }

    private static double spread(List<OffsetRow> rows, boolean causal, ToDoubleFunction<OffsetRow> growth) {
        double[] values = rows.stream()
                .filter(row -> row.causal() == causal)
                .mapToDouble(growth)
                .sorted()
                .toArray();
        return values[values.length - 1] / values[0];
    }

    /** Returns rows as JSON for programs, with the machine that they were measured on, and how far their growth is from T·log₂T. */
    public static ObjectNode json(List<OffsetRow> rows) {
        ObjectNode json = Machine.here().json(rows.stream().map(OffsetRow::json).toList());
        ObjectNode spreads = json.putObject("largest_over_smallest");
        for (boolean direction : rows.stream().map(OffsetRow::causal).distinct().toList()) {
            spreads.putObject(OffsetRow.direction(direction))
                    .put("forward", spread(rows, direction, OffsetRow::forwardGrowth))
                    .put("forward_backward", spread(rows, direction, OffsetRow::bothGrowth));
        }
        return json;
    }
}
