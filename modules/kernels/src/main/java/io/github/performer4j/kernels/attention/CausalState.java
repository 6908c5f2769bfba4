package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;

/**
 * What causal attention carries from chunk to chunk: S [M,Dv] and z [M] in units of exp(R), Σ of the visible values, R, and their count.
 */
final class CausalState {
    /** What stands for −∞ where arithmetic with it would make NaN. */
    private static final float NOTHING = -1e29f;

    final Matrix values; // S
    final Matrix sum; // z [1,M]
    final Matrix seen; // Σ visible v [1,Dv]
    private final Matrix scalars; // R, count [1,2]

    /**
     * Lays a state over a block.
     *
     * @param at index of its first value
     */
    CausalState(FloatBlock block, long at, int columns, int valueSize) {
        long s = at;
        values = new Matrix(block, s, columns, valueSize, valueSize);
        s += (long) columns * valueSize;
        sum = new Matrix(block, s, 1, columns, columns);
        s += columns;
        seen = new Matrix(block, s, 1, valueSize, valueSize);
        s += valueSize;
        scalars = new Matrix(block, s, 1, 2, 2);
    }

    /** Returns the number of values of a state. */
    static long length(int columns, int valueSize) {
        return (long) columns * valueSize + columns + valueSize + 2;
    }

    float top() {
        float top = scalars.get(0, 0);
        return top < NOTHING ? Float.NEGATIVE_INFINITY : top;
    }

    int count() {
        return (int) scalars.get(0, 1);
    }

    void set(float top, int count) {
        scalars.set(0, 0, top);
        scalars.set(0, 1, count);
    }

    void clear() {
        HeadTask.zero(values);
        HeadTask.zero(sum);
        HeadTask.zero(seen);
        set(Float.NEGATIVE_INFINITY, 0);
    }

    /** Copies a state of the same shape. */
    void copy(CausalState other, float[] ones, AttentionElements elements) {
        elements.scaleRows(other.values, ones, values);
        elements.scaleRows(other.sum, ones, sum);
        elements.scaleRows(other.seen, ones, seen);
        set(other.top(), other.count());
    }
}
