package io.github.performer4j.checkpoint;

/**
 * Where parts of a text begin among its tokens, for a text that goes on later.
 *
 * @param text how many tokens stand before what is written: all but those drawn behind the last prompt, end (of the
 *     model's or of a rule) or stop string. From there on stop strings are looked for, and characters whose bytes are
 *     not all there. Format 1 tells only how many were drawn in all: where a prompt stood between two draws, this lies
 *     within or before that prompt, and a stop string may begin there
 * @param rule how many stand before the first one under a rule ({@link Allowed}); all, if there is none; in states of
 *     format 1 {@link #UNKNOWN}
 */
record Marks(int text, int rule) {
    /** A place that a state does not tell. */
    static final int UNKNOWN = -1;

    /** Returns the marks where nothing is written yet. */
    static Marks at(int tokens) {
        return new Marks(tokens, tokens);
    }
}
