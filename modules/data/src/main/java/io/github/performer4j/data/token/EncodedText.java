package io.github.performer4j.data.token;

import java.util.Map;

/**
 * A text as a tokenizer reads it.
 *
 * @param ids [T] token ids without start and end
 * @param starts [T] place of each token's first character in the text as given, in Java characters (code units)
 * @param ends [T] place behind each token's last character. Tokens may share characters, as the bytes of one do, and characters that the
 *     tokenizer passes over belong to none
 * @param unknown what the text holds and the vocabulary does not, symbol → count, in the order of the symbols; each of
 *     them is {@link Tokenizer#unknown()} among the ids. Empty if all was known
 */
public record EncodedText(int[] ids, int[] starts, int[] ends, Map<String, Long> unknown) {
    /** Checks the sizes. */
    public EncodedText {
        if (ids.length != starts.length || ids.length != ends.length) {
            throw new IllegalArgumentException("each token must have a start and an end; ids=" + ids.length
                    + ", starts=" + starts.length + ", ends=" + ends.length);
        }
    }
}
