package io.github.performer4j.checkpoint;

import io.github.performer4j.data.read.Framing;
import io.github.performer4j.data.token.Specials;
import io.github.performer4j.data.token.Tokenizer;
import java.util.Arrays;

/**
 * An input as a model's rows have it: token ids in their frame, or the values of patches, which have none.
 *
 * @param tokenizer gives the frame
 * @param framing which one
 * @param rowSize P, values of a patch; 0 for token ids
 */
record ModelRows(Tokenizer tokenizer, Framing framing, int rowSize) {
    static ModelRows of(ModelInfo info) {
        return new ModelRows(
                info.tokenizer(),
                info.data().framing(),
                info.model().embedding().rowSize());
    }

    /** Returns ids with their frame, or the values [T·P] as they are. */
    int[] framed(int... ids) {
        return rowSize == 0 ? framing.frame(tokenizer, ids) : ids;
    }

    /** Returns how many positions ids or values take. */
    int positions(int... ids) {
        return rowSize == 0 ? ids.length : ids.length / rowSize;
    }

    /** Returns how many positions the frame takes in front of the first token. */
    int head() {
        return rowSize > 0 || framing.head(tokenizer) == Specials.ABSENT ? 0 : 1;
    }

    /** Returns what stands at some positions. */
    int[] window(int[] framed, Windows.Window w) {
        int each = Math.max(1, rowSize);
        return Arrays.copyOfRange(framed, w.from() * each, w.to() * each);
    }

    /** Returns the number of windows of at most {@code window} positions. */
    int windows(int[] ids, int window) {
        return Windows.count(positions(framed(ids)), window);
    }
}
