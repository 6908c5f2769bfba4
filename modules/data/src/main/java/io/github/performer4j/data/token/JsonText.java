package io.github.performer4j.data.token;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * A text as HuggingFace's library is given it: with the vocabulary's own mask for each mask, and counted in code points.
 *
 * @param text what the library reads
 * @param places [code points of text + 1] the place in the given text, in Java characters, where each code point begins; last, the end
 */
record JsonText(String text, int[] places) {
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    /**
     * Prepares a text.
     *
     * @param given the text
     * @param masks what stands for a mask in it
     * @param mask how the vocabulary writes its mask; asked for if there is one in the text
     * @throws IllegalArgumentException if the text holds half of a surrogate pair, which the library would change
     */
    static JsonText of(CharSequence given, List<String> masks, Supplier<String> mask) {
        StringBuilder text = new StringBuilder(given.length());
        int[] places = new int[given.length() + 1];
        int n = 0;
        int i = given.length() > 0 && given.charAt(0) == BYTE_ORDER_MARK ? 1 : 0;
        while (i < given.length()) {
            int masked = maskAt(given, i, masks);
            if (masked > 0) {
                String name = mask.get();
                text.append(name);
                int length = name.codePointCount(0, name.length());
                places = Arrays.copyOf(places, places.length + length);
                Arrays.fill(places, n, n + length, i);
                n += length;
                i += masked;
                continue;
            }
            int c = Character.codePointAt(given, i);
            if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                throw new IllegalArgumentException("text must be Unicode; found half of a surrogate pair");
            }
            text.appendCodePoint(c);
            places[n++] = i;
            i += Character.charCount(c);
        }
        places[n] = given.length();
        return new JsonText(text.toString(), Arrays.copyOf(places, n + 1));
    }

    private static int maskAt(CharSequence text, int at, List<String> masks) {
        for (String mask : masks) {
            int end = at + mask.length();
            if (end <= text.length()
                    && text.charAt(at) == mask.charAt(0)
                    && mask.contentEquals(text.subSequence(at, end))) {
                return mask.length();
            }
        }
        return 0;
    }

    /** Turns places in code points of the text into places in Java characters of the given text. */
    int[] places(int... codePoints) {
        return Arrays.stream(codePoints).map(c -> places[c]).toArray();
    }
}
