package io.github.performer4j.kernels.mask;

/** Rows of fields, for masks. */
public final class Fields {
    private Fields() {}

    /**
     * Checks that arrays are fields.
     *
     * @throws IllegalArgumentException if one has not n numbers at each of T places
     */
    public static void require(int size, int n, double[]... fields) {
        for (double[] field : fields) {
            if (n < 1 || field.length != (long) size * n) {
                throw new IllegalArgumentException("a field must have n numbers at each place; length=" + field.length
                        + ", places=" + size + ", n=" + n);
            }
        }
    }

    /** Adds a multiple of one row to another. */
    public static void add(double factor, double[] from, int row, double[] to, int toRow, int n) {
        for (int c = 0; c < n; c++) {
            to[toRow * n + c] += factor * from[row * n + c];
        }
    }

    /** Returns the dot product of two rows. */
    public static double dot(double[] a, int row, double[] b, int otherRow, int n) {
        double sum = 0;
        for (int c = 0; c < n; c++) {
            sum += a[row * n + c] * b[otherRow * n + c];
        }
        return sum;
    }
}
