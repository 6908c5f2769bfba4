package io.github.performer4j.training.task;

import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.token.EncodedText;
import io.github.performer4j.data.token.WordPlaces;
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
 * <p>There must be as many as the text has words between blanks, or as many as it has characters. The tag of a word is
 * that of its first token, the others of the word have none; the tag of a
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
        if (ofWords(text, tags)) {
            return new WordPlaces(text).begun(tokens);
        }
        int characters = text.codePointCount(0, text.length());
        if (tags != characters) {
            throw new IllegalArgumentException("there must be a tag for each character or each word of the text; tags="
                    + tags + ", characters=" + characters + ", words="
                    + new WordPlaces(text).words().size());
        }
        return Arrays.stream(tokens.starts())
                .map(start -> text.codePointCount(0, start))
                .toArray();
    }

    /** Returns whether so many tags are those of the text's words. */
    static boolean ofWords(String text, int tags) {
        return tags == new WordPlaces(text).words().size() && !ofCharacters(text, tags);
    }

    /** Returns whether so many tags are those of the text's characters. */
    static boolean ofCharacters(String text, int tags) {
        return tags == text.codePointCount(0, text.length());
    }
}
