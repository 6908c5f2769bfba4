package io.github.performer4j.core.attention;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The rows of queries or keys as a {@link HeadsOperation} reads them.
 *
 * @param values [BH,T,D], row-major
 * @param mask 1 for real tokens and 0 for padding, [BH,T]; null if all are real
 * @param tokens T
 * @param size D
 */
record HeadRows(double[] values, double[] mask, int tokens, int size) {

    /** Returns whether a token is real. */
    boolean real(int index, int token) {
        return mask == null || mask[index * tokens + token] > 0.5;
    }

    /** Returns a token's row. */
    double[] row(int index, int token) {
        int at = (index * tokens + token) * size;
        return Arrays.copyOfRange(values, at, at + size);
    }

    /** Returns the unpadded rows of a batch item and head, [n][D]. */
    double[][] visible(int index) {
        List<double[]> visible = new ArrayList<>();
        for (int t = 0; t < tokens; t++) {
            if (real(index, t)) {
                visible.add(row(index, t));
            }
        }
        return visible.toArray(double[][]::new);
    }
}
