package io.github.performer4j.kernels.product;

import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;

/**
 * What is written for the multiplier in place of a float32 matrix: bfloat16 values, in one or several parts that follow each other along
 * the dimension that is summed over, so that one product of longer sums has them all.
 */
interface Bfloat16Operands {
    /** Returns how many parts there are, p. */
    int parts();

    /** Returns whether they serve gradients of weights, aᵀb, which else are multiplied in float32. */
    boolean gradients();

    /**
     * Writes the parts.
     *
     * @param m [r,c]
     * @param left whether it is the left operand
     * @param beside whether sums run along rows: the result is [r,pc], else [pr,c]
     */
    void write(Matrix m, boolean left, boolean beside, FloatBlock out);
}
