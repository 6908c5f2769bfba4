package io.github.performer4j.kernels.exact;

import java.io.Serializable;

/**
 * The keys that a query of exact attention sees by their distance (Longformer, arXiv 2004.05150): from {@code left} tokens before it to {@code right} behind it, itself included. Padded tokens
 * count as places.
 *
 * @param left tokens before the query
 * @param right tokens behind it
 */
public record Window(int left, int right) implements Serializable {

    /**
     * Checks the distances.
     *
     * @throws IllegalArgumentException if one is negative
     */
    public Window {
        if (left < 0 || right < 0) {
            throw new IllegalArgumentException(
                    "a window must not end before it begins; left=" + left + ", right=" + right);
        }
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

    /** Returns whether the query at a place sees the key at another. */
    public boolean sees(long query, long key) {
        return first(query) <= key && key < end(query);
    }

    /** Returns the place of the first key that the query at a place sees, which may be negative. */
    long first(long place) {
        return place - left;
    }

    /** Returns the place behind the last key that the query at a place sees. */
    long end(long place) {
        return place + right + 1;
    }
}
