package io.github.performer4j.kernels.graph;

import java.util.ArrayList;
import java.util.List;

/** Both factors of a graph kernel as rows of numbers, [S,2+2L]: how a net gets a graph, see {@link GraphEntries}. */
public final class GraphRows {
    private GraphRows() {}

    /** Returns 2 + 2L, the numbers of an entry. */
    public static int width(int lengths) {
        return 2 + 2 * lengths;
    }

    /**
     * Returns L of entries of a width.
     *
     * @throws IllegalArgumentException if there are no entries of that width
     */
    public static int lengths(int width) {
        if (width < 4 || width % 2 != 0) {
            throw new IllegalArgumentException(
                    "an entry must be row, column, and L values of each factor: 2 + 2·L numbers; width=" + width);
        }
        return (width - 2) / 2;
    }

    /**
     * Returns the rows of a factor, by rows and columns of the matrices, rising.
     *
     * @return [S][2+2L]
     * @throws IllegalArgumentException if its matrices are not square
     */
    public static double[][] of(GraphFactor factor) {
        int nodes = factor.nodes();
        if (factor.left().columns() != nodes) {
            throw new IllegalArgumentException("factors must be square; rows=" + nodes + ", columns="
                    + factor.left().columns());
        }
        List<double[]> rows = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            int a = factor.left().begin(i);
            int b = factor.right().begin(i);
            int endA = factor.left().begin(i + 1);
            int endB = factor.right().begin(i + 1);
            while (a < endA || b < endB) {
                int columnA = a < endA ? factor.left().column(a) : nodes;
                int columnB = b < endB ? factor.right().column(b) : nodes;
                int column = Math.min(columnA, columnB);
                double[] row = new double[width(factor.lengths())];
                row[0] = i;
                row[1] = column;
                if (columnA == column) {
                    copy(factor.left(), a++, row, 2);
                }
                if (columnB == column) {
                    copy(factor.right(), b++, row, 2 + factor.lengths());
                }
                rows.add(row);
            }
        }
        return rows.toArray(double[][]::new);
    }

    private static void copy(SparseChannels from, int place, double[] row, int at) {
        for (int l = 0; l < from.channels(); l++) {
            row[at + l] = from.value(place, l);
        }
    }
}
