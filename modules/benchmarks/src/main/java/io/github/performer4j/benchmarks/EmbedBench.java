package io.github.performer4j.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What the vector of one long sequence costs beside those of its parts, one after the other: time a token, and the process's memory. In this process; rounds are interleaved.
 *
 * @param tokens of the long sequence
 * @param parts into which it is cut, equally long
 * @param runs behind a median
 * @param seed of the tokens
 */
public record EmbedBench(int tokens, int parts, int runs, long seed) {
    /** Longest sequence. */
    static final int MOST_TOKENS = 1 << 20;

    private static final int WARM_UP = 5; // the share of a sequence that warms up
    private static final double MS = 1e6;
    private static final double MICROS = 1e3; // of a ms

    /** Checks sizes. */
    public EmbedBench {
        Rule.that(
                tokens >= 1 && tokens <= MOST_TOKENS, "tokens must be from 1 to " + MOST_TOKENS + "; tokens=" + tokens);
        Rule.that(parts >= 1 && tokens % parts == 0, "parts must divide tokens; parts=" + parts + ", tokens=" + tokens);
        Rule.that(runs >= 1 && runs <= 1000, "runs must be from 1 to 1000; runs=" + runs);
    }

    /** Makes the vector of a sequence. */
    @FunctionalInterface
    public interface Embedding {
        /**
         * Returns the vector.
         *
         * @param ids [T] token ids
         */
        float[] embed(int... ids);
    }

    /**
     * Measures.
     *
     * @param embedding sees a sequence of all tokens whole
     * @param symbols token ids that sequences are drawn of
     * @param clock nanoseconds
     * @param progress hears of each line as it is known
     */
    public List<EmbedRow> run(
            Embedding embedding, List<Integer> symbols, LongSupplier clock, Consumer<String> progress) {
        CounterRandom random = CounterRandom.of(seed);
        int[] whole = new int[tokens];
        for (int i = 0; i < tokens; i++) {
            whole[i] = symbols.get(random.nextInt(symbols.size()));
        }
        List<Integer> counts = List.of(1, parts);
        List<List<Double>> times = List.of(new ArrayList<>(), new ArrayList<>());
        Long[] peaks = new Long[counts.size()];
        embedding.embed(Arrays.copyOf(whole, Math.max(1, tokens / WARM_UP)));
        for (int run = 0; run < runs; run++) {
            for (int i = 0; i < counts.size(); i++) {
                System.gc(); // so that what others left is not counted
                boolean known = ProcessMemory.restart() != null;
                long begin = clock.getAsLong();
                embed(embedding, counts.get(i), whole);
                double ms = (clock.getAsLong() - begin) / MS;
                Long peak = known ? ProcessMemory.peak() : null;
                times.get(i).add(ms);
                if (peak != null) {
                    peaks[i] = peaks[i] == null ? peak : Math.max(peaks[i], peak);
                }
            }
        }
        progress.accept(EmbedRow.HEADER);
        List<EmbedRow> rows = new ArrayList<>();
        double first = Timing.median(times.get(0));
        for (int i = 0; i < counts.size(); i++) {
            double ms = Timing.median(times.get(i));
            int each = tokens / counts.get(i);
            rows.add(new EmbedRow(counts.get(i), each, ms, MICROS * ms / tokens, ms / first, peaks[i]));
            progress.accept(rows.get(i).line());
        }
        return rows;
    }

    private void embed(Embedding embedding, int count, int... whole) {
        int each = tokens / count;
        for (int from = 0; from < tokens; from += each) {
            embedding.embed(Arrays.copyOfRange(whole, from, from + each));
        }
    }

    /** Returns rows as JSON for programs, with the machine that they were measured on. */
    public static ObjectNode json(List<EmbedRow> rows) {
        return Machine.here().json(rows.stream().map(EmbedRow::json).toList());
    }
}
