package io.github.performer4j.kernels.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.kernels.graph.Graph;
import io.github.performer4j.kernels.mask.Mask;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.Arrays;
import java.util.function.DoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Integrators as masks: products, and derivatives of field and rate, equal those of the same mask as a matrix; where it is an estimate, it comes to the exact mask at the rate of Monte Carlo. */
class FieldMasksTest {
    private static final int N = 61;
    private static final double STEP = 3e-4; // of differences of fourth order

    /** A mask of a rate. */
    record Case(String name, DoubleFunction<Mask> mask, double rate) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static double[][] cloud(int points, int dimension) {
        CounterRandom random = CounterRandom.of(points);
        double[][] cloud = new double[points][dimension];
        for (double[] x : cloud) {
            Arrays.setAll(x, l -> random.nextDouble());
        }
        return cloud;
    }

    private static double[] gaussian(int length, long seed) {
        CounterRandom random = CounterRandom.of(seed);
        double[] x = new double[length];
        Arrays.setAll(x, i -> random.nextGaussian());
        return x;
    }

    /** A ring with chords, and a node that nothing leads to. */
    private static Graph graph() {
        CounterRandom random = CounterRandom.of(2);
        Graph.Builder graph = new Graph.Builder(N);
        for (int v = 0; v < N - 1; v++) {
            graph.edge(v, (v + 1) % (N - 1), 0.3 + random.nextDouble());
        }
        for (int v = 0; v + 5 < N - 1; v += 5) {
            graph.edge(v, v + 5, 0.5 + random.nextDouble());
        }
        return graph.build();
    }

