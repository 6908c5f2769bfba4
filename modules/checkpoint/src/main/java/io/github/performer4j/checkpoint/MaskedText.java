package io.github.performer4j.checkpoint;

import io.github.performer4j.data.Tokenizer;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Text with masked places: {@code MK_LV}, {@code MK?LV} and {@code MK<mask>LV} are the same. */
final class MaskedText {
    private static final Pattern MASK = Pattern.compile("_|\\?|<mask>");

    private MaskedText() {}

    /**
     * Encodes the pieces between the masks, and the mask token for each mask.
     *
     * @return ids [T]
     */
    static int[] encode(String text, Tokenizer tokenizer) {
        int[] ids = new int[0];
        int from = 0;
        Matcher mask = MASK.matcher(text);
        while (mask.find()) {
            ids = append(ids, tokenizer.encode(text.substring(from, mask.start())));
            ids = append(ids, tokenizer.mask());
            from = mask.end();
        }
        return append(ids, tokenizer.encode(text.substring(from)));
    }

    private static int[] append(int[] ids, int... more) {
        int[] joined = Arrays.copyOf(ids, ids.length + more.length);
        System.arraycopy(more, 0, joined, ids.length, more.length);
        return joined;
    }
}
