package io.github.performer4j.kernels.graph;

import java.util.Arrays;

/**
 * The places of both factors of a graph kernel in one list: at place p, row {@code row[p]} and column {@code column[p]}, C has the values left[p,·] and C' right[p,·]. As numbers, an entry is a
 * row of {@code 2 + 2L}: row, column, L values of C and L of C'; a row of zeros adds nothing, so lists of graphs of other sizes are filled up with them.
 *
 * @param nodes N
 * @param channels L
 * @param row [P], each in [0, N)
 * @param column [P], each in [0, N)
 * @param left [P,L], finite and not negative
 * @param right [P,L], the same
 */
@SuppressWarnings("ArrayRecordComponent") // read only by what works on it
public record GraphEntries(int nodes, int channels, int[] row, int[] column, double[] left, double[] right) {

    /** Returns how many places there are. */
    public int places() {
        return row.length;
    }

    /**
     * Reads entries as numbers.
     *
     * @param numbers of many graphs, the first of this one at {@code offset}
     * @param count how many entries there are, those of zeros among them
     * @throws IllegalArgumentException naming the entry, if it names no nodes, or a value is negative or not finite
     */
    public static GraphEntries read(double[] numbers, int offset, int count, int nodes, int channels) {
        int width = 2 + 2 * channels;
        int[] all = new int[count];
        int found = 0;
        for (int e = 0; e < count; e++) {
            if (!zero(numbers, offset + e * width, width)) {
                all[found++] = e;
            }
        }
        int[] real = Arrays.copyOf(all, found);
        int n = real.length;
        GraphEntries read = new GraphEntries(
                nodes, channels, new int[n], new int[n], new double[n * channels], new double[n * channels]);
        for (int p = 0; p < n; p++) {
            int at = offset + real[p] * width;
            read.row[p] = node(numbers[at], real[p], "row", nodes);
            read.column[p] = node(numbers[at + 1], real[p], "column", nodes);
            for (int l = 0; l < channels; l++) {
                read.left[p * channels + l] = value(numbers[at + 2 + l], real[p]);
                read.right[p * channels + l] = value(numbers[at + 2 + channels + l], real[p]);
            }
        }
        return read;
    }

    private static boolean zero(double[] numbers, int at, int width) {
        for (int i = at; i < at + width; i++) {
            if (numbers[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private static int node(double number, int entry, String what, int nodes) {
        if (!(number >= 0 && number < nodes && number == (int) number)) {
            throw new IllegalArgumentException("an entry must name nodes that are there; entry=" + entry + ", " + what
                    + "=" + number + ", nodes=" + nodes);
        }
        return (int) number;
    }

    private static double value(double number, int entry) {
        if (!(number >= 0 && number < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "values of an entry must be finite and not negative; entry=" + entry + ", value=" + number);
        }
        return number;
    }
}
