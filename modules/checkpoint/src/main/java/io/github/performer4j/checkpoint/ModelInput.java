package io.github.performer4j.checkpoint;

import io.github.performer4j.data.graph.GraphInput;
import io.github.performer4j.data.token.EncodedText;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A text, a pair of texts, an image, or a graph, as a model sees it; {@link InputReader} makes it.
 *
 * @param text the text, of a pair the first; null where there are tokens only
 * @param first its tokens and their places in it
 * @param ids [T] all token ids, without the frame: of the text, or {@code first SEP second}; of an image in patches its values 0 to 255 [T·P], patch by patch
 * @param graph the graph, whose nodes {@code first} has no tokens of; null where there is none
 * @param names of the graph's nodes; empty where there is none
 * @param pair whether there is a second text
 * @param cut tokens of a pair that were left out because it did not fit
 * @param unknown what the texts hold and the vocabulary does not, symbol → count
 */
public record ModelInput(
        String text,
        EncodedText first,
        int[] ids,
        GraphInput graph,
        List<String> names,
        boolean pair,
        int cut,
        Map<String, Long> unknown) {
    /** What an input that is no text has for one. */
    static final EncodedText NO_TEXT = new EncodedText(new int[0], new int[0], new int[0], Map.of());

    /** Checks that nothing is missing. */
    public ModelInput {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(ids, "ids");
        names = List.copyOf(names);
        Objects.requireNonNull(unknown, "unknown");
    }

    /** Makes an input of tokens. */
    ModelInput(String text, EncodedText first, int[] ids, boolean pair, int cut, Map<String, Long> unknown) {
        this(text, first, ids, null, List.of(), pair, cut, unknown);
    }

    /** Returns how many things of the input there is something to say of: tokens, or nodes. */
    public int length() {
        return graph == null ? ids.length : graph.nodes();
    }

    /** Returns whether there is nothing to see: no token, or of a pair none in the one text or the other. */
    public boolean empty() {
        if (graph != null) {
            return false;
        }
        return pair ? first.ids().length == 0 || ids.length == first.ids().length + 1 : ids.length == 0;
    }
}
