package io.github.performer4j.data.read;

import io.github.performer4j.data.token.Tokenizer;

/** How two texts share one row, {@code [BOS] first SEP second [EOS]}. */
public final class PairRoom {
    private PairRoom() {}

    /**
     * Returns the tokens that both texts may have together.
     *
     * @param tokens of a row, special ones included
     */
    public static int of(int tokens, Framing framing, Tokenizer tokenizer) {
        return Math.max(0, tokens - framing.frame(tokenizer).length - 1);
    }

    /**
     * Returns how many tokens of the first text stay: all, if both fit; else what the second leaves, but at least half of the room.
     *
     * @param first tokens of the first text
     * @param second tokens of the second
     * @param room for both
     */
    public static int kept(int first, int second, int room) {
        return first + second <= room ? first : Math.min(first, Math.max(room - second, (room + 1) / 2));
    }
}
