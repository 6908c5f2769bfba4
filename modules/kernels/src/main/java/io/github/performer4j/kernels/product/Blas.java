package io.github.performer4j.kernels.product;

import io.github.performer4j.kernels.memory.Matrix;

/**
 * Products of matrices on the calling thread, which is all they take, by the library of {@link ProductChoice}: same
 * arguments, same bits, whichever thread it is and however many there are.
 */
public final class Blas {
    private static final ThreadLocal<Boolean> ALONE = ThreadLocal.withInitial(() -> false);

    /** Columns up to which a row is multiplied here: a call of a library takes longer. */
    private static final int NARROW = 8;

    private Blas() {}

    private static void narrow(Matrix a, Matrix b, float alpha, float beta, Matrix c) {
        float[] sums = new float[c.columns()];
        for (int k = 0; k < a.columns(); k++) {
            float value = a.get(0, k);
            for (int n = 0; n < sums.length; n++) {
                sums[n] = Math.fma(value, b.get(k, n), sums[n]);
            }
        }
        for (int n = 0; n < sums.length; n++) {
            c.set(0, n, beta == 0 ? alpha * sums[n] : Math.fma(beta, c.get(0, n), alpha * sums[n]));
        }
    }

    /** {@code c = alpha · a b + beta · c}. */
    public static void multiply(Matrix a, Matrix b, float alpha, float beta, Matrix c) {
        multiply(ProductChoice.get(), a, b, alpha, beta, c);
    }

    static void multiply(Products products, Matrix a, Matrix b, float alpha, float beta, Matrix c) {
        check(a.rows(), a.columns(), b.rows(), b.columns(), c);
        if (c.rows() == 1 && c.columns() <= NARROW) {
            narrow(a, b, alpha, beta, c);
            return;
        }
        multiply(products, false, false, a, b, a.columns(), alpha, beta, c);
    }

    /** {@code c = alpha · a bᵀ + beta · c}. */
    public static void multiplyTransposed(Matrix a, Matrix b, float alpha, float beta, Matrix c) {
        multiplyTransposed(ProductChoice.get(), a, b, alpha, beta, c);
    }

    static void multiplyTransposed(Products products, Matrix a, Matrix b, float alpha, float beta, Matrix c) {
        check(a.rows(), a.columns(), b.columns(), b.rows(), c);
        multiply(products, false, true, a, b, a.columns(), alpha, beta, c);
    }

    /** {@code c = alpha · aᵀ b + beta · c}. */
    public static void transposedMultiply(Matrix a, Matrix b, float alpha, float beta, Matrix c) {
        transposedMultiply(ProductChoice.get(), a, b, alpha, beta, c);
    }

    static void transposedMultiply(Products products, Matrix a, Matrix b, float alpha, float beta, Matrix c) {
        check(a.columns(), a.rows(), b.rows(), b.columns(), c);
        multiply(products, true, false, a, b, a.rows(), alpha, beta, c);
    }

    /**
     * Runs something whose products on the calling thread take that thread only. Each product sees to it itself; for
     * many, once is cheaper.
     */
    public static void alone(Runnable work) {
        if (ALONE.get()) {
            work.run();
            return;
        }
        Products products = ProductChoice.get();
        int before = products.begin();
        ALONE.set(true);
        try {
            work.run();
        } finally {
            ALONE.set(false);
            products.end(before);
        }
    }

    static void check(int rows, int inner, int innerOfB, int columns, Matrix c) {
        if (inner != innerOfB || c.rows() != rows || c.columns() != columns) {
            throw new IllegalArgumentException("shapes of a product must fit; a=[" + rows + "," + inner + "], b=["
                    + innerOfB + "," + columns + "], c=[" + c.rows() + "," + c.columns() + "]");
        }
    }

    private static void multiply(
            Products products,
            boolean transposeA,
            boolean transposeB,
            Matrix a,
            Matrix b,
            int inner,
            float alpha,
            float beta,
            Matrix c) {
        if (c.rows() == 0) {
            return;
        }
        if (inner == 0) {
            throw new IllegalArgumentException("a product needs an inner dimension; inner=0");
        }
        if (ALONE.get()) {
            products.multiply(transposeA, transposeB, a, b, inner, alpha, beta, c);
        } else {
            alone(() -> products.multiply(transposeA, transposeB, a, b, inner, alpha, beta, c));
        }
    }
}
