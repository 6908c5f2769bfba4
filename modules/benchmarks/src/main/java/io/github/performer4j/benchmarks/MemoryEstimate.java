package io.github.performer4j.benchmarks;

import io.github.performer4j.core.attention.AttentionOptions;

/**
 * How much native memory a cell will take, before it is run: an allocation that fails ends a process, or the system ends another.
 *
 * <p>{@code bytes = 4 · B · (H · (t · T² + r · T · (M + D)) + w · T · E)}, where t, r and w are the numbers of arrays that are alive
 * at the fullest moment of a training step, rounded up from measured high-water marks of the graph runtime. A refusal that is a little
 * too early does no harm.
 */
final class MemoryEstimate {
    /** [BH,T,T] arrays of exact attention. */
    private static final double SQUARES = 8;
    /** [BH,T,M+D] arrays of linear attention, causal terms included. */
    private static final double FEATURE_ROWS = 10;
    /** [BT,E] arrays around attention. */
    private static final double WIDTH_ROWS = 16;

    private static final long FLOAT_BYTES = 4;

    private MemoryEstimate() {}

    /** Returns the estimate in bytes, without the JVM and ND4J's libraries. */
    static double bytes(AttentionCell cell) {
        double tokens = cell.tokens();
        double heads = (double) cell.batch() * cell.heads();
        double headSize = cell.options().headSize(cell.width());
        double around = WIDTH_ROWS * cell.batch() * tokens * cell.width();
        double inside = cell.variant().kind() == AttentionOptions.Kind.EXACT
                ? SQUARES * heads * tokens * tokens
                : FEATURE_ROWS * heads * tokens * (cell.features() + headSize);
        return FLOAT_BYTES * (around + inside);
    }
}
