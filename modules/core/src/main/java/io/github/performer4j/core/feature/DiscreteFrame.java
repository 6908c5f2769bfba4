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
            for (int l = 0; l < d; l++) {
                products[l] = Math.sqrt(square(queries, l, shift[l]) * square(keys, l, shift[l]));
            }
        }
        double parameter = law.parameter(products);
        double unit = Math.sqrt(DiscreteLaw.POISSON.parameter(products));
        DoubleToIntFunction count = law.counts(parameter);
        double[][] counts = new double[uniforms.length][d];
        double[] constants = new double[uniforms.length];
        for (int i = 0; i < counts.length; i++) {
            for (int l = 0; l < d; l++) {
                int w = count.applyAsInt(uniforms[i][l]);
                counts[i][l] = w;
                constants[i] += law.logWeight(w, parameter) + w * Math.log(unit);
            }
        }
        double common = law.logCommon(parameter, d) - Rows.dot(shift, shift) / 2;
        return new DiscreteFrame(counts, constants, shift, unit, common);
    }

    private static double[] shift(DiscreteLaw law, double[][] queries, double[][] keys, int d) {
        double[] least = new double[d];
        double[] heights = new double[d];
        for (int l = 0; l < d; l++) {
            least[l] = Math.min(least(queries, l), least(keys, l));
            heights[l] = (mean(queries, l) + mean(keys, l)) / 2 - least[l];
        }
        double[] margins = law.margins(heights);
        for (int l = 0; l < d; l++) {
            least[l] -= margins[l];
        }
        return least;
    }

    private static double least(double[][] rows, int l) {
        return Arrays.stream(rows).mapToDouble(row -> row[l]).min().orElseThrow();
    }

    private static double mean(double[][] rows, int l) {
        return Arrays.stream(rows).mapToDouble(row -> row[l]).average().orElseThrow();
    }

    /** Returns mean((x_l − c_l)²). */
    private static double square(double[][] rows, int l, double c) {
        return Arrays.stream(rows)
                .mapToDouble(row -> (row[l] - c) * (row[l] - c))
                .average()
                .orElseThrow();
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
