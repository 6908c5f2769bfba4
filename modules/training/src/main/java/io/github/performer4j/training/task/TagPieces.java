package io.github.performer4j.training.task;

import io.github.performer4j.data.Batch;
import io.github.performer4j.data.token.EncodedText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Tags as written, and the tokens they belong to.
 *
 * <pre>
 * "H H E C"   by blanks          "B-PER|O|O"   by the separator          "HHEC"   one a character
 * </pre>
 *
 * <p>There must be as many as the text has words between blanks, or as many as it has characters. The tag of a word is that of its first token, the others of the word have none; the tag of a
 * character is that of every token that begins at it.
 */
final class TagPieces {
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    private TagPieces() {}

    /** Returns the tags of a label. */
    static List<String> of(String label, String separator) {
        String text = label.strip();
        if (text.isEmpty()) {
            return List.of();
        }
        if (BLANKS.matcher(text).find()) {
            return List.of(BLANKS.split(text));
        }
        if (text.contains(separator)) {
            return List.of(text.split(Pattern.quote(separator), -1));
        }
        return text.codePoints().mapToObj(Character::toString).toList();
    }

    /**
     * Returns for each token the place of its tag, or {@link Batch#IGNORED}.
     *
     * @param text the example's
     * @param tokens and their places in it
     * @param tags how many there are
     * @throws IllegalArgumentException if they are neither as many as words nor as many as characters
     */
    static int[] places(String text, EncodedText tokens, int tags) {
        List<Integer> words = words(text);
        int characters = text.codePointCount(0, text.length());
        int[] places = new int[tokens.ids().length];
        Arrays.fill(places, Batch.IGNORED);
        if (tags == words.size() && tags != characters) {
            int before = -1;
            for (int t = 0; t < places.length; t++) {
                int at = tokens.starts()[t];
                while (at < tokens.ends()[t] && Character.isWhitespace(text.charAt(at))) {
                    at++; // some tokenizers keep the blank before a word with it
                }
                if (at < tokens.ends()[t]) {
                    int word = word(words, at);
                    places[t] = word != before ? word : Batch.IGNORED;
                    before = word;
                }
            }
            return places;
        }
        if (tags != characters) {
            throw new IllegalArgumentException("there must be a tag for each character or each word of the text; tags="
                    + tags + ", characters=" + characters + ", words=" + words.size());
        }
        for (int t = 0; t < places.length; t++) {
            places[t] = text.codePointCount(0, tokens.starts()[t]);
        }
        return places;
    }

    /** Returns where each word begins. */
    private static List<Integer> words(String text) {
        List<Integer> starts = new ArrayList<>();
        boolean inside = false;
        for (int i = 0; i < text.length(); i++) {
            boolean blank = Character.isWhitespace(text.charAt(i));
            if (!blank && !inside) {
                starts.add(i);
            }
            inside = !blank;
        }
        return starts;
    }

    /** Returns the word in which a character stands; −1 before the first. */
    private static int word(List<Integer> starts, int at) {
        int low = 0;
        int high = starts.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (starts.get(middle) <= at) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }
}
