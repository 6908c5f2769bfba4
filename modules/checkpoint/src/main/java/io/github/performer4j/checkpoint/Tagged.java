package io.github.performer4j.checkpoint;

import java.util.List;

/**
 * The tags that a tagger gives to the tokens of a text, or to its words.
 *
 * @param tags in the order of the text. A word of which the tokenizer reads nothing has none
 * @param windows in which the model saw the text, each on its own; a tag is that of the window in which its token lies
 */
public record Tagged(List<Tag> tags, int windows) {
    /** Copies the list. */
    public Tagged {
        tags = List.copyOf(tags);
    }

    /**
     * A tag.
     *
     * @param position number of the token or word in the text, from 0
     * @param start place in the text of its first character, in Java characters
     * @param end place behind its last one
     * @param text what stands there
     * @param label the most probable tag
     * @param probability of that tag, in [0, 1]
     */
    public record Tag(int position, int start, int end, String text, String label, double probability) {}

    /** Returns the labels in order. */
    public List<String> labels() {
        return tags.stream().map(Tag::label).toList();
    }
}
