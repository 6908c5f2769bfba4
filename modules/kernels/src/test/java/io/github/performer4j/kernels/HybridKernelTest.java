package io.github.performer4j.kernels;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.kernels.attention.AttentionElements;
import io.github.performer4j.kernels.attention.FeatureKernel.Hybrid;
import io.github.performer4j.kernels.attention.FeatureKernel.Hybrid.Factor;
import io.github.performer4j.kernels.attention.FeatureKernel.Hybrid.Term;
import io.github.performer4j.kernels.attention.LinearAttentionSpec;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hybrid features on the kernel against their definition. */
public class HybridKernelTest {
    private static final int BATCH = AttentionCheck.BATCH;
    private static final int HEADS = AttentionCheck.HEADS;
    private static final int D = 11;
    private static final int DV = 7;
    private static final float SCALE = 0.15f; // larger ones have denominators of either sign
    private static final Term ONE = new Term(0.5f, Factor.ONE, 0);

    /** Of the angle, with 2 directions. */
    private static final Hybrid ANGULAR = new Hybrid(
            SCALE,
            10,
            2,
            1,
            List.of(ONE, new Term(-0.25f, Factor.SIGN, 0), new Term(-0.25f, Factor.SIGN, 1)),
            List.of(ONE, new Term(0.25f, Factor.SIGN, 0), new Term(0.25f, Factor.SIGN, 1)));

    /** Of the distance, with 3 directions, of which one counts in both parts and one in none. */
    private static final Hybrid GAUSSIAN = new Hybrid(
            SCALE,
            18, // more than a vector of 16
            3,
            1.7f,
            List.of(new Term(0.5f, Factor.COS, 0), new Term(-0.5f, Factor.SIN, 0), new Term(0.4f, Factor.COS, 2)),
            List.of(new Term(1, Factor.ONE, 0), new Term(-0.5f, Factor.COS, 0), new Term(0.5f, Factor.SIN, 0)));

    @ParameterizedTest
    @MethodSource("io.github.performer4j.kernels.AttentionCheck$Case#all")
    void angularEqualsTheOracle(AttentionCheck.Case c) {
        check(c, ANGULAR, 1);
    }

    @ParameterizedTest
    @MethodSource("io.github.performer4j.kernels.AttentionCheck$Case#all")
    void gaussianEqualsTheOracle(AttentionCheck.Case c) {
        check(c, GAUSSIAN, 1);
    }

