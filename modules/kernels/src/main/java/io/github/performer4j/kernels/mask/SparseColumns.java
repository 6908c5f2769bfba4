package io.github.performer4j.kernels.mask;

/**
 * A sparse matrix [T,U] by columns: those entries of column u that are stored are from {@code starts[u]} to {@code starts[u + 1]}.
 *
 * @param starts [U+1], rising from 0
 * @param rows of the entries, each in [0, T)
 * @param weights of the entries
 */
@SuppressWarnings("ArrayRecordComponent") // read only by what works on it
public record SparseColumns(int[] starts, int[] rows, double[] weights) {

    /** Returns U. */
    public int columns() {
        return starts.length - 1;
    }

    /** Returns how many entries are stored. */
    public int entries() {
        return rows.length;
    }

    /** Returns how many entries a column has. */
    public int count(int column) {
        return starts[column + 1] - starts[column];
    }

    /** Returns how many entries the fullest column has. */
    public int most() {
        int most = 0;
        for (int u = 0; u < columns(); u++) {
            most = Math.max(most, count(u));
        }
        return most;
    }
}
