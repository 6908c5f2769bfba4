package io.github.performer4j.benchmarks;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How much memory a case will take in an engine, before it is run: an allocation that fails ends a process, or the system ends another.
 *
 * <p>{@code bytes = 4 · L · (B·H·T · (20·D + r·M + s·T) + B·T · (12·E + 4·F))}, where L counts blocks. r and the term of causal
 * attention are rounded up from high-water marks at T = 2,048; s is an upper guess: the graph's exact attention did not fit into 23 GiB
 * at T = 4,096. A refusal that is a little too early does no harm.
 */
final class MemoryEstimate {
    private static final long FLOAT_BYTES = 4;
    /** Arrays [B,H,T,D]: inputs, results, gradients and their copies. */
    private static final double INPUTS_AND_RESULTS = 20;

    private static final double GIB = 1L << 30;

    /** Tokens below which a case is not shortened. */
    private static final int FEWEST = 256;

    private MemoryEstimate() {}

    /** Returns the estimate in bytes, without the virtual machine and libraries. */
    static double bytes(Engine engine, Case c) {
        double rows = (double) c.batch() * c.heads() * c.tokens();
        double bytes = FLOAT_BYTES * rows * (INPUTS_AND_RESULTS * c.headSize() + perRow(engine, c));
        if (c.work() != Work.ATTENTION) {
            double dense = 12.0 * c.width() + 4.0 * c.hidden();
            bytes += FLOAT_BYTES * (double) c.batch() * c.tokens() * dense;
        }
        return c.work() == Work.TRAIN ? c.layers() * bytes : bytes;
    }

    /** Returns values that are kept for each row of a head between forward and backward. */
    private static double perRow(Engine engine, Case c) {
        if (engine.fused()) {
            return 0;
        }
        if (c.attention() == AttentionKind.EXACT) {
            return (engine == Engine.GRAPH ? 12.0 : 6.0) * c.tokens();
        }
        double features = switch (engine) {
            case GRAPH -> 24;
            case DJL -> 18;
            default -> 10;
        };
        // Causal: states of M·(D+1) values for each chunk of 64 tokens, and the products inside chunks.
        double states = c.causal() ? 10.0 * c.features() * (c.headSize() + 1) / 64 + 4.0 * 64 : 0;
        return features * c.features() + states;
    }

    /**
     * Returns the engines that do not fit into memory together, with the reason. Engines of one case stay loaded side by side: the graph
     * keeps its memory, peers give theirs back after each pass.
     *
     * @param memory bytes that they may take
     */
    static Map<Engine, String> refused(Case c, List<Engine> engines, double memory) {
        Map<Engine, String> refused = new EnumMap<>(Engine.class);
        double kept = 0;
        double passing = 0;
        for (Engine engine : engines) {
            double own = bytes(engine, c);
            boolean keeps = engine.fused() || engine == Engine.GRAPH;
            double newKept = keeps ? kept + own : kept;
            double newPassing = keeps ? passing : Math.max(passing, own);
            if (newKept + newPassing > memory) {
                refused.put(engine, reason(own, memory, newKept + newPassing - own));
            } else {
                kept = newKept;
                passing = newPassing;
            }
        }
        return refused;
    }

    /** Returns the longest case alike but for its tokens, halved, whose reference fits into memory, alone: the graph with twice the bytes a value. */
    static Case judged(Case c, double memory) {
        Case judged = c;
        while (2 * bytes(Engine.GRAPH, judged) > memory && judged.tokens() > FEWEST) {
            judged = judged.with((judged.tokens() + 1) / 2, judged.attention(), judged.causal());
        }
        return judged;
    }

    private static String reason(double own, double memory, double others) {
        String message = String.format(
                Locale.ROOT, "needs about %.1f GiB, %.1f GiB are free", own / GIB, (memory - others) / GIB);
        return others > 0 && own <= memory ? message + " beside the other engines" : message;
    }
}
