package io.github.performer4j.benchmarks;

import java.util.ArrayList;
import java.util.List;

/**
 * The whole table: every length for every variant.
 *
 * @param tokens lengths T, rising
 * @param variants kinds and directions
 * @param like the cell whose other settings all cells have
 */
public record AttentionBench(List<Integer> tokens, List<Variant> variants, AttentionCell like) {
    /** T = 256, 512, … 16,384. */
    public static final List<Integer> LENGTHS = List.of(256, 512, 1024, 2048, 4096, 8192, 16384);

    /** Which directions are measured. */
    public enum Causal {
        /** Linear attention in both, exact attention bidirectional: its mask changes little. */
        BOTH,
        /** Causal only. */
        YES,
        /** Bidirectional only. */
        NO
    }

    /** The kinds of attention, as named on the command line. */
    public enum Engine {
        /** Random features. */
        LINEAR,
        /** Softmax. */
        EXACT
    }

    public AttentionBench {
        tokens = List.copyOf(tokens);
        variants = List.copyOf(variants);
        Rule.that(!tokens.isEmpty(), "there must be a length to measure; tokens=" + tokens);
        Rule.that(!variants.isEmpty(), "there must be a kind of attention to measure; engines=" + variants);
        for (int i = 0; i < tokens.size(); i++) {
            Rule.positive("tokens", tokens.get(i));
            Rule.that(i == 0 || tokens.get(i) > tokens.get(i - 1), "lengths must rise; tokens=" + tokens);
        }
    }

    /** Returns the variants for a choice of kinds and directions, each once, in the order of {@link Variant}. */
    public static List<Variant> variants(List<Engine> engines, Causal causal) {
        List<Variant> variants = new ArrayList<>();
        if (engines.contains(Engine.LINEAR)) {
            if (causal != Causal.YES) {
                variants.add(Variant.LINEAR);
            }
            if (causal != Causal.NO) {
                variants.add(Variant.LINEAR_CAUSAL);
            }
        }
        if (engines.contains(Engine.EXACT)) {
            variants.add(causal == Causal.YES ? Variant.EXACT_CAUSAL : Variant.EXACT);
        }
        return variants;
    }

    /** Returns the cells, variant by variant, lengths rising. */
    public List<AttentionCell> cells() {
        List<AttentionCell> cells = new ArrayList<>();
        for (Variant variant : variants) {
            for (int t : tokens) {
                cells.add(new AttentionCell(
                        variant,
                        like.batch(),
                        t,
                        like.width(),
                        like.heads(),
                        like.features(),
                        like.map(),
                        like.runs(),
                        like.seconds(),
                        like.threads(),
                        like.seed()));
            }
        }
        return cells;
    }
}
