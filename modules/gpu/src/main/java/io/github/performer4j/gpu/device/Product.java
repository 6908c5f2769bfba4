package io.github.performer4j.gpu.device;

/**
 * Products of matrices, {@code C_i = alpha · op(A_i) op(B_i) + beta · C_i} for i below a count: row-major float32, op the transpose or nothing.
 *
 * @param transposeA whether A_i is [k,m] and not [m,k]
 * @param transposeB whether B_i is [n,k] and not [k,n]
 * @param a address of A_0
 * @param strideOfRowsA values from a row to the next
 * @param strideA values from a matrix to the next
 */
public record Product(
        boolean transposeA,
        boolean transposeB,
        int m,
        int n,
        int k,
        float alpha,
        long a,
        int strideOfRowsA,
        long strideA,
        long b,
        int strideOfRowsB,
        long strideB,
        float beta,
        long c,
        int strideOfRowsC,
        long strideC,
        int count) {

    /** C = A B, matrices without gaps, one behind the other. */
    public static Product of(int m, int n, int k, long a, long b, long c, int count) {
        return new Product(
                false, false, m, n, k, 1, a, k, (long) m * k, b, n, (long) k * n, 0, c, n, (long) m * n, count);
    }

    /** The same with A transposed, [k,m]. */
    public Product transposingA() {
        return new Product(
                true,
                transposeB,
                m,
                n,
                k,
                alpha,
                a,
                m,
                strideA,
                b,
                strideOfRowsB,
                strideB,
                beta,
                c,
                strideOfRowsC,
                strideC,
                count);
    }

    /** The same with B transposed, [n,k]. */
    public Product transposingB() {
        return new Product(
                transposeA,
                true,
                m,
                n,
                k,
                alpha,
                a,
                strideOfRowsA,
                strideA,
                b,
                k,
                strideB,
                beta,
                c,
                strideOfRowsC,
                strideC,
                count);
    }

    /** The same with one A for all. */
    public Product sharingA() {
        return new Product(
                transposeA,
                transposeB,
                m,
                n,
                k,
                alpha,
                a,
                strideOfRowsA,
                0,
                b,
                strideOfRowsB,
                strideB,
                beta,
                c,
                strideOfRowsC,
                strideC,
                count);
    }

    /** The same by factors. */
    public Product scaled(float factor, float ofC) {
        return new Product(
                transposeA,
                transposeB,
                m,
                n,
                k,
                factor,
                a,
                strideOfRowsA,
                strideA,
                b,
                strideOfRowsB,
                strideB,
                ofC,
                c,
                strideOfRowsC,
                strideC,
                count);
    }

    /** The same with other distances from a matrix to the next. */
    public Product strides(long ofA, long ofB, long ofC) {
        return new Product(
                transposeA,
                transposeB,
                m,
                n,
                k,
                alpha,
                a,
                strideOfRowsA,
                ofA,
                b,
                strideOfRowsB,
                ofB,
                beta,
                c,
                strideOfRowsC,
                ofC,
                count);
    }

    /** Returns how many multiplications and additions it is. */
    public long operations() {
        return 2L * m * n * k * count;
    }

    /** Returns how many bytes it reads and writes at least. */
    public long bytes() {
        long matrices = (long) m * k + (long) k * n + (beta == 0 ? 1L : 2L) * m * n;
        return matrices * count * Float.BYTES;
    }
}
