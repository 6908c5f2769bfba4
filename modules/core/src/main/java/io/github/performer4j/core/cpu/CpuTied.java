package io.github.performer4j.core.cpu;

import io.github.performer4j.core.program.Weight;
import io.github.performer4j.core.workspace.FusedPass;
import io.github.performer4j.kernels.Kernels.Factor;
import io.github.performer4j.kernels.memory.Matrix;

/**
 * {@link Weight.Tied} in a pass: the table is read as it lies, and W is never made.
 *
 * @param table Wᵀ
 */
record CpuTied(Weight.Tied weight, Matrix table, Matrix b) implements CpuWeight {

    /** {@inheritDoc} There is none. */
    @Override
    public Matrix w() {
        return null;
    }

    @Override
    public void product(FusedPass pass, Matrix x, Factor ready, Matrix out) {
        if (b != null) {
            pass.elements.fillRows(b, out);
        }
        pass.kernels.multiplyTransposed(x, table, 1, b == null ? 0 : 1, out);
    }

    @Override
    public void back(FusedPass pass, Matrix error, Factor ready, float beta, Matrix dx) {
        pass.kernels.multiply(error, table, 1, beta, dx);
    }
}
