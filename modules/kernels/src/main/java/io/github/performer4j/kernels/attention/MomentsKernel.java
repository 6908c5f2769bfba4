package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.product.Blas;
import io.github.performer4j.kernels.product.Parallel;

/** Moments of the rows of each batch item and head: their count, {@code Σ_t x_t} and {@code Σ_t x_t x_tᵀ}, over unmasked rows. */
public final class MomentsKernel {
    private static final int CHUNK = 256;

    private final Parallel parallel;
    private final AttentionElements elements;

    public MomentsKernel(Parallel parallel, AttentionElements elements) {
        this.parallel = parallel;
        this.elements = elements;
    }

    public static int length(int size) {
        return 1 + size + size * size;
    }

    public void moments(Heads x, FloatBlock mask, Matrix out) {
        int d = x.size();
        out.require("out", x.batch() * x.heads(), length(d));
        if (mask != null && mask.length() < (long) x.batch() * x.tokens()) {
            throw new IllegalArgumentException(
                    "mask must be [B,T]; mask=" + mask.length() + ", B=" + x.batch() + ", T=" + x.tokens());
        }
        parallel.run(out.rows(), (i, scratch) -> {
            int b = i / x.heads();
            Matrix rows = x.rows(b, i % x.heads());
            Matrix sum = new Matrix(out.block(), out.at(i) + 1, 1, d, d);
            Matrix squares = new Matrix(out.block(), out.at(i) + 1 + d, d, d, d);
            HeadTask.zero(sum);
            float[] seen = scratch.array(0, CHUNK);
            int count = 0;
            for (int from = 0; from < rows.rows(); from += CHUNK) {
                int to = Math.min(rows.rows(), from + CHUNK);
                Matrix part = rows.rows(from, to);
                if (mask != null) {
                    mask.read((long) b * x.tokens() + from, seen, 0, to - from);
                    Matrix copy = scratch.matrix(0, to - from, d);
                    elements.scaleRows(part, seen, copy);
                    elements.zeroRows(copy, seen); // whatever padding holds
                    part = copy;
                }
                count += HeadTask.count(mask == null ? null : seen, to - from);
                elements.addColumnSums(part, sum);
                Blas.transposedMultiply(part, part, 1, from == 0 ? 0 : 1, squares);
            }
            out.set(i, 0, count);
        });
    }
}
