package io.github.performer4j.data.token;

import java.util.Optional;

/** Learns the tokenizer of a corpus from its texts, which it sees once, in order. Not thread-safe. */
public interface TokenizerLearner {
    /** Returns whether a long text must reach {@link #add} in pieces that divide no word; the end of every piece of a text is the beginning of the next. */
    boolean wholeWords();

    /**
     * Looks at a text, or at a piece of one.
     *
     * @param text any characters
     */
    void add(CharSequence text);

    /** Returns the tokenizer of all that was added; empty if there was no symbol in it. */
    Optional<Tokenizer> learn();
}
