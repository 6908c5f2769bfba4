package io.github.performer4j.kernels.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.kernels.AttentionCheck;
import io.github.performer4j.kernels.Grid;
import io.github.performer4j.kernels.LinearAttentionTest;
import io.github.performer4j.kernels.attention.AttentionElements;
import io.github.performer4j.kernels.attention.FeatureKernel;
import io.github.performer4j.kernels.attention.LinearAttentionSpec;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Cosines and sines of rows, and their gradient, against float64. */
class WavesTest {
    /** A float rounds a cosine or sine to 2.98e-8; the rest is what the arithmetic adds. */
    private static final double BOUND = 3.6e-8;

    static Stream<AttentionElements> elements() {
        return AttentionCheck.elements().stream();
    }

    static Stream<Arguments> elementsAndColumns() {
        return elements().flatMap(e -> IntStream.of(1, 3, 16, 17, 63, 128).mapToObj(n -> Arguments.of(e, n)));
    }

    /** A million arguments up to 10,000, densest near 0, and the neighbours of all multiples of π/4 below that. */
    @ParameterizedTest
    @MethodSource("elements")
    void boundOverTheirRange(AttentionElements elements) {
        int columns = 1000;
        Matrix p = Matrix.allocate(1050, columns);
        CounterRandom random = CounterRandom.of(4);
        for (int r = 0; r < 1000; r++) {
            for (int i = 0; i < columns; i++) {
                double u = 2 * random.nextDouble() - 1;
                p.set(r, i, (float) (10_000 * (r % 2 == 0 ? u : u * u * u * u * u)));
            }
        }
        for (int n = 0; n < 50 * columns; n++) {
            float x = (float) ((n / 4) * Math.PI / 4);
            p.set(1000 + n / columns, n % columns, new float[] {x, Math.nextUp(x), Math.nextDown(x), -x}[n % 4]);
        }
        assertThat(largestError(elements, p)).isLessThan(BOUND);
    }

    /** Arguments that no feature has: still right, and NaN for what has no wave. */
    @ParameterizedTest
    @MethodSource("elements")
    void argumentsBeyond(AttentionElements elements) {
        Matrix p = Matrix.allocate(3, 40);
        float x = 1e4f;
        for (int i = 0; i < 120; i++) {
            p.set(i / 40, i % 40, i % 2 == 0 ? x : -x);
            x *= 1.5f;
        }
        assertThat(largestError(elements, p)).isLessThan(BOUND);
        p.set(0, 0, Float.POSITIVE_INFINITY);
        p.set(1, 1, Float.NaN);
        Matrix phi = Matrix.allocate(3, 80);
        elements.waves(p, null, phi);
        assertThat(phi.get(0, 0)).isNaN();
        assertThat(phi.get(1, 41)).isNaN();
        assertThat(phi.get(1, 0)).isNotNaN();
    }

    private static double largestError(AttentionElements elements, Matrix p) {
        Matrix phi = Matrix.allocate(p.rows(), 2 * p.columns());
        phi.block().poison();
        elements.waves(p, null, phi);
        double largest = 0;
        for (int r = 0; r < p.rows(); r++) {
            for (int i = 0; i < p.columns(); i++) {
                double cosine = Math.abs(phi.get(r, i) - Math.cos(p.get(r, i)));
                double sine = Math.abs(phi.get(r, p.columns() + i) - Math.sin(p.get(r, i)));
                largest = Double.isNaN(cosine + sine) ? Double.NaN : Math.max(largest, Math.max(cosine, sine));
            }
        }
        return largest;
    }

    /** The features that are made of waves. */
    @ParameterizedTest
    @MethodSource("io.github.performer4j.kernels.AttentionCheck$Case#all")
    void trigonometricFeaturesEqualTheOracle(AttentionCheck.Case c) {
        CounterRandom random = CounterRandom.of(3, c.toString().hashCode());
        int d = 11;
        int draws = 19;
        float scale = 0.15f; // larger ones have denominators of either sign
        Heads[] x = new Heads[3];
        for (int i = 0; i < 3; i++) {
            x[i] = LinearAttentionTest.separate(random, AttentionCheck.BATCH, AttentionCheck.HEADS, c.tokens(), d);
        }
        Matrix w = Grid.normal(5, draws, d, 1);
        var map = new FeatureKernel.Trigonometric(scale);
        var spec = new LinearAttentionSpec(x[0], x[1], x[2], c.mask(), map, w, c.causal());
        AttentionCheck.equalsTheOracle(spec, i -> (row, number, query) -> {
            double[][] phi = new double[2][2 * draws];
            double half = 0;
            for (double y : row) {
                half += scale * (double) scale * y * y / 2;
            }
            for (int m = 0; m < draws; m++) {
                double p = 0;
                for (int l = 0; l < d; l++) {
                    p += scale * row[l] * w.get(m, l);
                }
                phi[0][m] = Math.cos(p);
                phi[0][draws + m] = Math.sin(p);
            }
            java.util.Arrays.fill(phi[1], query ? 0 : half); // a query's own factor cancels
            return phi;
        });
    }

    @ParameterizedTest
    @MethodSource("elementsAndColumns")
    void scaledWavesAndTheirGradient(AttentionElements elements, int n) {
        Matrix p = Grid.normal(1, 7, n, 3);
        Matrix phi = Grid.poisoned(7, 2 * n);
        float[] scale = {2, 2.5f, 0, 3, 4, 4.5f, 6, Float.NaN};
        elements.waves(p, scale, phi);
        Grid.assertClose(
                phi,
                Grid.values(7, 2 * n, (r, i) -> scale[r] * (i < n ? Math.cos(p.get(r, i)) : Math.sin(p.get(r, i - n)))),
                1e-7);
        Matrix d = Grid.normal(2, 7, 2 * n, 1);
        Matrix z = Grid.normal(3, 1, 2 * n, 1);
        float[] a = {1, -2, 3, 0, 1, 2, 5};
        float[] b = {0, 1, 0, 2, -1, 0, 1};
        for (boolean given : new boolean[] {true, false}) {
            Matrix out = Grid.poisoned(7, n);
            float[] sums = new float[7];
            elements.wavesGradient(phi, d, given ? a : null, z, given ? b : null, out, sums);
            Grid.Cell g = (r, i) -> d.get(r, i) + (given ? a[r] : 1) * z.get(0, i) + (given ? b[r] : 0);
            Grid.assertClose(
                    out,
                    Grid.values(7, n, (r, i) -> phi.get(r, i) * g.at(r, n + i) - phi.get(r, n + i) * g.at(r, i)),
                    1e-6);
            for (int r = 0; r < 7; r++) {
                double sum = 0;
                for (int i = 0; i < 2 * n; i++) {
                    sum += phi.get(r, i) * g.at(r, i);
                }
                assertThat((double) sums[r]).isCloseTo(sum, within(1e-4 * (1 + Math.abs(sum))));
            }
        }
    }
}
