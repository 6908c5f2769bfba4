package io.github.performer4j.kernels.product;

import io.github.performer4j.kernels.machine.Simd;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;

/**
 * Three parts of {@link SplitElements}: {@code [hi hi lo] · [hi'; lo'; hi'] = hi hi' + hi lo' + lo hi'}, a product of float32 values but for
 * {@code lo lo'} and what neither part has: {@code |c − Σ a b| ≤ (2⁻¹⁵ + 2⁻³³ + 3k·2⁻²³) Σ |a_ik b_kj|}.
 *
 * <p>G. Henry, P. T. P. Tang, A. Heinecke, Leveraging the bfloat16 Artificial Intelligence Datatype For Higher-Precision Computations (ARITH
 * 2019); Intel's MKL has it as {@code FLOAT_TO_BF16X3}.
 */
record SplitOperands(SplitElements elements) implements Bfloat16Operands {
    private static final int PARTS = 3;

    /** On the Vector API where it is in use. */
    SplitOperands() {
        this(Simd.choose(SplitElements.class, new PlainSplitElements(), "VectorSplitElements"));
    }

    @Override
    public int parts() {
        return PARTS;
    }

    /** With the transpose of a, three products take the time of one in float32. */
    @Override
    public boolean gradients() {
        return false;
    }

    @Override
    public void write(Matrix m, boolean left, boolean beside, FloatBlock out) {
        long part = beside ? m.columns() : (long) m.rows() * m.columns();
        long stride = beside ? (long) PARTS * m.columns() : m.columns();
        if (left) {
            elements.split(m, out, 0, part, 2 * part, stride);
        } else {
            elements.split(m, out, 0, 2 * part, part, stride);
        }
    }
}