    static Stream<Case> cases() {
        SeparatorTree cut = SeparatorTree.of(graph(), new SeparatorOptions(7, 3, 0.25, 0.1));
        SeparatorTree whole = SeparatorTree.of(graph(), new SeparatorOptions(N, 1, 1, 1));
        double[][] points = cloud(N, 3);
        points[7] = null;
        PointSpectrum hat = new PointSpectrum(points, new PointWeights(PointWeights.Kind.HAT, 0.6), 11, 1);
        PointSpectrum gaussian =
                new PointSpectrum(cloud(N, 2), new PointWeights(PointWeights.Kind.GAUSSIAN, 0.2), 40, 1);
        return Stream.of(
                new Case("paths, cut", rate -> new PathMask(cut, rate), 0.4),
                new Case("paths, in one part", rate -> new PathMask(whole, rate), 1.3),
                new Case("points, hat weights", rate -> new DiffusionMask(hat, rate), 0.07),
                new Case("points, Gaussian weights", rate -> new DiffusionMask(gaussian, rate), 0.3));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void productsAndDerivativesEqualTheDenseForm(Case c) {
        Mask mask = c.mask().apply(c.rate());
        double[][] k = mask.dense();
        for (int n : new int[] {1, 5}) {
            double[] x = gaussian(N * n, 1);
            double[] error = gaussian(N * n, 2);
            double[] y = gaussian(N * n, 9);
            mask.times(x, n, y);
            assertClose(y, times(k, false, x, n));
            double[] again = gaussian(N * n, 9);
            double[] dx = gaussian(N * n, 9);
            double[] slope = new double[1];
            mask.backward(x, error, n, again, dx, slope);
            assertThat(again).isEqualTo(y);
            assertClose(dx, times(k, true, error, n));
            double numeric = 0;
            double[] weights = {8, -8, -1, 1};
            double[] steps = {STEP, -STEP, 2 * STEP, -2 * STEP};
            for (int s = 0; s < 4; s++) {
                double[] moved = times(c.mask().apply(c.rate() + steps[s]).dense(), false, x, n);
                for (int i = 0; i < moved.length; i++) {
                    numeric += weights[s] * error[i] * moved[i] / (12 * STEP);
                }
            }
            assertThat(slope[0]).isCloseTo(numeric, within(1e-8 * Math.max(1, Math.abs(numeric))));
        }
    }

    private static double[] times(double[][] k, boolean transposed, double[] x, int n) {
        double[] y = new double[x.length];
        for (int i = 0; i < N; i++) {
            for (int j = 0; j < N; j++) {
                for (int c = 0; c < n; c++) {
                    y[i * n + c] += (transposed ? k[j][i] : k[i][j]) * x[j * n + c];
                }
            }
        }
        return y;
    }

    private static void assertClose(double[] actual, double[] expected) {
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(1e-10 * Math.max(1, Math.abs(expected[i]))));
        }
    }

    /** In one part distances are those of Dijkstra's algorithm; entries are not negative, and the diagonal is 1. */
    @Test
    void pathsAreExponentialsOfDistances() {
        Graph graph = graph();
        double[] unit = new double[N * N];
        for (int i = 0; i < N; i++) {
            unit[i * N + i] = 1;
        }
        double[] exact =
                DenseIntegrator.distances(graph, d -> Math.exp(-0.7 * d)).integrate(unit, N);
        SeparatorTree whole = SeparatorTree.of(graph, new SeparatorOptions(N, 1, 1, 1));
        double[] y = new double[N * N];
        new PathMask(whole, 0.7).times(unit, N, y);
        assertThat(y).containsExactly(exact, within(1e-12));
        SeparatorTree cut = SeparatorTree.of(graph, new SeparatorOptions(7, 3, 0.25, 0.1));
        Mask mask = new PathMask(cut, 0.7);
        assertThat(mask.estimated()).isFalse();
        mask.times(unit, N, y);
        for (int i = 0; i < N; i++) {
            assertThat(y[i * N + i]).isCloseTo(1, within(1e-12));
            for (int j = 0; j < N; j++) {
                assertThat(y[i * N + j]).isGreaterThan(-1e-15);
            }
        }
    }

    /** The root mean square error of entries over draws falls as m^-½; a place without a point is the identity. */
    @Test
    void estimatesComeToTheExactMask() {
        double[][] points = cloud(N, 2);
        PointWeights weights = new PointWeights(PointWeights.Kind.HAT, 0.4);
        double rate = 0.05;
        double[] unit = new double[N * N];
        for (int i = 0; i < N; i++) {
            unit[i * N + i] = 1;
        }
        double[] exact =
                DenseIntegrator.exponential(weights.matrix(points), rate).integrate(unit, N);
        double[] errors = new double[2];
        int[] frequencies = {32, 512};
        for (int e = 0; e < 2; e++) {
            double sum = 0;
            for (int draw = 0; draw < 8; draw++) {
                Mask mask = new DiffusionMask(new PointSpectrum(points, weights, frequencies[e], 3 + draw), rate);
                assertThat(mask.estimated()).isTrue();
                double[] y = new double[N * N];
                mask.times(unit, N, y);
                for (int i = 0; i < y.length; i++) {
                    sum += (y[i] - exact[i]) * (y[i] - exact[i]) / (8 * N * N);
                }
            }
            errors[e] = Math.sqrt(sum);
        }
        assertThat(errors[0] / errors[1]).isBetween(4 / 1.4, 4 * 1.4);
        points[3] = null;
        double[][] k = new DiffusionMask(new PointSpectrum(points, weights, 9, 1), rate).dense();
        assertThat(k[3][3]).isCloseTo(Math.exp(-rate), within(1e-12));
        assertThat(k[3][4]).isCloseTo(0, within(1e-12));
    }

    @Test
    void rowsOfNumbersAreEdgesAndPoints() {
        Graph graph = graph();
        double[] numbers = Stream.concat(Stream.of(new double[3]), Arrays.stream(PathRows.of(graph)))
                .flatMapToDouble(Arrays::stream)
                .toArray();
        assertThat(PathRows.read(numbers, 0, numbers.length / 3, N)).isEqualTo(graph);
        double[][] points = cloud(5, 3);
        double[] flat = Stream.concat(Arrays.stream(PointRows.of(points)), Stream.of(new double[4]))
                .flatMapToDouble(Arrays::stream)
                .toArray();
        assertThat(PointRows.read(flat, 0, 6, 6, 4)).isDeepEqualTo(Arrays.copyOf(points, 6));
    }

    @Test
    void refusesWhatIsNoEdgeOrPoint() {
        assertThatThrownBy(() -> PathRows.read(new double[] {0, 3, 1}, 0, 1, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an edge must name nodes that are there; edge=0, node=3.0, nodes=3");
        assertThatThrownBy(() -> PathRows.read(new double[] {0, 1, 1, 1, 0, 2}, 0, 2, 3))
                .hasMessageStartingWith("two arcs must not have the same ends");
        assertThatThrownBy(() -> PathRows.of(new Graph.Builder(2).arc(0, 1, 1).build()))
                .hasMessageStartingWith("distances must be the same both ways");
        assertThatThrownBy(() -> PointRows.read(new double[] {2, 0, 0}, 0, 1, 1, 3))
                .hasMessage("a point must begin with 1, and be a node's; point=0, first=2.0, nodes=1");
        assertThatThrownBy(() -> PointRows.read(new double[] {1, Double.NaN, 0}, 0, 1, 1, 3))
                .hasMessage("coordinates must be finite; point=0, value=NaN");
        SeparatorTree tree = SeparatorTree.of(graph(), SeparatorOptions.of(graph()));
        assertThatThrownBy(() -> new PathMask(tree, -1))
                .hasMessageStartingWith("the rate must be finite and not negative");
        PointSpectrum spectrum = new PointSpectrum(cloud(9, 2), new PointWeights(PointWeights.Kind.HAT, 1), 3, 1);
        assertThatThrownBy(() -> new DiffusionMask(spectrum, 900))
                .hasMessageStartingWith("the exponential must stay finite");
    }
}
