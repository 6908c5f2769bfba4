package io.github.performer4j.benchmarks;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.attention.Decay;
import io.github.performer4j.core.attention.FourierPositions;
import io.github.performer4j.core.attention.RelativePositions;
import io.github.performer4j.core.attention.Rotary;
import java.util.Locale;
import java.util.function.UnaryOperator;

/** How attention knows places, as {@link PositionBench} measures it; the first is what others are compared with. */
public enum PositionScheme {
    /** FAVOR+ that knows no places. */
    PLAIN(a -> a),
    /** Queries and keys are turned by their places. */
    ROTARY(a -> a.withRotary(new Rotary(Rotary.BASE, 1, false))),
    /** A short convolution of four or five taps. */
    CONVOLUTION(a -> a.withConvolution(a.causal() ? 4 : 5)),
    /** Decay by a rate for each head. */
    DECAY(a -> a.withDecay(new Decay(false, 4, 256, 0))),
    /** Decay by rates that tokens choose. */
    SELECTIVE(a -> a.withDecay(new Decay(true, 4, 256, 0))),
    /** Selective decay, rotary positions and a short convolution together. */
    TOGETHER(a -> SELECTIVE.on(ROTARY.on(CONVOLUTION.on(a)))),
    /** Head dimensions with a learned spectrum (arXiv 2302.01925). */
    FOURIER(a -> a.withFourier(FourierPositions.of(PositionBench.MOST_TOKENS))),
    /** T5's buckets as a mask. */
    BUCKETS(a -> a.withRelative(RelativePositions.t5())),
    /** Exact attention to a window of 512 tokens, for scale. */
    WINDOW(a -> a.withKind(AttentionOptions.Kind.EXACT).withWindow(PositionBench.WINDOW));

    private final UnaryOperator<AttentionOptions> change;

    PositionScheme(UnaryOperator<AttentionOptions> change) {
        this.change = change;
    }

    /** Returns the attention with this scheme. */
    AttentionOptions on(AttentionOptions attention) {
        return change.apply(attention);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
