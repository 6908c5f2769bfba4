package io.github.performer4j.core.export;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * A vertex's result in a SameDiff graph.
 *
 * @param value the result
 * @param mask 1 for real tokens and 0 for padding, [B,T]; null where the result has no padded rows
 * @param shape of the result
 */
record Exported(SDVariable value, SDVariable mask, long... shape) {

    /** Returns B. */
    long batch() {
        return shape[0];
    }

    /** Returns the value with 0 in padded rows, which must be finite. */
    SDVariable visible(int tokenDimension) {
        if (mask == null || shape.length != 3) {
            return value;
        }
        return tokenDimension == 1
                ? value.mul(mask.reshape(shape[0], shape[1], 1))
                : value.mul(mask.reshape(shape[0], 1, shape[2]));
    }
}
