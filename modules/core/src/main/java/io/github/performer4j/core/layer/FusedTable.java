package io.github.performer4j.core.layer;

import io.github.performer4j.kernels.Kernels;
import io.github.performer4j.kernels.Matrix;
import java.lang.ref.Reference;
import org.nd4j.linalg.api.ndarray.INDArray;

/** {@link TableLookup} on kernels, float32. */
final class FusedTable implements TableLookup {
    /** Columns of a task's share of a table. */
    private static final int SHARE = 64;

    private final Kernels kernels;

    FusedTable(Kernels kernels) {
        this.kernels = kernels;
    }

    @Override
    public void gather(INDArray table, int[] ids, INDArray out) {
        INDArray plain = NativeArrays.plain(table) ? table : table.dup('c');
        Matrix from = NativeArrays.matrix(plain);
        Matrix to = NativeArrays.matrix(out);
        kernels.rows(
                to.rows(), (block, first, end) -> kernels.elements().gather(from, ids, first, to.rows(first, end)));
        Reference.reachabilityFence(plain);
    }

    /** Tasks share the columns, so that each adds up its own in the order of tokens. */
    @Override
    public void scatter(INDArray gradient, int[] ids, INDArray error) {
        INDArray plain = NativeArrays.plain(error) ? error : error.dup('c');
        Matrix from = NativeArrays.matrix(plain);
        Matrix to = NativeArrays.matrix(gradient);
        int width = to.columns();
        kernels.tasks((width + SHARE - 1) / SHARE, i -> {
            int end = Math.min(width, (i + 1) * SHARE);
            Matrix share = to.columns(i * SHARE, end);
            kernels.elements().fill(share, 0);
            kernels.elements().scatterAdd(from.columns(i * SHARE, end), ids, 0, share);
        });
        Reference.reachabilityFence(plain);
    }
}
