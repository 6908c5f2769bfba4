package io.github.performer4j.core.samediff;

import io.github.performer4j.kernels.OrthogonalFrame;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * {@link io.github.performer4j.core.program.Weight.Orthogonal} as a graph: reflections block by block, the last one first, {@code W ← W − V_b S_b⁻¹ V_bᵀ W}, beginning with the first columns of I.
 *
 * <p>Within a block, {@code S_b = ½ D (I − A)}, A strictly upper, so that {@code (I − A)⁻¹ = (I + A)(I + A²)(I + A⁴)} ends: M2.1 has no gradient of a triangular solve.
 */
public final class OrthogonalGraph {
    /** Reflections of a block; three squares make its inverse. */
    private static final int BLOCK = 8;

    private OrthogonalGraph() {}

    /**
     * Defines W.
     *
     * @param v vectors [n,m]
     * @return [n,m]
     */
    public static SDVariable define(SameDiff sd, SDVariable v, int n, int m, DataType type) {
        INDArray first = Nd4j.zeros(type, n, m);
        for (int i = 0; i < m; i++) {
            first.putScalar(i, i, 1);
        }
        SDVariable w = sd.constant(first);
        for (int from = (m - 1) / BLOCK * BLOCK; from >= 0; from -= BLOCK) {
            int b = Math.min(BLOCK, m - from);
            SDVariable block = sd.stridedSlice(v, new long[] {0, from}, new long[] {n, from + b}, 1, 1); // [n,b]
            SDVariable squares = sd.sum(block.mul(block), 0).reshape(b, 1).add(OrthogonalFrame.EPSILON); // [b,1]
            SDVariable projected = sd.mmul(block, w, true, false, false).div(squares); // [b,m]
            w = w.sub(sd.mmul(block, solved(sd, block, squares, projected, b, type))
                    .mul(2));
        }
        return w;
    }

    /** Returns (I − A)⁻¹ R. */
    private static SDVariable solved(
            SameDiff sd, SDVariable block, SDVariable squares, SDVariable r, int b, DataType type) {
        if (b == 1) {
            return r;
        }
        INDArray upper = Nd4j.zeros(type, b, b);
        for (int i = 0; i < b; i++) {
            for (int j = i + 1; j < b; j++) {
                upper.putScalar(i, j, -2);
            }
        }
        SDVariable power = sd.mmul(block, block, true, false, false)
                .mul(sd.constant(upper))
                .div(squares); // A
        SDVariable x = r;
        for (int reach = 1; reach < b; reach *= 2) {
            x = x.add(sd.mmul(power, x));
            if (2 * reach < b) {
                power = sd.mmul(power, power);
            }
        }
        return x;
    }
}
