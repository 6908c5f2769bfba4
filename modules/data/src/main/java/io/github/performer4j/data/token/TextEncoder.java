package io.github.performer4j.data.token;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Collects the ids of one text with their places, and looks for what stands for a mask in it. */
final class TextEncoder {
    private final Tokenizer tokenizer;
    private final CharSequence text;
    private final List<String> masks;
    private final Map<String, Long> unknown = new TreeMap<>();
    private int[] ids;
    private int[] starts;
    private int[] ends;
    private int length;

    TextEncoder(Tokenizer tokenizer, CharSequence text, List<String> masks) {
        this.tokenizer = tokenizer;
        this.text = text;
        this.masks = masks;
        ids = new int[Math.max(8, text.length())];
        starts = new int[ids.length];
        ends = new int[ids.length];
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

    /** Adds the token of text[start … end). */
    void add(int id, int start, int end) {
        if (length == ids.length) {
            ids = Arrays.copyOf(ids, 2 * length);
            starts = Arrays.copyOf(starts, 2 * length);
            ends = Arrays.copyOf(ends, 2 * length);
        }
        ids[length] = id;
        starts[length] = start;
        ends[length++] = end;
    }

    /** Adds a code point that the vocabulary does not know. */
    void addUnknown(int codePoint, int start) {
        unknown.merge(Character.toString(codePoint), 1L, Long::sum);
        add(tokenizer.unknown(), start, start + Character.charCount(codePoint));
    }

    /** Adds a word that the vocabulary does not know. */
    void addUnknown(String word, int start) {
        unknown.merge(word, 1L, Long::sum);
        add(tokenizer.unknown(), start, start + word.length());
    }

    EncodedText result() {
        return new EncodedText(
                Arrays.copyOf(ids, length), Arrays.copyOf(starts, length), Arrays.copyOf(ends, length), unknown);
    }
}
