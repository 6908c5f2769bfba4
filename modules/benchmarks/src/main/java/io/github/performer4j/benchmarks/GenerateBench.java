package io.github.performer4j.benchmarks;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.net.TokenSteps;
import io.github.performer4j.kernels.CpuKernels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * What a token costs that a causal model writes behind so many others, on one thread: from the state of what was read, whose cost does not grow; by computing the prefix again for it; and by
 * performer-pytorch, which does that. Rounds are interleaved, so that what disturbs one disturbs all; the state's probabilities must be those of the prefix.
 *
 * @param positions tokens before those that are written
 * @param tokens that are written from a state in one round
 * @param runs behind a median
 * @param seed of prefixes and draws
 */
public record GenerateBench(List<Integer> positions, int tokens, int runs, long seed) {
    /** Largest position. */
    static final int MOST_TOKENS = 1 << 17;
    /** Longest prefix that performer-pytorch computes, in seconds a token. */
    static final int MOST_OF_PEER = 4096;
    /** Largest difference of a probability. */
    static final double TOLERANCE = 1e-4;

    private static final int WARM_UP = 4; // performer-pytorch, which no JVM compiles, takes part in the last
    private static final double MS = 1e6;
    private static final String STATE = "state";

    /** Checks sizes. */
    public GenerateBench {
        positions = List.copyOf(positions);
        Rule.that(
                !positions.isEmpty() && positions.stream().allMatch(p -> p >= 1 && p <= MOST_TOKENS),
                "positions must be from 1 to " + MOST_TOKENS + "; positions=" + positions);
        Rule.that(
                tokens >= 1 && tokens <= MOST_TOKENS, "tokens must be from 1 to " + MOST_TOKENS + "; tokens=" + tokens);
        Rule.that(runs >= 1 && runs <= 1000, "runs must be from 1 to 1000; runs=" + runs);
    }

    /** Writes texts as an application does. */
    @FunctionalInterface
    public interface Writer {
        /**
         * Writes from the first token on.
         *
         * @param tokens how many
         * @param seed of the draws
         */
        void write(int tokens, long seed);
    }

    /** Time of one token in ms. */
    @FunctionalInterface
    private interface Timed {
        double tokenMs(LongSupplier clock) throws EngineFailure;
    }

    /** What a row is made of. */
    private static final class Way {
        private final String name;
        private final int position;
        private final Timed timed; // null if it is not to be measured
        private final List<Double> times = new ArrayList<>();
        private Double difference;
        private String reason;

        Way(String name, int position, Timed timed) {
            this.name = name;
            this.position = position;
            this.timed = timed;
        }
    }

    /**
     * Measures.
     *
     * @param net of token ids with one output, probabilities [B,T,V]
     * @param model the net's configuration
     * @param text writes whole texts with that net
     * @param clock nanoseconds
     * @param notes receives the reason of each way that is left out
     * @throws IllegalArgumentException if a layer keeps no state, positions end, or state and prefix do not agree
     */
    public List<GenerateRow> run(
            ComputationGraph net, PerformerConfig model, Writer text, LongSupplier clock, Consumer<String> notes)
            throws IOException {
        TokenSteps steps = new TokenSteps(net.clone(), model.vocabulary());
        List<Way> ways = new ArrayList<>();
        List<Way> prefixes = new ArrayList<>();
        for (int position : positions) {
            ReadText read = ReadText.of(steps, model.vocabulary(), position, tokens, seed);
            ways.add(new Way(STATE, position, read::fromState));
            Way again = new Way("prefix again", position, time -> read.again(net, time));
            again.difference = read.difference(net);
            Rule.that(
                    again.difference <= TOLERANCE,
                    "the state must give the probabilities of the prefix; position=" + position + ", difference="
                            + again.difference);
            prefixes.add(again);
        }
        ways.addAll(prefixes);
        try (Cleanup cleanup = new Cleanup()) {
            EngineProcess peer = addPeer(ways, model, cleanup, notes);
            ways.add(new Way("text", 0, time -> {
                long begin = time.getAsLong();
                CpuKernels.onThisThread(() -> text.write(tokens, seed));
                return (time.getAsLong() - begin) / MS / tokens;
            }));
            for (int run = -WARM_UP; run < runs; run++) {
                for (Way way : ways) {
                    if (way.reason == null && (run >= -1 || !way.name.equals(PerformerPytorch.NAME))) {
                        measure(way, run >= 0, clock, notes);
                    }
                }
            }
            if (peer != null) {
                peer.close();
            }
        }
        return ways.stream().map(way -> row(way, ways)).toList();
    }

    /** Adds performer-pytorch's rows. */
    private EngineProcess addPeer(List<Way> ways, PerformerConfig model, Cleanup cleanup, Consumer<String> notes)
            throws IOException {
        int longest = positions.stream()
                        .filter(p -> p <= MOST_OF_PEER)
                        .mapToInt(p -> p)
                        .max()
                        .orElse(1)
                + 1;
        EngineProcess peer = null;
        String reason = null;
        try {
            peer = new EngineProcess(
                    PerformerPytorch.command(model, longest, cleanup.folder()),
                    cleanup.folder().resolve("performer-pytorch.log"),
                    cleanup);
        } catch (EngineFailure e) {
            reason = e.getMessage();
            notes.accept(PerformerPytorch.NAME + ": " + reason);
        }
        for (int position : positions) {
            EngineProcess process = peer;
            boolean measured = peer != null && position <= MOST_OF_PEER;
            Way way = new Way(PerformerPytorch.NAME, position, measured ? time -> process.generate(position, 1) : null);
            way.reason = peer == null || measured ? reason : "not measured beyond " + MOST_OF_PEER + " tokens";
            ways.add(way);
        }
        return peer;
    }

    private static void measure(Way way, boolean counts, LongSupplier clock, Consumer<String> notes) {
        try {
            double ms = way.timed.tokenMs(clock);
            if (counts) {
                way.times.add(ms);
            }
        } catch (EngineFailure e) {
            way.reason = e.getMessage();
            notes.accept(way.name + ": " + way.reason);
        }
    }

    private GenerateRow row(Way way, List<Way> all) {
        if (way.reason != null) {
            return new GenerateRow(way.name, way.position, null, null, null, way.reason);
        }
        double ms = Timing.median(way.times);
        int of = way.name.equals(STATE) ? positions.get(0) : way.position;
        Double ratio = all.stream()
                .filter(other -> other.name.equals(STATE) && other.position == of)
                .findFirst()
                .map(state -> ms / Timing.median(state.times))
                .orElse(null);
        return new GenerateRow(way.name, way.position, ms, ratio, way.difference, null);
    }

    /** Returns a table of rows, a line each. */
    public static List<String> table(List<GenerateRow> rows) {
        List<String> lines = new ArrayList<>(List.of(GenerateRow.HEADER));
        rows.forEach(row -> lines.add(row.line()));
        return lines;
    }

    /** Returns rows as JSON for programs, with the machine that they were measured on. */
    public static ObjectNode json(List<GenerateRow> rows) {
        return Machine.here().json(rows.stream().map(GenerateRow::json).toList());
    }
}
