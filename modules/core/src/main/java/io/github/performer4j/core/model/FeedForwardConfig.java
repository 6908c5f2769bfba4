package io.github.performer4j.core.model;

import io.github.performer4j.core.layer.FeedForward;

/**
 * The blocks' feed-forward.
 *
 * @param kind key of a {@link FeedForward}, as {@code gelu} or {@code swiglu}
 * @param hidden F, its hidden width; of {@code snnk} its features
 * @param snnk blocks whose feed-forward is of kind {@code snnk} whatever the others' is: their numbers from 1 on, as {@code 2,5-7}; {@code none}
 * @param features M of those blocks; 0 without
 */
public record FeedForwardConfig(String kind, int hidden, String snnk, int features) {
    private static final String NONE = "none";

    /** Checks every value. */
    public FeedForwardConfig {
        Require.that(kind != null, "feedForward.kind must be given; kind=null");
        Require.that(hidden >= 1, "hidden must be positive; hidden=" + hidden);
        kind = FeedForward.named(kind).key();
        snnk = BlockNumbers.canonical("feedForward.snnk", snnk, NONE);
        boolean some = !snnk.equals(NONE);
        Require.that(
                some == features > 0 && features >= 0,
                "feedForward.features is M of the blocks of feedForward.snnk; snnk=" + snnk + ", features=" + features);
        Require.that(
                !some || !kind.equals(FeedForward.SNNK.key()),
                "blocks are named in feedForward.snnk where the others' kind is another one; kind=" + kind + ", snnk="
                        + snnk);
    }

    /** All blocks alike. */
    public FeedForwardConfig(String kind, int hidden) {
        this(kind, hidden, NONE, 0);
    }

    /** Returns the highest block of {@link #snnk}, from 1 on; 0 for none. */
    int last() {
        return snnk.equals(NONE) ? 0 : BlockNumbers.last(snnk);
    }

    private boolean features(int block) {
        return !snnk.equals(NONE) && BlockNumbers.has(snnk, block);
    }

    /**
     * Returns the feed-forward of a block.
     *
     * @param block its number, from 0
     */
    public FeedForward of(int block) {
        return features(block) ? FeedForward.SNNK : FeedForward.named(kind);
    }

    /**
     * Returns F of a block, or M.
     *
     * @param block its number, from 0
     */
    public int hidden(int block) {
        return features(block) ? features : hidden;
    }
}
