package io.github.performer4j.data.read;

import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.token.EncodedText;

/** Makes numbers of what stands in the label columns of an example. */
@FunctionalInterface
public interface LabelReader {
    /**
     * Reads one label.
     *
     * @param example the example, its labels as written
     * @param text its tokens and their places in the example's text; of two texts, those of the first; none where the example is an image in patches or a graph
     * @return the label; per token it has an entry for each of the text's tokens. Null if the example has none, and is read for inference only
     * @throws IllegalArgumentException naming rule and values; file and line are added to it
     */
    Label read(Example example, EncodedText text);

    /**
     * Reads the label of an example of several texts.
     *
     * @param first the first text's tokens
     * @param separators where the separators behind all texts but the last stand in the example's row of tokens
     * @return as {@link #read}
     */
    default Label readTexts(Example example, EncodedText first, int... separators) {
        return read(example, first);
    }
}
