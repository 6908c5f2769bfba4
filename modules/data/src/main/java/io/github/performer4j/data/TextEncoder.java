package io.github.performer4j.data;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Collects the ids of one text, and looks for what stands for a mask in it. */
final class TextEncoder {
    private final Tokenizer tokenizer;
    private final CharSequence text;
    private final List<String> masks;
    private final Map<String, Long> unknown = new TreeMap<>();
    private int[] ids;
    private int length;

    TextEncoder(Tokenizer tokenizer, CharSequence text, List<String> masks) {
        this.tokenizer = tokenizer;
        this.text = text;
        this.masks = masks;
        ids = new int[Math.max(8, text.length())];
    }

    /** Returns the length of the mask that begins at a place of the text; 0 if none does. */
    int maskAt(int at) {
        for (String mask : masks) {
            if (at(mask, at)) {
                return mask.length();
            }
        }
        return 0;
    }

    /** Returns whether a name stands at a place of the text. */
    boolean at(String name, int at) {
        return text.charAt(at) == name.charAt(0)
                && at + name.length() <= text.length()
                && name.contentEquals(text.subSequence(at, at + name.length()));
    }

    void add(int id) {
        if (length == ids.length) {
            ids = Arrays.copyOf(ids, 2 * length);
        }
        ids[length++] = id;
    }

    /** Adds a code point that the vocabulary does not know. */
    void addUnknown(int codePoint) {
        unknown.merge(Character.toString(codePoint), 1L, Long::sum);
        add(tokenizer.unknown());
    }

    EncodedText result() {
        return new EncodedText(Arrays.copyOf(ids, length), unknown);
    }
}
