package io.github.performer4j.data.rows;

import io.github.performer4j.data.read.Label;
import io.github.performer4j.data.read.TokenArray;

/**
 * A row before it becomes numbers: {@code [head] tokens[from … to) [tail]}, a view of a document. Rows of patches have neither head nor tail.
 *
 * @param tokens the part's ids
 * @param from first token of the row
 * @param to end of the row's tokens, exclusive
 * @param head a token before them, or -1
 * @param tail a token behind them, or -1
 * @param before the true left neighbour of the row's first symbol, or -1 at the start of a sequence
 * @param document the document's number
 * @param place the row's place in its document; with the document it names the row's draws
 * @param label of the document; of its tokens from the first of {@code tokens} on; null if there is none
 */
public record Row(
        TokenArray tokens, int from, int to, int head, int tail, int before, long document, long place, Label label) {
    /** Returns the number of symbols, head and tail included. */
    public int symbols() {
        return to - from + (head >= 0 ? 1 : 0) + (tail >= 0 ? 1 : 0);
    }

    /** Returns the id of symbol i. */
    public int symbol(int i) {
        int token = tokenAt(i);
        return token < from ? head : token < to ? tokens.get(token) : tail;
    }

    /** Returns where symbol i stands in {@code tokens}; outside [from, to) for head and tail. */
    public int tokenAt(int i) {
        return from + (head >= 0 ? i - 1 : i);
    }

    /** Returns what the row takes of a bounded buffer: its symbols, or the values of its patches. */
    int load() {
        return symbols() * Math.max(1, tokens.width());
    }

    /** Returns an equal row that does not hold on to the whole part. */
    Row compact() {
        return new Row(
                tokens.slice(from, to),
                0,
                to - from,
                head,
                tail,
                before,
                document,
                place,
                label == null ? null : label.slice(from, to));
    }
}
