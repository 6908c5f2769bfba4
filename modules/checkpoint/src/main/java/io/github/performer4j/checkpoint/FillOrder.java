package io.github.performer4j.checkpoint;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** In which order masked tokens are filled; see {@link Infilling}. */
public enum FillOrder {
    /** All at once, each as if the others stayed masked: {@code Π_i p(x_i | x_known)}. */
    TOGETHER,
    /** From left to right: {@code Π_i p(x_i | x_known, x_1 … x_{i−1})}. */
    LEFT,
    /** Those first that the model is surest of, by the largest probability of a token (easy-first; Ghazvininejad et al., arXiv 1904.09324, without masking anew); of equal ones the left one. */
    CONFIDENCE,
    /** As the seed shuffles them (as any-order models do, Hoogeboom et al., arXiv 2110.02037). */
    RANDOM;

    /**
     * Returns by what a place is chosen: the least first.
     *
     * @param place its number in the sequence
     * @param largest probability of a token there; looked at by {@link #CONFIDENCE} alone
     * @param random a number that the seed gives it
     */
    double rank(int place, double largest, double random) {
        return switch (this) {
            case TOGETHER, LEFT -> place;
            case CONFIDENCE -> -largest;
            case RANDOM -> random;
        };
    }

    /** Returns whether the model must look at a place before it is ranked. */
    boolean looks() {
        return this == CONFIDENCE;
    }

    /** Returns the name as it is written. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Finds an order by its name, in any case.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static FillOrder named(String name) {
        return Arrays.stream(values())
                .filter(order -> order.key().equals(name.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("unknown order; order=" + name + ", known="
                        + Arrays.stream(values()).map(FillOrder::key).collect(Collectors.joining(", "))));
    }
}
