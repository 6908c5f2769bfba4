package io.github.performer4j.data.read;

import io.github.performer4j.data.token.Tokenizer;
import java.util.Arrays;

/** How two or more texts share one row, {@code [BOS] first SEP second [EOS]}. */
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
     * Returns how many tokens of each text stay: all, if they fit; else the longest are cut to one length, the first of them to one more where the room has it.
     *
     * @param room for all
     * @param lengths tokens of each text
     */
    public static int[] kept(int room, int... lengths) {
        int[] kept = lengths.clone();
        long over = Arrays.stream(lengths).asLongStream().sum() - room;
        for (; over > 0; over--) {
            int longest = 0;
            for (int i = 1; i < kept.length; i++) {
                longest = kept[i] >= kept[longest] ? i : longest; // of equal ones the last is cut first
            }
            kept[longest]--;
        }
        return kept;
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
