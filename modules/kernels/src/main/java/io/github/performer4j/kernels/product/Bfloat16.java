package io.github.performer4j.kernels.product;

import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.kernels.memory.Scratch;
import io.github.performer4j.kernels.product.DnnlPrimitives.Layout;
import org.bytedeco.javacpp.Pointer;

/**
 * Products of float32 matrices whose values are rounded to bfloat16 (8 bits, ties to even) on the way to the multiplier, by oneDNN's matmul; sums
 * are float32: {@code c = Σ_k r(a_ik) r(b_kj)}, so that {@code |c − Σ a b| ≤ (2⁻⁸ + 2⁻¹⁶ + k·2⁻²³) Σ |a_ik b_kj|}. Numbers below 2⁻¹²⁶ are 0.
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
    private final DnnlPrimitives primitives = new DnnlPrimitives();

    /**
     * Makes them.
     *
     * @param exact oneDNN's products in float32
     */
    Bfloat16(OneDnn exact) {
        this.exact = exact;
    }

    @Override
    public ProductLibrary library() {
        return exact.library();
    }

    @Override
    public boolean slowWhereLeftIsWide() {
        return false;
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
        if (alpha != 1 || beta != 0 && beta != 1 || Math.min(Math.min(c.rows(), c.columns()), inner) < FEWEST) {
            exact.multiply(transposeA, transposeB, a, b, inner, alpha, beta, c);
        } else if (transposeA) {
            terms(transposeB, a, b, inner, beta, c);
        } else {
            multiply(a, b, transposeB, rounded(b, SLOT_B), beta, c);
        }
    }

    /** {@code c = aᵀ op(b) + β c}, over the rows of a piece by piece. */
    private void terms(boolean transposeB, Matrix a, Matrix b, int inner, float beta, Matrix c) {
        boolean adds = beta == 1;
        int from = 0;
        for (int size = MOST; size >= FEWEST; size /= 2) {
            while (inner - from >= size) {
                Matrix part = a.rows(from, from + size);
                Matrix other = transposeB ? b.columns(from, from + size) : b.rows(from, from + size);
                Layout left = Layout.of(size, a.columns());
                Layout right = Layout.of(other.rows(), other.columns());
                Pointer x = rounded(part, SLOT_A);
                Pointer y = rounded(other, SLOT_B);
                primitives
                        .product(left.transposed(), transposeB ? right.transposed() : right, layout(c), adds)
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

    /** Returns how many float32 values of memory {@link #pack} takes for a w of a shape; 0 where w is multiplied in float32. */
    static long packedLength(int rows, int columns) {
        return Math.min(rows, columns) < FEWEST ? 0 : (long) rows * ((columns + 1) / 2);
    }

    /** Rounds w, row by row: oneDNN reads that as fast as an order of its own, and its transpose, too. */
    void pack(Matrix w, FloatBlock packed) {
        primitives.rounded(layout(w), Layout.of(w.rows(), w.columns())).run(pointer(w), packed.pointer(0));
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

    private void multiply(Matrix a, Matrix w, boolean transposed, Pointer rounded, float beta, Matrix c) {
        Layout compact = Layout.of(w.rows(), w.columns());
        Layout right = transposed ? compact.transposed() : compact;
        int from = 0;
        for (int size = MOST; size >= FEWEST; size /= 2) {
            while (c.rows() - from >= size) {
                Pointer x = rounded(a.rows(from, from + size), SLOT_A);
                Matrix out = c.rows(from, from + size);
                Layout left = Layout.of(size, a.columns());
                primitives.product(left, right, layout(out), beta == 1).run(x, rounded, pointer(out));
                from += size;
            }
        }
        if (from < c.rows()) {
            Matrix rest = a.rows(from, c.rows());
            exact.multiply(false, transposed, rest, w, a.columns(), 1, beta, c.rows(from, c.rows()));
        }
    }

    /** Returns a rounded copy in the thread's memory, rows one after the other. */
    private Pointer rounded(Matrix m, int slot) {
        Matrix halves = Scratch.inner().matrix(slot, m.rows(), (m.columns() + 1) / 2);
        Pointer out = halves.block().pointer(0);
        primitives.rounded(layout(m), Layout.of(m.rows(), m.columns())).run(pointer(m), out);
        return out;
    }

    private static Layout layout(Matrix m) {
        return new Layout(m.rows(), m.columns(), m.stride(), 1);
    }

    private static Pointer pointer(Matrix m) {
        return m.block().pointer(m.offset());
    }
}
