package io.github.performer4j.kernels.field;

import java.util.Arrays;

/** Points as rows of numbers, {@code 1, x_1, …, x_d}, one for each node in its order: how a net gets a cloud of points. A row of zeros is none, so lists of clouds of other sizes are filled up with them. */
public final class PointRows {
    private PointRows() {}

    /**
     * Returns the rows of points, [N][1+d].
     *
     * @throws IllegalArgumentException if points have other numbers of coordinates, or one is not finite
     */
    public static double[][] of(double[]... points) {
        int dimension = PointWeights.dimension(points);
        double[][] rows = new double[points.length][1 + dimension];
        for (int v = 0; v < rows.length; v++) {
            rows[v][0] = 1;
            System.arraycopy(points[v], 0, rows[v], 1, dimension);
        }
        return rows;
    }

    /**
     * Reads points.
     *
     * @param numbers rows from {@code offset} on
     * @param count how many rows there are, those of zeros among them
     * @param nodes N; further rows must be of zeros
     * @param width 1 + d
     * @return [N][d], null where there is no point
     * @throws IllegalArgumentException naming the row, if it begins with other than 1, has a coordinate that is not finite, or is behind the nodes
     */
    public static double[][] read(double[] numbers, int offset, int count, int nodes, int width) {
        double[][] points = new double[nodes][];
        for (int v = 0; v < count; v++) {
            int at = offset + v * width;
            boolean zero = true;
            for (int c = 0; c < width; c++) {
                zero &= numbers[at + c] == 0;
                if (!Double.isFinite(numbers[at + c])) {
                    throw new IllegalArgumentException(
                            "coordinates must be finite; point=" + v + ", value=" + numbers[at + c]);
                }
            }
            if (!zero) {
                if (numbers[at] != 1 || v >= nodes) {
                    throw new IllegalArgumentException("a point must begin with 1, and be a node's; point=" + v
                            + ", first=" + numbers[at] + ", nodes=" + nodes);
                }
                points[v] = Arrays.copyOfRange(numbers, at + 1, at + width);
            }
        }
        return points;
    }
}
