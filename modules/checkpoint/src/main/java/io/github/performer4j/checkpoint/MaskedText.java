package io.github.performer4j.checkpoint;

import io.github.performer4j.data.Tokenizer;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Text with masked places: {@code MK_LV}, {@code MK?LV} and {@code MK<mask>LV} are the same.
 *
 * <p>{@code _} and {@code ?} stand for a mask only where they are no symbols of the vocabulary: in prose a question mark is one.
 */
final class MaskedText {
    private MaskedText() {}

    /**
     * Encodes the pieces between the masks, and the mask token for each mask.
     *
     * @return ids [T], without start or end tokens
     */
    static int[] encode(String text, Tokenizer tokenizer) {
        int[] ids = new int[0];
        int from = 0;
        Matcher mask = marks(tokenizer).matcher(text);
        while (mask.find()) {
            ids = append(ids, tokenizer.encode(text.substring(from, mask.start())));
            ids = append(ids, tokenizer.mask());
            from = mask.end();
        }
        return append(ids, tokenizer.encode(text.substring(from)));
    }

    private static Pattern marks(Tokenizer tokenizer) {
        Stream<String> free =
                Stream.of("_", "?").filter(mark -> tokenizer.special(tokenizer.encode(mark)[0]));
        return Pattern.compile(Stream.concat(Stream.of("<mask>"), free)
                .map(Pattern::quote)
                .reduce((a, b) -> a + "|" + b)
                .orElseThrow());
    }

    private static int[] append(int[] ids, int... more) {
        int[] joined = Arrays.copyOf(ids, ids.length + more.length);
        System.arraycopy(more, 0, joined, ids.length, more.length);
        return joined;
    }
}