    /** Norms of keys that rise along the tokens: stabilisers grow, first by one part's exponents, then by the other's. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void risingNorms(boolean causal) {
        Hybrid mostlyPositive = new Hybrid(
                SCALE,
                10,
                2,
                1,
                List.of(new Term(1, Factor.ONE, 0), new Term(-0.3f, Factor.SIGN, 1)),
                List.of(new Term(1e-3f, Factor.ONE, 0), new Term(1e-3f, Factor.COS, 0)));
        check(new AttentionCheck.Case(causal, 100, LinearAttentionTest.Padding.RIGHT), mostlyPositive, 4);
    }

    private static void check(AttentionCheck.Case c, Hybrid map, double rise) {
        CounterRandom random = CounterRandom.of(5, c.toString().hashCode()); // no row within a difference of a jump
        Heads q = LinearAttentionTest.separate(random, BATCH, HEADS, c.tokens(), D);
        Heads k = LinearAttentionTest.separate(random, BATCH, HEADS, c.tokens(), D);
        Heads v = LinearAttentionTest.separate(random, BATCH, HEADS, c.tokens(), DV);
        for (int r = 0; r < BATCH * HEADS * c.tokens(); r++) {
            for (int l = 0; l < D; l++) {
                float factor = (float) (1 + (rise - 1) * (r % c.tokens()) / c.tokens());
                k.block().set((long) r * D + l, factor * k.block().get((long) r * D + l));
            }
        }
        FloatBlock mask = c.mask();
        for (int i = 0; mask != null && i < BATCH * c.tokens(); i++) {
            for (int h = 0; mask.get(i) == 0 && h < HEADS; h++) { // padding whose features overflow
                k.rows(i / c.tokens(), h).set(i % c.tokens(), 3, 300);
            }
        }
        Matrix w = Matrix.allocate(map.draws(), D);
        for (int i = 0; i < map.draws() * D; i++) {
            w.block().set(i, (float) random.nextGaussian());
        }
        var spec = new LinearAttentionSpec(q, k, v, mask, map, w, c.causal());
        var oracle =
                new MappedAttentionOracle.Projected(Grid.values(w), SCALE, (p, x, query) -> features(map, p, x, query));
        AttentionCheck.equalsTheOracle(spec, i -> oracle);
    }

    public static double[][] features(Hybrid map, double[] p, double[] x, boolean query) {
        int b = map.part();
        double half = 0;
        for (double value : x) {
            half += map.scale() * (double) map.scale() * value * value / 2;
        }
        double[][] out = new double[2][map.columns(p.length)];
        int at = 0;
        for (Term term : map.positive()) {
            double f = factor(map, term, p, query);
            for (int i = 0; i < b; i++, at++) {
                out[0][at] = f;
                out[1][at] = p[i] - half;
            }
        }
        for (Term term : map.trigonometric()) {
            double f = factor(map, term, p, query) * Math.sqrt(2);
            for (int i = 0; i < b; i++, at++) {
                double angle = p[b + i % (b / 2)];
                out[0][at] = f * (i < b / 2 ? Math.cos(angle) : Math.sin(angle));
                out[1][at] = half;
            }
        }
        return out;
    }

    private static double factor(Hybrid map, Term term, double[] p, boolean query) {
        double t = p[map.part() * 3 / 2 + term.direction()];
        double g = switch (term.factor()) {
            case ONE -> 1;
            case SIGN -> Math.signum(t);
            case COS -> Math.cos(t / map.tau());
            case SIN -> Math.sin(t / map.tau());
        };
        double root = Math.sqrt(Math.abs(term.coefficient()));
        return g * (query && term.coefficient() < 0 ? -root : root);
    }

    /** Copies and their gradient, of parts around the vectors' length. */
    @ParameterizedTest
    @ValueSource(ints = {1, 4, 7, 15, 16, 18, 30, 32, 100})
    void copies(int m) {
        int n = 3;
        for (AttentionElements elements : AttentionCheck.elements()) {
            Matrix part = Grid.normal(1, 7, m, 1);
            Matrix factors = Grid.normal(2, 7, n, 1);
            Matrix phi = Grid.poisoned(7, n * m);
            elements.copies(part, factors, phi);
            Grid.assertClose(phi, Grid.values(7, n * m, (r, i) -> factors.get(r, i / m) * part.get(r, i % m)), 1e-7);
            Matrix d = Grid.normal(3, 7, n * m, 1);
            Matrix z = Grid.normal(4, 1, n * m, 1);
            float[] a = {1, -2, 3, 0, 1, 2, 5};
            float[] b = {0, 1, 0, 2, -1, 0, 1};
            for (boolean given : new boolean[] {true, false}) {
                Matrix dPart = Grid.poisoned(7, m);
                Matrix dFactors = Grid.poisoned(7, n);
                elements.copiesGradient(part, factors, d, given ? a : null, z, given ? b : null, dPart, dFactors);
                double[][] expectedPart = new double[7][m];
                double[][] expectedFactors = new double[7][n];
                for (int r = 0; r < 7; r++) {
                    for (int i = 0; i < n * m; i++) {
                        double g = d.get(r, i) + (given ? a[r] : 1) * z.get(0, i) + (given ? b[r] : 0);
                        expectedPart[r][i % m] += factors.get(r, i / m) * g;
                        expectedFactors[r][i / m] += part.get(r, i % m) * g;
                    }
                }
                Grid.assertClose(dPart, expectedPart, 1e-6);
                Grid.assertClose(dFactors, expectedFactors, 1e-5);
            }
        }
    }

    @Test
    void sizesThatDoNotFitAreRefused() {
        List<Term> one = List.of(ONE);
        assertThatThrownBy(() -> new Hybrid(1, 3, 1, 1, one, one))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("part must be even, directions and tau positive; part=3, directions=1, tau=1.0");
        assertThatThrownBy(() -> new Hybrid(1, 2, 1, 1, one, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("both parts need terms; positive=1, trigonometric=0");
        assertThatThrownBy(() -> new Hybrid(1, 2, 1, 1, one, List.of(new Term(1, Factor.SIGN, 1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("terms must have directions below their number");
        Heads q = Heads.of(FloatBlock.allocate(2L * 4 * D), 1, 2, 4, D);
        assertThatThrownBy(() -> new LinearAttentionSpec(q, q, q, null, ANGULAR, Matrix.allocate(16, D), false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("w of hybrid features must have b + b/2 + n rows; w=16, b=10, n=2");
    }
}
