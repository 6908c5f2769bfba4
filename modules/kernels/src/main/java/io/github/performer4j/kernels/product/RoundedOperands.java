package io.github.performer4j.kernels.product;

import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.product.DnnlPrimitives.Layout;

/**
 * One part, rounded values, by oneDNN: {@code c = Σ_k r(a_ik) r(b_kj)}, so that {@code |c − Σ a b| ≤ (2⁻⁷ + 2⁻¹⁶ + k·2⁻²³) Σ |a_ik b_kj|}.
 */
record RoundedOperands(DnnlPrimitives primitives) implements Bfloat16Operands {
    @Override
    public int parts() {
        return 1;
    }

    @Override
    public boolean gradients() {
        return true;
    }

    @Override
    public void write(Matrix m, boolean left, boolean beside, FloatBlock out) {
        primitives
                .rounded(new Layout(m.rows(), m.columns(), m.stride(), 1), Layout.of(m.rows(), m.columns()))
                .run(m.block().pointer(m.offset()), out.pointer(0));
    }
}
