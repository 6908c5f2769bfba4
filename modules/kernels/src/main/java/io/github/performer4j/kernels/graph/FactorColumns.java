package io.github.performer4j.kernels.graph;

import io.github.performer4j.kernels.mask.SparseColumns;
import java.util.Arrays;

/**
 * Matrices of one factor of a graph kernel by columns, those of some of its L lengths, at the places at which any of them has a value.
 *
 * @param nodes N
 * @param lengths L
 * @param first of the lengths that are taken
 * @param channels how many are
 * @param starts first place of each column, [N+1]
 * @param rows of places
 * @param values of places, [places,channels]
 */
@SuppressWarnings("ArrayRecordComponent") // read only by what works on it
record FactorColumns(int nodes, int lengths, int first, int channels, int[] starts, int[] rows, double[] values) {

    /**
     * Takes the left factor of entries, or the right one; within a column places keep their order.
     *
     * @param values of it, [P,L]
     * @param first of the lengths to take
     * @param channels how many
     */
    static FactorColumns of(GraphEntries entries, double[] values, int first, int channels) {
        int n = entries.nodes();
        int all = entries.channels();
        int[] starts = new int[n + 1];
        for (int p = 0; p < entries.places(); p++) {
            if (used(values, p * all + first, channels)) {
                starts[entries.column()[p] + 1]++;
            }
        }
        Arrays.parallelPrefix(starts, Integer::sum);
        int[] next = starts.clone();
        int[] rows = new int[starts[n]];
        double[] own = new double[rows.length * channels];
        for (int p = 0; p < entries.places(); p++) {
            if (used(values, p * all + first, channels)) {
                int at = next[entries.column()[p]]++;
                rows[at] = entries.row()[p];
                System.arraycopy(values, p * all + first, own, at * channels, channels);
            }
        }
        return new FactorColumns(n, all, first, channels, starts, rows, own);
    }

    private static boolean used(double[] values, int at, int channels) {
        for (int l = at; l < at + channels; l++) {
            if (values[l] != 0) {
                return true;
            }
        }
        return false;
    }

    /**
     * Returns {@code Σ_l f_l C_l}.
     *
     * @param f holds the weights [L] from {@code at} on
     */
    SparseColumns mix(double[] f, int at) {
        double[] sums = new double[rows.length];
        for (int p = 0; p < sums.length; p++) {
            for (int l = 0; l < channels; l++) {
                sums[p] += f[at + first + l] * values[p * channels + l];
            }
        }
        return new SparseColumns(starts, rows, sums);
    }

    /**
     * Hands derivatives of the mixed matrix on to f.
     *
     * @param d of its entries
     * @param df receives more, [L]
     */
    void addDerivatives(double[] d, double[] df) {
        for (int p = 0; p < rows.length; p++) {
            for (int l = 0; l < channels; l++) {
                df[first + l] += d[p] * values[p * channels + l];
            }
        }
    }
}
