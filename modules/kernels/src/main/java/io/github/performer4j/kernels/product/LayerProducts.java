package io.github.performer4j.kernels.product;

import io.github.performer4j.kernels.machine.KernelProperties;
import io.github.performer4j.kernels.machine.Precision;
import io.github.performer4j.kernels.machine.Simd;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;

/**
 * Products of rows with weights, and the gradients of weights, in a precision; those inside attention are {@link Blas}'s, float32 in any case.
 * On the calling thread: same arguments, same bits.
 */
public final class LayerProducts {
    private static final RowElements ROWS = Simd.choose(RowElements.class, new PlainRowElements(), "VectorRowElements");

    private final Products products;
    private final Bfloat16 written; // null in float32

    private LayerProducts(Products products, Bfloat16 written) {
        this.products = products;
        this.written = written;
    }

    /**
     * Returns those of a precision.
     *
     * @throws IllegalArgumentException if it cannot be had here: bfloat16, in one part or several, needs oneDNN, and a processor that multiplies it
     */
    public static LayerProducts of(Precision precision) {
        Products exact = ProductChoice.get();
        if (precision == Precision.FLOAT32) {
            return new LayerProducts(exact, null);
        }
        Bfloat16 written = written(exact, precision);
        return new LayerProducts(written, written);
    }

    /**
     * Returns products in bfloat16 beside those in float32.
     *
     * @throws IllegalArgumentException if there are none
     */
    static Bfloat16 written(Products exact, Precision precision) {
        if (exact instanceof OneDnn library && library.bfloat16()) {
            return Bfloat16.of(library, precision);
        }
        throw new IllegalArgumentException(
                "products in bfloat16 need oneDNN and a processor that multiplies it (avx512_bf16, amx_bf16); "
                        + KernelProperties.PRECISION + "=" + precision.label() + ", products by " + exact.library());
    }

    /** Returns whether aᵀb takes less time the other way round, {@code (bᵀa)ᵀ}, where a has more columns than b. */
    public boolean slowWhereLeftIsWide() {
        return products.slowWhereLeftIsWide();
    }

    /** {@code c = alpha · a b + beta · c}. */
    public void multiply(Matrix a, Matrix b, float alpha, float beta, Matrix c) {
        Blas.multiply(products, a, b, alpha, beta, c);
    }

    /** {@code c = alpha · a bᵀ + beta · c}. */
    public void multiplyTransposed(Matrix a, Matrix b, float alpha, float beta, Matrix c) {
        Blas.multiplyTransposed(products, a, b, alpha, beta, c);
    }

    /** {@code c = alpha · aᵀ b + beta · c}. */
    public void transposedMultiply(Matrix a, Matrix b, float alpha, float beta, Matrix c) {
        Blas.transposedMultiply(products, a, b, alpha, beta, c);
    }

    /** Returns how many values of memory a copy of w takes that is made for many products with w, or with wᵀ; 0 where products take it as it lies. */
    public long packedLength(int rows, int columns) {
        return written == null ? 0 : written.packedLength(rows, columns);
    }

    /**
     * Makes the copy.
     *
     * @param transposed whether it is for products with wᵀ
     * @param packed memory of {@link #packedLength} values
     */
    public void pack(Matrix w, boolean transposed, FloatBlock packed) {
        written.pack(w, transposed, packed);
    }

    /** Returns values for many products of single rows with w ({@link RowElements}); null where products take w as it lies. */
    public RowWeights rows(Matrix w) {
        return written == null || !Simd.available() ? null : written.rows(w);
    }

    /** {@code c = a w + beta · c} of a row [1,k]. */
    public void multiply(Matrix a, RowWeights w, float beta, Matrix c) {
        ROWS.multiply(a, w, beta, c);
    }

    /**
     * {@code c = a op(w) + beta · c}.
     *
     * @param w of which packed was made, op(w) = w or wᵀ
     * @param packed what {@link #pack} made
     * @param beta 0 or 1
     */
    public void multiplyPacked(Matrix a, Matrix w, boolean transposed, FloatBlock packed, float beta, Matrix c) {
        Blas.check(a.rows(), a.columns(), transposed ? w.columns() : w.rows(), transposed ? w.rows() : w.columns(), c);
        Runnable work = () -> written.multiply(a, w, transposed, packed, beta, c);
        Blas.alone(work);
    }
}
