package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.memory.Scratch;
import io.github.performer4j.kernels.product.Blas;
import io.github.performer4j.kernels.product.Parallel;

/**
 * The gradient to W, {@code dW = Σ_{b,h} Σ_r s · dP_rᵀ x_r} over the rows r of queries and visible keys, with P = s W x.
 *
 * <p>Each batch item and head sums into a set of its own, and the sets are added in their order afterwards: the sum does not depend on who
 * took which task.
 */
public final class ProjectionGradient {
    /** Scratch number of the sets, in the caller's memory, which tasks on its thread must leave alone. */
    private static final int SETS_SLOT = HeadTask.FIRST_SLOT + 20;

    /** Scratch number of a task's visible rows. */
    private static final int ROWS_SLOT = SETS_SLOT + 1;

    /** Rows of W that are added up at a time. */
    private static final int ROWS = 32;

    private final AttentionElements elements;
    private final float scale;
    private final Matrix dw;
    private final Matrix sets; // [B·H, draws·D]

    /**
     * Takes memory of the calling thread, which must be the one that waits for the tasks.
     *
     * @param dw [draws,D]
     * @throws IllegalArgumentException if the features take no W, or dw has another shape
     */
    public ProjectionGradient(LinearAttentionSpec spec, AttentionElements elements, Matrix dw) {
        if (spec.w() == null || spec.frames() != null) {
            throw new IllegalArgumentException("dw goes with a projection w and no frames; w="
                    + (spec.w() == null ? "null" : "given") + ", frames="
                    + (spec.frames() == null ? "null" : spec.frames().getClass().getSimpleName()));
        }
        dw.require("dw", spec.w().rows(), spec.w().columns());
        this.elements = elements;
        this.dw = dw;
        scale = spec.features().scale();
        sets = Scratch.mine()
                .matrix(SETS_SLOT, spec.q().batch() * spec.q().heads(), Math.multiplyExact(dw.rows(), dw.columns()));
    }

    /**
     * Begins the sum of a batch item and head.
     *
     * @param index number of batch item and head
     * @param scratch of the task's thread
     * @param chunk the most rows that are added at once
     */
    Set set(int index, Scratch scratch, int chunk) {
        Matrix sum = set(index);
        HeadTask.zero(sum);
        return new Set(elements, scale, sum, scratch.matrix(ROWS_SLOT, chunk, dw.columns()));
    }

    private Matrix set(int index) {
        return new Matrix(sets.block(), sets.at(index), dw.rows(), dw.columns(), dw.columns());
    }

    /** Adds up the sets, once all of them are complete. */
    public void total(Parallel parallel) {
        parallel.run((dw.rows() + ROWS - 1) / ROWS, (i, scratch) -> {
            int from = i * ROWS;
            int to = Math.min(dw.rows(), from + ROWS);
            Matrix part = dw.rows(from, to);
            float[] ones = scratch.array(0, ROWS);
            java.util.Arrays.fill(ones, 0, ROWS, 1);
            elements.scaleRows(set(0).rows(from, to), ones, part);
            for (int n = 1; n < sets.rows(); n++) {
                elements.addScaledRows(set(n).rows(from, to), ones, part);
            }
        });
    }

    /**
     * The sum of one batch item and head.
     *
     * @param sum [draws,D]
     * @param room for rows, [C,D]
     */
    record Set(AttentionElements elements, float scale, Matrix sum, Matrix room) {

        /**
         * Adds {@code s · dPᵀ x} of some rows.
         *
         * @param rows x, [n,D]
         * @param dp [n,draws]; masked rows become 0
         * @param visible 0 for masked rows, which count nothing, whatever they hold; null if there are none
         */
        void add(Matrix rows, Matrix dp, float[] visible) {
            Matrix x = rows;
            if (visible != null) {
                x = room.rows(0, rows.rows());
                elements.scaleRows(rows, visible, x);
                elements.zeroRows(x, visible);
                elements.zeroRows(dp, visible);
            }
            Blas.transposedMultiply(dp, x, scale, 1, sum);
        }
    }
}
