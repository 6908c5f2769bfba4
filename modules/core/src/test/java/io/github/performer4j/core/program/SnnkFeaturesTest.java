package io.github.performer4j.core.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.core.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Random features have the arc-cosine kernel in expectation, orthogonal blocks, and one draw for each seed. */
class SnnkFeaturesTest {
    private static final int E = 7;

    /** Returns [G; c], a column for each feature, G times √E: what is drawn N(0, I), [E+1,M]. */
    private static INDArray drawn(int features, long seed) {
        INDArray g = Nd4j.create(DataType.DOUBLE, E, features);
        INDArray c = Nd4j.create(DataType.DOUBLE, features);
        SnnkFeatures.draw(g, c, seed);
        return Nd4j.vstack(g.mul(Math.sqrt(E)), c.reshape(1, features));
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /** x' = (x/√E, 1). */
    private static double[] widened(long seed, double size) {
        double[] x = Samples.gaussian(DataType.DOUBLE, seed, size, 1, E).toDoubleMatrix()[0];
        double[] wide = new double[E + 1];
        for (int e = 0; e < E; e++) {
            wide[e] = x[e] / Math.sqrt(E);
        }
        wide[E] = 1;
        return wide;
    }

    /** Closed form against the mean over independent draws: within five standard errors. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.3, 1, 4})
    void kernelIsTheArcCosineOne(double size) {
        double[] x = widened(3, size);
        double[] w = widened(5, 1);
        double lengths = Math.sqrt(dot(x, x) * dot(w, w));
        double theta = Math.acos(dot(x, w) / lengths);
        double expected = lengths / (2 * Math.PI) * (Math.sin(theta) + (Math.PI - theta) * Math.cos(theta));
        int features = 19;
        int draws = 500;
        double sum = 0;
        double squares = 0;
        for (int seed = 0; seed < draws; seed++) {
            double[][] columns = drawn(features, seed).transpose().toDoubleMatrix();
            double mean = 0;
            for (double[] g : columns) {
                mean += Math.max(0, dot(g, x)) * Math.max(0, dot(g, w)) / features;
            }
            sum += mean;
            squares += mean * mean;
        }
        double mean = sum / draws;
        double error = Math.sqrt((squares / draws - mean * mean) / (draws - 1));
        assertThat(error).isLessThan(0.06 * expected);
        assertThat(mean).isCloseTo(expected, within(5 * error));
    }

    @Test
    void blocksAreOrthogonal() {
        double[][] columns = drawn(2 * (E + 1) + 3, 11).transpose().toDoubleMatrix();
        for (int m = 0; m < columns.length; m++) {
            for (int n = 0; n < m; n++) {
                if (m / (E + 1) == n / (E + 1)) {
                    assertThat(dot(columns[m], columns[n])).isCloseTo(0, within(1e-12));
                }
            }
        }
    }

    /** Files of adapters do not hold what a seed draws: it must be the same in every version. */
    @Test
    void drawsStayAsTheyAre() {
        INDArray first = drawn(3, 42);
        assertThat(drawn(3, 42)).isEqualTo(first);
        assertThat(drawn(3, 43)).isNotEqualTo(first);
        assertThat(first.getRow(0).toDoubleVector())
                .usingComparatorWithPrecision(1e-9)
                .containsExactly(-3.163063804770252, -0.12381278027125614, -0.312433398657094);
        assertThat(first.getRow(E).toDoubleVector())
                .usingComparatorWithPrecision(1e-9)
                .containsExactly(-0.7656948453790854, 0.6382385280326488, -0.2839931108075527);
    }
}
