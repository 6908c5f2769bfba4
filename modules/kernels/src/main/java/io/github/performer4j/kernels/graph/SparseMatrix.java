package io.github.performer4j.kernels.graph;

import java.util.Arrays;

/**
 * A sparse matrix by rows (CSR), float64: the entries of row i are those from {@link #begin} to {@link #end}, their columns rising. A value: it does not change.
 */
public final class SparseMatrix {
    private final int columns;
    private final int[] offsets; // [rows + 1]
    private final int[] column; // [entries]
    private final double[] values; // [entries]

    SparseMatrix(int columns, int[] offsets, int[] column, double[] values) {
        this.columns = columns;
        this.offsets = offsets;
        this.column = column;
        this.values = values;
    }

    /** Receives an entry. */
    @FunctionalInterface
    public interface Entry {
        /** Takes what stands in a row and column. */
        void accept(int row, int column, double value);
    }

    /** Returns the unit matrix [n,n]. */
    public static SparseMatrix identity(int n) {
        Builder unit = new Builder(n, n);
        for (int i = 0; i < n; i++) {
            unit.add(i, i, 1);
        }
        return unit.build();
    }

    public int rows() {
        return offsets.length - 1;
    }

    public int columns() {
        return columns;
    }

    /** Returns how many entries are stored. */
    public int entries() {
        return column.length;
    }

    /** Returns the number of a row's first entry. */
    public int begin(int row) {
        return offsets[row];
    }

    /** Returns the number behind a row's last entry. */
    public int end(int row) {
        return offsets[row + 1];
    }

    /** Returns the column of an entry. */
    public int column(int entry) {
        return column[entry];
    }

    /** Returns the value of an entry. */
    public double value(int entry) {
        return values[entry];
    }

    /** Hands out all entries, row by row, columns rising. */
    public void forEach(Entry each) {
        for (int i = 0; i < rows(); i++) {
            for (int e = offsets[i]; e < offsets[i + 1]; e++) {
                each.accept(i, column[e], values[e]);
            }
        }
    }

    /**
     * Returns A x, O(entries·n).
     *
     * @param x [columns,n], row-major
     * @param n columns of x
     * @return [rows,n]
     * @throws IllegalArgumentException if x is of another size
     */
    public double[] times(double[] x, int n) {
        requireSize(x, columns, n);
        double[] y = new double[rows() * n];
        forEach((i, j, a) -> addRow(a, x, j, y, i, n));
        return y;
    }

    /** Returns Aᵀ x, x [rows,n], as [columns,n]. */
    public double[] transposedTimes(double[] x, int n) {
        requireSize(x, rows(), n);
        double[] y = new double[columns * n];
        forEach((i, j, a) -> addRow(a, x, i, y, j, n));
        return y;
    }

    private static void addRow(double a, double[] x, int from, double[] y, int to, int n) {
        for (int c = 0; c < n; c++) {
            y[to * n + c] += a * x[from * n + c];
        }
    }

    private static void requireSize(double[] x, int rows, int n) {
        if (n < 1 || x.length != (long) rows * n) {
            throw new IllegalArgumentException("an array must have a row for each that the matrix reads; length="
                    + x.length + ", rows=" + rows + ", columns=" + n);
        }
    }

    /** Returns Aᵀ. */
    public SparseMatrix transposed() {
        Builder t = new Builder(columns, rows());
        forEach((i, j, a) -> t.add(j, i, a));
        return t.build();
    }

    /** Returns all of it, [rows][columns]. */
    public double[][] dense() {
        double[][] all = new double[rows()][columns];
        forEach((i, j, a) -> all[i][j] = a);
        return all;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SparseMatrix m
                && m.columns == columns
                && Arrays.equals(m.offsets, offsets)
                && Arrays.equals(m.column, column)
                && Arrays.equals(m.values, values);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * columns + Arrays.hashCode(offsets)) + Arrays.hashCode(column);
    }

    @Override
    public String toString() {
        return "SparseMatrix(rows=" + rows() + ", columns=" + columns + ", entries=" + entries() + ")";
    }

    /** Collects entries in any order; those of one place are added up in the order in which they came. */
    public static final class Builder {
        private final SparseChannels.Builder one;

        /** Begins a matrix of zeros. */
        public Builder(int rows, int columns) {
            one = new SparseChannels.Builder(rows, columns, 1);
        }

        /**
         * Adds to an entry.
         *
         * @throws IndexOutOfBoundsException if there is no such row or column
         */
        public Builder add(int row, int column, double value) {
            one.add(row, column, 0, value);
            return this;
        }

        int added() {
            return one.added();
        }

        /** Returns row and column of the first place that was added to twice; null if none was. */
        int[] firstTwice() {
            return one.firstTwice();
        }

        /** Builds the matrix. */
        public SparseMatrix build() {
            return one.build().mix(1);
        }
    }
}
