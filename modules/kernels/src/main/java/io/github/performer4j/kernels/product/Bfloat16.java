package io.github.performer4j.kernels.product;

import io.github.performer4j.kernels.machine.Precision;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.memory.Scratch;
import io.github.performer4j.kernels.product.DnnlPrimitives.Layout;
import org.bytedeco.javacpp.Pointer;

/**
 * Products of float32 matrices in whose place bfloat16 values (8 bits, ties to even) are multiplied, one or several for each, by oneDNN's
 * matmul; sums are float32. How far they are off is their {@link Bfloat16Operands}' matter. Numbers below 2⁻¹²⁶ are 0.
 *
 * <p>Code is made for each shape, so rows of a block (and the terms of gradients of weights) are cut into pieces of
 * {@value #MOST}, and of halves of it down to {@value #FEWEST}, which shapes decide alone. What is left of fewer than
 * {@value #FEWEST} is multiplied in float32, as are products with another α than 1, another β than 0 and 1, and those with a side of
 * less than {@value #FEWEST}: they are small.
 */
final class Bfloat16 implements Products {
    private static final int MOST = 512;
    private static final int FEWEST = 32;
    private static final int SLOT_A = 1;
    private static final int SLOT_B = 2;

    private final Products exact;
    private final Bfloat16Operands operands;
    private final DnnlPrimitives primitives;

    /**
     * Makes them.
     *
     * @param exact oneDNN's products in float32
     * @param operands what is written in place of matrices
     */
    private Bfloat16(OneDnn exact, Bfloat16Operands operands, DnnlPrimitives primitives) {
        this.exact = exact;
        this.operands = operands;
        this.primitives = primitives;
    }

    /** Returns those of a precision that is not float32. */
    static Bfloat16 of(OneDnn exact, Precision precision) {
        DnnlPrimitives primitives = new DnnlPrimitives();
        boolean split = precision == Precision.BFLOAT16X3;
        return new Bfloat16(exact, split ? new SplitOperands() : new RoundedOperands(primitives), primitives);
    }

    @Override
    public ProductLibrary library() {
        return exact.library();
    }

    @Override
    public boolean slowWhereLeftIsWide() {
        return !operands.gradients() && exact.slowWhereLeftIsWide();
    }

    @Override
    public int begin() {
        return exact.begin();
    }

    @Override
    public void end(int before) {
        exact.end(before);
    }

    @Override
    public void multiply(
            boolean transposeA, boolean transposeB, Matrix a, Matrix b, int inner, float alpha, float beta, Matrix c) {
        boolean plain = alpha == 1 && (beta == 0 || beta == 1);
        boolean large = Math.min(Math.min(c.rows(), c.columns()), inner) >= FEWEST;
        if (!plain || !large || transposeA && !operands.gradients()) {
            exact.multiply(transposeA, transposeB, a, b, inner, alpha, beta, c);
        } else if (transposeA) {
            terms(transposeB, a, b, inner, beta, c);
        } else {
            multiply(a, b, transposeB, written(b, false, transposeB, SLOT_B), beta, c);
        }
    }

    /** {@code c = aᵀ op(b) + β c}, over the rows of a piece by piece. */
    private void terms(boolean transposeB, Matrix a, Matrix b, int inner, float beta, Matrix c) {
        boolean adds = beta == 1;
        int from = 0;
        for (int size = MOST; size >= FEWEST; size /= 2) {
            while (inner - from >= size) {
                Matrix other = transposeB ? b.columns(from, from + size) : b.rows(from, from + size);
                Layout left = Layout.of(operands.parts() * size, a.columns()).transposed();
                Pointer x = written(a.rows(from, from + size), true, false, SLOT_A);
                Pointer y = written(other, false, transposeB, SLOT_B);
                primitives
                        .product(left, right(other, transposeB), layout(c), adds)
                        .run(x, y, pointer(c));
                adds = true;
                from += size;
            }
        }
        if (from < inner) {
            Matrix other = transposeB ? b.columns(from, inner) : b.rows(from, inner);
            exact.multiply(true, transposeB, a.rows(from, inner), other, inner - from, 1, adds ? 1 : 0, c);
        }
    }

    /** Returns what single rows are multiplied by in place of w; null where that is w itself. */
    RowWeights rows(Matrix w) {
        boolean large = Math.min(w.rows(), w.columns()) >= FEWEST;
        return large && operands.parts() == 1 ? RowWeights.of(w) : null;
    }

    /** Returns how many float32 values of memory {@link #pack} takes for a w of a shape; 0 where w is multiplied in float32. */
    long packedLength(int rows, int columns) {
        return Math.min(rows, columns) < FEWEST ? 0 : length(rows, columns);
    }

    /**
     * Writes what stands for w, row by row: oneDNN reads that as fast as an order of its own.
     *
     * @param transposed whether products are with wᵀ
     */
    void pack(Matrix w, boolean transposed, FloatBlock packed) {
        operands.write(w, false, transposed, packed);
    }

    /**
     * Computes {@code c = a op(w) + β c}, op(w) = w or wᵀ.
     *
     * @param packed what {@link #pack} made of w
     * @param beta 0 or 1
     */
    void multiply(Matrix a, Matrix w, boolean transposed, FloatBlock packed, float beta, Matrix c) {
        multiply(a, w, transposed, packed.pointer(0), beta, c);
    }

    private void multiply(Matrix a, Matrix w, boolean transposed, Pointer written, float beta, Matrix c) {
        Layout right = right(w, transposed);
        int from = 0;
        for (int size = MOST; size >= FEWEST; size /= 2) {
            while (c.rows() - from >= size) {
                Pointer x = written(a.rows(from, from + size), true, true, SLOT_A);
                Matrix out = c.rows(from, from + size);
                Layout left = Layout.of(size, operands.parts() * a.columns());
                primitives.product(left, right, layout(out), beta == 1).run(x, written, pointer(out));
                from += size;
            }
        }
        if (from < c.rows()) {
            Matrix rest = a.rows(from, c.rows());
            exact.multiply(false, transposed, rest, w, a.columns(), 1, beta, c.rows(from, c.rows()));
        }
    }

    /** Returns how a right operand lies once it is written. */
    private Layout right(Matrix m, boolean transposed) {
        int parts = operands.parts();
        return transposed
                ? Layout.of(m.rows(), parts * m.columns()).transposed()
                : Layout.of(parts * m.rows(), m.columns());
    }

    private long length(int rows, int columns) {
        return ((long) operands.parts() * rows * columns + 1) / 2;
    }

    /** Writes an operand into the thread's memory, rows one after the other. */
    private Pointer written(Matrix m, boolean left, boolean beside, int slot) {
        FloatBlock block = Scratch.inner()
                .matrix(slot, 1, Math.toIntExact(length(m.rows(), m.columns())))
                .block();
        operands.write(m, left, beside, block);
        return block.pointer(0);
    }

    private static Layout layout(Matrix m) {
        return new Layout(m.rows(), m.columns(), m.stride(), 1);
    }

    private static Pointer pointer(Matrix m) {
        return m.block().pointer(m.offset());
    }
}
