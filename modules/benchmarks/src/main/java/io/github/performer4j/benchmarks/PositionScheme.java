package io.github.performer4j.benchmarks;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.Decay;
import io.github.performer4j.core.attention.FourierPositions;
import io.github.performer4j.core.attention.Grid;
import io.github.performer4j.core.attention.RelativePositions;
import io.github.performer4j.core.attention.Rotary;
import io.github.performer4j.core.feature.PositiveFeatures;
import java.util.Locale;

/** How attention knows places, as {@link PositionBench} measures it; the first is what others are compared with. */
public enum PositionScheme {
    /** Linear attention that knows no places. */
    PLAIN((a, t) -> a),
    /** Queries and keys are turned by their places. */
    ROTARY((a, t) -> a.withRotary(new Rotary(Rotary.BASE, 1, false))),
    /** A short convolution of four or five taps. */
    CONVOLUTION((a, t) -> a.withConvolution(a.causal() ? 4 : 5)),
    /** Decay by a rate for each head. */
    DECAY((a, t) -> a.withDecay(new Decay(false, 4, 256, 0))),
    /** Decay by rates that tokens choose. */
    SELECTIVE((a, t) -> a.withDecay(new Decay(true, 4, 256, 0))),
    /** Selective decay, rotary positions and a short convolution together. */
    TOGETHER((a, t) -> SELECTIVE.on(ROTARY.on(CONVOLUTION.on(a, t), t), t)),
    /** Head dimensions with a learned spectrum (arXiv 2302.01925), which needs positive features. */
    FOURIER((a, t) ->
            a.withFeatureMap(PositiveFeatures.defaults()).withFourier(FourierPositions.of(PositionBench.MOST_TOKENS))),
    /** T5's buckets as a mask. */
    BUCKETS((a, t) -> a.withRelative(RelativePositions.t5())),
    /** A weight for each offset by Fourier transforms (arXiv 2106.12566). */
    OFFSETS((a, t) -> a.withRelative(RelativePositions.offsets(t))),
    /** A weight for each difference of two places on a grid that is as square as T lets it be, by Fourier transforms. */
    GRID((a, t) -> a.withGrid(grid(t))),
    /** A quarter of the heads, one at least, exact within 512 tokens, the others linear. */
    LOCAL((a, t) -> a.withLocalHeads(Math.max(1, a.heads() / 4), PositionBench.WINDOW)),
    /** The first 32 keys by the softmax kernel, the others by positive features. */
    PREFIX((a, t) -> a.withFeatureMap(PositiveFeatures.defaults()).withPrefix(32)),
    /** Exact attention to a window of 512 tokens, for scale. */
    WINDOW((a, t) -> a.withKind(AttentionOptions.Kind.EXACT).withWindow(PositionBench.WINDOW)),
    /** The same, with four tokens that see all and are seen by all. */
    GLOBAL((a, t) -> WINDOW.on(a, t).withGlobalTokens(4));

    private final Change change;

    PositionScheme(Change change) {
        this.change = change;
    }

    /** Attention of sequences of so many tokens, changed. */
    @FunctionalInterface
    private interface Change {
        AttentionOptions on(AttentionOptions attention, int tokens);
    }

    /**
     * Returns the attention with this scheme.
     *
     * @param tokens T
     */
    AttentionOptions on(AttentionOptions attention, int tokens) {
        return change.on(attention, tokens);
    }

    /** Returns whether it transforms each column of features and values, which takes minutes where others take seconds. */
    public boolean transforms() {
        return this == OFFSETS || this == GRID;
    }

    private static Grid grid(int tokens) {
        int rows = (int) Math.sqrt(tokens);
        while (tokens % rows != 0) {
            rows--;
        }
        return Grid.of(rows, tokens / rows);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
