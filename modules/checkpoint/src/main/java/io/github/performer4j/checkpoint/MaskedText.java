package io.github.performer4j.checkpoint;

import io.github.performer4j.data.token.EncodedText;
import io.github.performer4j.data.token.Tokenizer;
import java.util.ArrayList;
import java.util.List;

/**
 * Text with masked places: {@code MK_LV}, {@code MK?LV} and {@code MK<mask>LV} are the same.
 *
 * <p>{@code _} and {@code ?} stand for a mask only where they are no symbols of the vocabulary: in prose a question mark is one.
 */
final class MaskedText {
    private static final String NAME = "<mask>";

    private MaskedText() {}

    /** Reads text as the tokenizer does, with the mask token for each mask. */
    static EncodedText read(String text, Tokenizer tokenizer) {
        List<String> masks = new ArrayList<>(List.of(NAME));
        for (String free : List.of("_", "?")) {
            int[] ids = tokenizer.encode(free);
            if (ids.length == 1 && tokenizer.special(ids[0])) {
                masks.add(free);
            }
        }
        return tokenizer.read(text, masks);
    }
}
