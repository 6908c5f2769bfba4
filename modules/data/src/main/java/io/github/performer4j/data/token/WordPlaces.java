package io.github.performer4j.data.token;

import java.util.ArrayList;
import java.util.List;

/**
 * The words of a text, which stand between blanks, and the tokens that begin them.
 *
 * <p>A token belongs to the word in which its first character that is no blank stands, whether the tokenizer counts
 * the blank before a word to the word's first token (GPT-2) or not.
 * A word may have no token, where the tokenizer passes over all of it.
 */
public final class WordPlaces {
    private final List<Word> words = new ArrayList<>();
    private final String text;

    /** A word, from its first character to behind its last, in Java characters. */
    public record Word(int start, int end) {}

    /** Finds the words of a text. */
    public WordPlaces(String text) {
        this.text = text;
        int start = -1;
        for (int i = 0; i <= text.length(); i++) {
            boolean blank = i == text.length() || Character.isWhitespace(text.charAt(i));
            if (!blank && start < 0) {
                start = i;
            } else if (blank && start >= 0) {
                words.add(new Word(start, i));
                start = -1;
            }
        }
    }

    /** Returns the words in order. */
    public List<Word> words() {
        return List.copyOf(words);
    }

    /**
     * Returns for each token the number of the word whose first token it is; −1 for all others.
     *
     * @param tokens of the text, in order
     * @return [T]
     */
    public int[] begun(EncodedText tokens) {
        int[] begun = new int[tokens.ids().length];
        int word = -1;
        int before = -1;
        for (int t = 0; t < begun.length; t++) {
            int at = visible(tokens.starts()[t], tokens.ends()[t]);
            while (word + 1 < words.size() && words.get(word + 1).start() <= at) {
                word++;
            }
            boolean inside = word >= 0 && at < words.get(word).end();
            begun[t] = inside && word != before ? word : -1;
            before = inside ? word : before;
        }
        return begun;
    }

    /** Returns the first place in a range that holds no blank, or the range's start if all are. */
    private int visible(int start, int end) {
        int at = start;
        while (at < end && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at < end ? at : start;
    }
}
