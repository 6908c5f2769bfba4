package io.github.performer4j.kernels;

/**
 * What one side of a sequence gives to a row of attention with decay: {@code S = Σ_j φ_j v_jᵀ} and {@code z = Σ_j φ_j}; or the gradients to both.
 *
 * @param values S [M,Dv]
 * @param sum z [1,M]
 */
record SideSums(Matrix values, Matrix sum) {

    /** Lays sums over a block from its value number {@code at} on. */
    static SideSums at(FloatBlock block, long at, int columns, int valueSize) {
        Matrix values = new Matrix(block, at, columns, valueSize, valueSize);
        return new SideSums(values, new Matrix(block, at + (long) columns * valueSize, 1, columns, columns));
    }

    /** Returns the number of values of sums. */
    static long length(int columns, int valueSize) {
        return (long) columns * valueSize + columns;
    }

    void clear() {
        HeadTask.zero(values);
        HeadTask.zero(sum);
    }

    /** Writes {@code factor · before}; before may be this. */
    void scaled(SideSums before, float factor, HeadTask task) {
        task.multiply(before.values, factor, values);
        task.multiply(before.sum, factor, sum);
    }

    /**
     * Writes {@code factor · before + Σ_r φ_r [rows_r, weights[r]]}.
     *
     * @param before may be this
     * @param phi [n,M]
     * @param rows [n,Dv]
     * @param weights per row; null for 1
     */
    void advanced(SideSums before, float factor, Matrix phi, Matrix rows, float[] weights, HeadTask task) {
        if (equals(before)) {
            Blas.transposedMultiply(phi, rows, 1, factor, values);
            task.multiply(sum, factor, sum);
        } else {
            scaled(before, factor, task);
            Blas.transposedMultiply(phi, rows, 1, 1, values);
        }
        if (weights == null) {
            task.elements.addColumnSums(phi, sum);
        } else {
            task.elements.addWeightedRows(phi, weights, sum);
        }
    }

    /**
     * Returns {@code ⟨S, S'⟩ + z·z'}.
     *
     * @param room for M numbers
     */
    double dot(SideSums other, float[] room, AttentionElements elements) {
        elements.dots(values, other.values, room);
        double total = 0;
        for (int i = 0; i < values.rows(); i++) {
            total += room[i];
        }
        elements.dots(sum, other.sum, room);
        return total + room[0];
    }
}
