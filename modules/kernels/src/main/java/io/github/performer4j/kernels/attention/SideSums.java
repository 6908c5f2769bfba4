package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.product.Blas;

/**
 * What one side of a sequence gives to a row of attention with decay: {@code S = Σ_j φ_j v_jᵀ} and {@code z = Σ_j
 * φ_j}; or the gradients to both.
 */
final class SideSums {
    final Matrix values; // S [M,Dv]
    final Matrix sum; // z [1,M]
    private final Matrix all; // both [1,M·Dv+M]

    /** Lays sums over a block from its value number {@code at} on. */
    SideSums(FloatBlock block, long at, int columns, int valueSize) {
        int length = Math.toIntExact(length(columns, valueSize));
        all = new Matrix(block, at, 1, length, length);
        values = new Matrix(block, at, columns, valueSize, valueSize);
        sum = new Matrix(block, at + (long) columns * valueSize, 1, columns, columns);
    }

    /** Returns the number of values of sums. */
    static long length(int columns, int valueSize) {
        return (long) columns * valueSize + columns;
    }

    void clear() {
        HeadTask.zero(all);
    }

    /** Writes {@code factor · before}; before may be this. */
    void scaled(SideSums before, float factor, HeadTask task) {
        task.multiply(before.all, factor, all);
    }

    /**
     * Writes {@code factor · before + Σ_r φ_r [rows_r, weights[r]]}, with equal bits wherever before lies.
     *
     * @param before may be this
     * @param phi [n,M]
     * @param rows [n,Dv]
     */
    void advanced(SideSums before, float factor, Matrix phi, Matrix rows, float[] weights, HeadTask task) {
        scaled(before, factor, task);
        Blas.transposedMultiply(phi, rows, 1, 1, values);
        task.elements.addWeightedRows(phi, weights, sum);
    }

    /** The same of these sums themselves, faster. */
    void advance(float factor, Matrix phi, Matrix rows, float[] weights, HeadTask task) {
        Blas.transposedMultiply(phi, rows, 1, factor, values);
        task.multiply(sum, factor, sum);
        task.elements.addWeightedRows(phi, weights, sum);
    }

    /**
     * Returns {@code ⟨S, S'⟩ + z·z'}.
     *
     * @param room for a number
     */
    float dot(SideSums other, float[] room, AttentionElements elements) {
        elements.dots(all, other.all, room);
        return room[0];
    }
}
