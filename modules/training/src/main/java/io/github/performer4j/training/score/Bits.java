package io.github.performer4j.training.score;

import io.github.performer4j.training.Rule;

/**
 * Bits out of nats: 1 nat = 1/ln 2 bits. Bits per dimension are how models of pixels are compared, whatever the
 * picture's size.
 */
public final class Bits {
    private static final double NATS_PER_BIT = Math.log(2);

    private Bits() {}

    /** Returns nats as bits. */
    public static double ofNats(double nats) {
        return nats / NATS_PER_BIT;
    }

    /**
     * Returns bits per dimension.
     *
     * @param nats negative log likelihood of all dimensions together, in nats
     * @param dimensions how many values that likelihood predicts (a picture's pixels times channels)
     * @throws IllegalArgumentException if dimensions is not positive
     */
    public static double perDimension(double nats, long dimensions) {
        Rule.that(dimensions > 0, "dimensions must be positive", "dimensions", dimensions);
        return ofNats(nats) / dimensions;
    }
}
