package io.github.performer4j.checkpoint;

import io.github.performer4j.data.token.EncodedText;
import io.github.performer4j.data.token.Tokenizer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** Sets of tokens as people write them: the symbols of each place, as {@code ACD}, or {@code *} for all. */
final class TokenSets {
    private static final String ALL = "*";

    private TokenSets() {}

    /**
     * Returns the ids of each set, none of them special.
     *
     * @throws IllegalArgumentException if there is no set, or one is empty or has what the vocabulary does not know
     */
    static List<BitSet> of(Tokenizer tokenizer, List<String> sets) {
        if (sets.isEmpty()) {
            throw new IllegalArgumentException("there must be a place; places=0");
        }
        return sets.stream().map(set -> of(tokenizer, set)).toList();
    }

    private static BitSet of(Tokenizer tokenizer, String set) {
        BitSet tokens = new BitSet();
        if (set.equals(ALL)) {
            for (int id = 0; id < tokenizer.size(); id++) {
                tokens.set(id, !tokenizer.special(id));
            }
        } else {
            for (int id : spelled(tokenizer, set)) {
                tokens.set(id);
            }
        }
        return tokens;
    }

    /**
     * Returns the tokens of what is allowed.
     *
     * @throws IllegalArgumentException if it has none, what the vocabulary does not know, or what is no token of a text, as a mask or a gap
     */
    static int[] spelled(Tokenizer tokenizer, String text) {
        EncodedText read = text.isEmpty() ? null : tokenizer.read(text, List.of());
        if (read == null || read.ids().length == 0 || !read.unknown().isEmpty()) {
            throw new IllegalArgumentException("what is allowed must be something that the model can write; allowed="
                    + text + ", unknown=" + (read == null ? "" : read.unknown().keySet()));
        }
        boolean special = Arrays.stream(read.ids()).anyMatch(tokenizer::special);
        String written = tokenizer.decode(read.ids());
        if (special || !plain(written).equalsIgnoreCase(plain(text))) { // gaps and stops of proteins are passed over
            throw new IllegalArgumentException("what is allowed must be something that the model can write; allowed="
                    + text + ", written=" + written);
        }
        return read.ids();
    }

    private static String plain(String text) {
        return text.replaceAll("\\s", "");
    }
}
