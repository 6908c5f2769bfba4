package io.github.performer4j.core.cpu;

import io.github.performer4j.core.feature.Moments;
import io.github.performer4j.core.workspace.DoubleRows;
import io.github.performer4j.core.workspace.FusedMemory;
import io.github.performer4j.core.workspace.FusedMemory.Part;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;

/** Sums over the unpadded rows of each batch item and head, as {@link Moments#ofSums} reads them. */
final class FusedMoments {
    private final Matrix sums; // [B·H,1+D+D²]
    private final int heads;

    private FusedMoments(Matrix sums, int heads) {
        this.sums = sums;
        this.heads = heads;
    }

    /** Sums in the thread's memory. */
    static FusedMoments of(FusedPass pass, Part part, Heads x) {
        Matrix out = FusedMemory.phase().matrix(part, x.batch() * x.heads(), Moments.sumsLength(x.size()));
        pass.kernels.moments(x, pass.mask, out);
        return new FusedMoments(out, x.heads());
    }

    /** Returns the sums of a batch item and head. */
    double[] row(int index) {
        return DoubleRows.row(sums, index);
    }

    /** Adds the sums of all batch items of a head, in their order. */
    void addHead(int head, double[] out, int at) {
        for (int i = head; i < sums.rows(); i += heads) {
            double[] row = row(i);
            for (int j = 0; j < row.length; j++) {
                out[at + j] += row[j];
            }
        }
    }
}
