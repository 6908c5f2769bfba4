package io.github.performer4j.kernels.exact;

import java.io.Serializable;

/**
 * The keys that a query of exact attention sees by their distance: from {@code left} tokens before it to {@code right} behind it, itself included; and the first {@code global} tokens of the
 * sequence, which all tokens see and which see all (Longformer, arXiv 2004.05150). Nothing behind the query is seen where {@code right} is 0, not by global tokens either. Padded tokens count as
 * places.
 *
 * @param left tokens before the query
 * @param right tokens behind it
 * @param global tokens at the beginning
 */
public record Window(int left, int right, int global) implements Serializable {

    /**
     * Checks the distances.
     *
     * @throws IllegalArgumentException if one is negative
     */
    public Window {
        if (left < 0 || right < 0 || global < 0) {
            throw new IllegalArgumentException(
                    "a window must not end before it begins; left=" + left + ", right=" + right + ", global=" + global);
        }
    }

    /** A window without global tokens. */
    public Window(int left, int right) {
        this(left, right, 0);
    }

    /**
     * Returns the window of so many tokens: the last ones, itself included, or as many to either side.
     *
     * @param tokens positive; 1 is the token itself
     * @param causal whether later tokens are not seen
     * @throws IllegalArgumentException if it has no token
     */
    public static Window of(int tokens, boolean causal) {
        if (tokens < 1) {
            throw new IllegalArgumentException("a window must have a token, the query's own; window=" + tokens);
        }
        return new Window(tokens - 1, causal ? 0 : tokens - 1);
    }

    /** Returns the same with so many global tokens. */
    public Window withGlobal(int tokens) {
        return new Window(left, right, tokens);
    }

    /** Returns whether the query at a place sees the key at another. */
    public boolean sees(long query, long key) {
        return first(query) <= key && key < end(query) || key < global && (right > 0 || key <= query);
    }

    /** Returns the place of the first key from which on the query at a place sees all, but for global ones before it; may be negative. */
    long first(long place) {
        return right > 0 && place < global ? 0 : place - left;
    }

    /** Returns the place behind the last key that the query at a place sees. */
    long end(long place) {
        return right > 0 && place < global ? Long.MAX_VALUE : place + right + 1;
    }
}
