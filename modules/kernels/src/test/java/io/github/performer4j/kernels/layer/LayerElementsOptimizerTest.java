package io.github.performer4j.kernels.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.kernels.Grid;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Matrix;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Norm and AdamW against float64. */
class LayerElementsOptimizerTest {
    private static final String CASES = "io.github.performer4j.kernels.Grid#implementationsAndColumns";

    @ParameterizedTest
    @MethodSource(CASES)
    void squaredNorm(LayerElements elements, int n) {
        Matrix x = Grid.normal(1, 1, n, 2);
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += (double) x.get(0, i) * x.get(0, i);
        }
        assertThat(elements.squaredNorm(x.block(), x.offset(), n)).isCloseTo(sum, within(1e-6 * sum));
        assertThat(elements.squaredNorm(x.block(), 0, 0)).isZero();
    }

    @ParameterizedTest
    @MethodSource("io.github.performer4j.kernels.Grid#implementations")
    void squaredNormOfFourMillionValuesAndOfLargeOnes(LayerElements elements) {
        int n = 4_000_037;
        FloatBlock x = FloatBlock.allocate(n);
        x.fill(0, n, 0.1f);
        double sum = n * (double) 0.1f * 0.1f;
        assertThat(elements.squaredNorm(x, 0, n)).isCloseTo(sum, within(1e-6 * sum));
        x.set(1_234_567, 1e30f);
        x.set(3_000_000, 1e25f);
        assertThat(elements.squaredNorm(x, 0, n)).isCloseTo(1e60, within(1e54));
        x.set(77, Float.POSITIVE_INFINITY);
        assertThat(elements.squaredNorm(x, 0, n)).isInfinite();
        x.set(78, Float.NaN);
        assertThat(elements.squaredNorm(x, 0, n)).isNaN();
    }

    @ParameterizedTest
    @MethodSource(CASES)
    void adamWFollowsItsFormulaOverThreeSteps(LayerElements elements, int n) {
        AdamW options = new AdamW(0.9, 0.98, 1e-6, 0.1);
        Matrix p = Grid.normal(1, 1, n, 1);
        Matrix m = Grid.poisoned(1, n);
        Matrix v = Grid.poisoned(1, n);
        elements.fill(m, 0);
        elements.fill(v, 0);
        double[] wantedP = Grid.values(p)[0];
        double[] wantedM = new double[n];
        double[] wantedV = new double[n];
        double[] reduced = new double[n];
        float rate = 1e-2f;
        for (int step = 1; step <= 3; step++) {
            Matrix g = Grid.normal(10 + step, 1, n, 1);
            for (int i = 0; i < n; i++) {
                double gradient = g.get(0, i);
                wantedM[i] = 0.9 * wantedM[i] + 0.1 * gradient;
                wantedV[i] = 0.98 * wantedV[i] + 0.02 * gradient * gradient;
                double first = wantedM[i] / (1 - Math.pow(0.9, step));
                double second = wantedV[i] / (1 - Math.pow(0.98, step));
                reduced[i] = rate * (first / (Math.sqrt(second) + 1e-6) + 0.1 * wantedP[i]);
                wantedP[i] -= reduced[i];
            }
            elements.adamW(
                    p.block(),
                    p.offset(),
                    g.block(),
                    g.offset(),
                    m.block(),
                    m.offset(),
                    v.block(),
                    v.offset(),
                    n,
                    options,
                    step,
                    rate);
            Grid.assertClose(g, new double[][] {reduced}, 5e-7);
        }
        Grid.assertClose(p, new double[][] {wantedP}, 5e-7);
        Grid.assertClose(m, new double[][] {wantedM}, 5e-7);
        Grid.assertClose(v, new double[][] {wantedV}, 5e-7);
    }

    /** What adam would subtract is what adamW subtracts without decay; tensor by tensor the same bits. */
    @ParameterizedTest
    @MethodSource(CASES)
    void adamIsAdamWThatLeavesTheSubtractionToTheCaller(LayerElements elements, int n) {
        AdamW options = new AdamW(0.9, 0.98, 1e-6, 0);
        Matrix p = Grid.poisoned(1, n);
        elements.fill(p, 0);
        Matrix m = Grid.normal(2, 1, n, 0.1);
        Matrix v = Grid.normal(3, 1, n, 0);
        Matrix g = Grid.normal(4, 1, n, 1);
        Matrix other = Grid.copy(g);
        Matrix otherM = Grid.copy(m);
        Matrix otherV = Grid.copy(v);
        elements.adamW(
                p.block(),
                p.offset(),
                g.block(),
                g.offset(),
                m.block(),
                m.offset(),
                v.block(),
                v.offset(),
                n,
                options,
                7,
                1e-2f);
        elements.adam(
                other.block(),
                other.offset(),
                otherM.block(),
                otherM.offset(),
                otherV.block(),
                otherV.offset(),
                n,
                options,
                7,
                1e-2f);
        Grid.assertClose(otherM, Grid.values(m), 0);
        Grid.assertClose(otherV, Grid.values(v), 0);
        Grid.assertClose(other, Grid.values(g), 0);
        Grid.assertClose(g, Grid.values(1, n, (r, c) -> -p.get(0, c)), 0);
    }
}
