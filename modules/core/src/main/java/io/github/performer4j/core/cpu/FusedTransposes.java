package io.github.performer4j.core.cpu;

import io.github.performer4j.core.workspace.FusedMemory;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.kernels.Kernels.Transpose;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.ArrayList;
import java.util.List;

/**
 * Transposes of weights for the products of one backward pass: {@code error · Wᵀ} is 5 to 13% faster with Wᵀ in memory than with W (oneDNN, AVX-512),
 * where there are rows enough that this is more than making it costs.
 */
final class FusedTransposes {
    /** Rows of a pass from which weights are transposed, or put beside each other: at half as many it costs what it gains. */
    private static final int MANY_ROWS = 1024;

    private final FusedPass pass;
    private final List<Transpose> list = new ArrayList<>();

    FusedTransposes(FusedPass pass) {
        this.pass = pass;
    }

    /** Returns whether a pass has rows enough. */
    static boolean pay(FusedPass pass) {
        return pass.mostRows() >= MANY_ROWS;
    }

    /**
     * Lists weights to transpose, and takes the memory.
     *
     * @param w [m,n]; null for none
     * @param part where the transpose is kept in this pass
     * @return [n,m], undefined until {@link #make}; null where there is none, and {@link #back} does without
     */
    Matrix of(Matrix w, Object part) {
        if (w == null || !pay(pass)) {
            return null;
        }
        Matrix out = FusedMemory.phase().matrix(part, w.columns(), w.rows());
        add(w, out);
        return out;
    }

    /** Lists weights to transpose into given memory. */
    void add(Matrix w, Matrix out) {
        list.add(new Transpose(w, out));
    }

    /** Transposes all that is listed; called before blocks of rows go back. */
    void make() {
        pass.kernels.transpose(list);
    }

    /**
     * Goes back through a product on a block of rows: {@code dx = error Wᵀ + beta · dx}.
     *
     * @param transposed what {@link #of} gave for w
     */
    static void back(FusedPass pass, Matrix error, Matrix w, Matrix transposed, float beta, Matrix dx) {
        if (transposed == null) {
            pass.kernels.multiplyTransposed(error, w, 1, beta, dx);
        } else {
            pass.kernels.multiply(error, transposed, 1, beta, dx);
        }
    }
}
