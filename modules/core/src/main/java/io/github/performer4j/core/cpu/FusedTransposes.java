package io.github.performer4j.core.cpu;

import io.github.performer4j.core.workspace.FusedMemory;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.kernels.Kernels.Factor;
import io.github.performer4j.kernels.Kernels.Transpose;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.ArrayList;
import java.util.List;

/**
 * Weights as the products of one pass take them fastest, where there are rows enough that this is more than making them so costs:
 * packed where kernels pack (in bfloat16); else, for {@code error · Wᵀ}, transposed, which is 5 to 13% faster (oneDNN, AVX-512).
 */
final class FusedTransposes {
    /** Rows of a pass from which weights are made ready, or put beside each other: at half as many transposing costs what it gains. */
    private static final int MANY_ROWS = 1024;

    private final FusedPass pass;
    private final List<Transpose> transposes = new ArrayList<>();
    private final List<Factor> packed = new ArrayList<>();

    FusedTransposes(FusedPass pass) {
        this.pass = pass;
    }

    /** Returns whether a pass has rows enough. */
    static boolean pay(FusedPass pass) {
        return pass.mostRows() >= MANY_ROWS;
    }

    /**
     * Lists a weight, and takes the memory.
     *
     * @param w [m,n]; null for none
     * @param transposed whether products are with wᵀ
     * @param part where what is made is kept in this pass
     * @return what products take, after {@link #make}; null if w is
     */
    Factor of(Matrix w, boolean transposed, Object part) {
        if (w == null) {
            return null;
        }
        Factor asItIs = new Factor(w, transposed, null);
        if (!pay(pass)) {
            return asItIs;
        }
        long length = pass.kernels.packedLength(w.rows(), w.columns());
        if (length > 0) {
            Factor factor = new Factor(w, transposed, pass.transientBlock(part, length));
            packed.add(factor);
            return factor;
        }
        if (!transposed) {
            return asItIs;
        }
        Matrix out = FusedMemory.phase().matrix(part, w.columns(), w.rows());
        transposes.add(new Transpose(w, out));
        return new Factor(out, false, null);
    }

    /** Makes all that is listed; called before blocks of rows are worked on. */
    void make() {
        pass.kernels.transpose(transposes);
        pass.kernels.pack(packed);
    }
}
