package io.github.performer4j.training.task;

import java.util.List;

/**
 * What has a tag in the examples of a corpus: its words or its characters. A text of one character tells nothing, for
 * it is one word.
 */
final class TagUnit {
    private boolean words;
    private boolean characters;

    /**
     * Looks at an example.
     *
     * @param texts its text; what has not one text is left to others to refuse
     * @param tags how many there are
     * @return false if earlier examples were of the other unit
     */
    boolean add(List<String> texts, int tags) {
        if (texts.size() == 1 && !texts.get(0).isEmpty()) {
            words |= TagPieces.ofWords(texts.get(0), tags);
            characters |= texts.get(0).length() > 1 && TagPieces.ofCharacters(texts.get(0), tags);
        }
        return !(words && characters);
    }

    /** Returns whether the examples' words have tags. */
    boolean words() {
        return words;
    }
}
