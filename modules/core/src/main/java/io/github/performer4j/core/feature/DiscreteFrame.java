package io.github.performer4j.core.feature;

import java.util.Arrays;
import java.util.function.DoubleToIntFunction;

/**
 * What discrete random features choose for the queries and keys of a batch item and head:
 * {@code log φ_i(x) √M = Σ_l w_il log((x_l − c_l)/s) + const_i + c·x + common}.
 *
 * @param counts w, [M][D], not negative
 * @param constants [M]
 * @param shift c, [D], below all queries and keys
 * @param unit s &gt; 0, the size of x − c: it cancels, and keeps sums of logarithms short
 * @param logCommon common to all features of all rows: attention does not need it
 */
public record DiscreteFrame(double[][] counts, double[] constants, double[] shift, double unit, double logCommon) {
    private static final int TABLE = 64;

    /**
     * Chooses c, the parameter of the law and with it the counts.
     *
     * @param queries scaled queries, padding left out, [n][D]
     * @param keys scaled keys; without rows of either kind c = 0 and all products are taken as 1
     * @param uniforms in (0,1), [M][D]
     */
    static DiscreteFrame of(DiscreteLaw law, double[][] queries, double[][] keys, double[][] uniforms) {
        int d = uniforms[0].length;
        double[] shift = new double[d];
        double[] products = new double[d];
        Arrays.fill(products, 1);
        if (queries.length > 0 && keys.length > 0) {
            shift = shift(law, queries, keys, d);
            double[] first = meanSquares(queries, shift);
            double[] second = meanSquares(keys, shift);
            for (int l = 0; l < d; l++) {
                products[l] = Math.sqrt(first[l] * second[l]);
            }
        }
        double parameter = law.parameter(products);
        double unit = Math.sqrt(DiscreteLaw.POISSON.parameter(products));
        DoubleToIntFunction count = law.counts(parameter);
        double[][] counts = new double[uniforms.length][d];
        double[] constants = new double[uniforms.length];
        double[] weights = weights(law, parameter, unit);
        for (int i = 0; i < counts.length; i++) {
            for (int l = 0; l < d; l++) {
                int w = count.applyAsInt(uniforms[i][l]);
                counts[i][l] = w;
                constants[i] += w < weights.length ? weights[w] : law.logWeight(w, parameter) + w * Math.log(unit);
            }
        }
        double common = law.logCommon(parameter, d) - Rows.dot(shift, shift) / 2;
        return new DiscreteFrame(counts, constants, shift, unit, common);
    }

    /** Returns what small counts add to a constant: there are many counts, and few that differ. */
    private static double[] weights(DiscreteLaw law, double parameter, double unit) {
        double[] weights = new double[TABLE];
        double log = Math.log(unit);
        for (int w = 0; w < TABLE; w++) {
            weights[w] = law.logWeight(w, parameter) + w * log;
        }
        return weights;
    }

    private static double[] shift(DiscreteLaw law, double[][] queries, double[][] keys, int d) {
        double[] least = new double[d];
        Arrays.fill(least, Double.POSITIVE_INFINITY);
        double[] heights = new double[d];
        for (double[][] rows : new double[][][] {queries, keys}) {
            double[] sums = new double[d];
            for (double[] row : rows) {
                for (int l = 0; l < d; l++) {
                    least[l] = Math.min(least[l], row[l]);
                    sums[l] += row[l];
                }
            }
            for (int l = 0; l < d; l++) {
                heights[l] += sums[l] / rows.length / 2;
            }
        }
        for (int l = 0; l < d; l++) {
            heights[l] -= least[l];
        }
        double[] margins = law.margins(heights);
        for (int l = 0; l < d; l++) {
            least[l] -= margins[l];
        }
        return least;
    }

    /** Returns mean((x_l − c_l)²). */
    private static double[] meanSquares(double[][] rows, double[] c) {
        double[] squares = new double[c.length];
        for (double[] row : rows) {
            for (int l = 0; l < c.length; l++) {
                squares[l] += (row[l] - c[l]) * (row[l] - c[l]);
            }
        }
        Rows.scale(squares, 1.0 / rows.length);
        return squares;
    }

    /** Returns log φ_i(x) √M of one row. */
    double[] logs(double[] x) {
        double common = logCommon + Rows.dot(shift, x);
        double[] logs = new double[counts.length];
        for (int i = 0; i < logs.length; i++) {
            logs[i] = constants[i] + common;
            for (int l = 0; l < x.length; l++) {
                logs[i] += counts[i][l] * Math.log((x[l] - shift[l]) / unit);
            }
        }
        return logs;
    }
}
