package io.github.performer4j.kernels.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.kernels.math.CounterRandom;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Products of trees and grids equal dense ones from the definition of the mask, and so do derivatives of the field and of the parameters. */
class MaskTest {
    private static final double STEP = 1e-3; // of differences of fourth order

    /** Makes a mask of parameters, and the same as a matrix from its definition. */
    interface Kind {
        Mask mask(double[] parameters);

        double[][] dense(double[] parameters);
    }

    /** A mask with its parameters. */
    record Case(String name, Kind kind, double[] parameters) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Trees: distances by climbing. */
    record Trees(int[] parent, double[] length) implements Kind {
        @Override
        public Mask mask(double[] parameters) {
            return new TreeMask(Tree.of(parent, length), parameters[0]);
        }

        @Override
        public double[][] dense(double[] parameters) {
            int n = parent.length;
            double[][] k = new double[n][n];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    k[i][j] = Math.exp(-parameters[0] * distance(i, j));
                }
            }
            return k;
        }

        private double distance(int i, int j) {
            double up = 0;
            for (int a = i; a >= 0; up += length[a], a = parent[a]) {
                double down = 0;
                for (int b = j; b >= 0; down += length[b], b = parent[b]) {
                    if (a == b) {
                        return up + down;
                    }
                }
            }
            return Double.POSITIVE_INFINITY;
        }
    }

    /** Grids: places by their coordinates. */
    record Grids(boolean classToken, int... sizes) implements Kind {
        @Override
        public Mask mask(double[] parameters) {
            return new GridMask(new GridShape(classToken, sizes), parameters, 0);
        }

        @Override
        public double[][] dense(double[] parameters) {
            int first = classToken ? 1 : 0;
            int n = first + Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
            double[][] k = new double[n][n];
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    k[i][j] = i < first || j < first ? 1 : Math.exp(parameters[difference(i - first, j - first)]);
                }
            }
            return k;
        }

        private int difference(int i, int j) {
            int number = 0;
            int stride = 1;
            for (int l = sizes.length - 1; l >= 0; l--) {
                number += stride * (i / below(l) % sizes[l] - j / below(l) % sizes[l] + sizes[l] - 1);
                stride *= 2 * sizes[l] - 1;
            }
            return number;
        }

        private int below(int l) {
            return Arrays.stream(sizes, l + 1, sizes.length).reduce(1, (a, b) -> a * b);
        }
    }

    /** Relative positions: offsets looked up one by one. */
    record Relative(Offsets offsets, int places, boolean band) implements Kind {
        @Override
        public Mask mask(double[] parameters) {
            return band ? new BandMask(offsets, places, parameters, 0) : new OffsetMask(offsets, places, parameters, 0);
        }

        @Override
        public double[][] dense(double[] parameters) {
            double[][] k = new double[places][places];
            for (int i = 0; i < places; i++) {
                for (int j = 0; j < places; j++) {
                    k[i][j] = offsets.causal() && j > i ? 0 : Math.exp(parameters[offsets.of(j - i)]);
                }
            }
            return k;
        }
    }

    static Case relative(boolean band, int buckets, int reach, boolean causal, int places) {
        Relative kind = new Relative(new Offsets(buckets, reach, causal), places, band);
        return new Case(kind.toString(), kind, Dense.gaussian(kind.offsets().parameters(), 5));
    }

    static Case grid(boolean classToken, int... sizes) {
        int differences = Arrays.stream(sizes).map(n -> 2 * n - 1).reduce(1, (a, b) -> a * b);
        return new Case(
                "grid " + Arrays.toString(sizes) + (classToken ? " with class token" : ""),
                new Grids(classToken, sizes),
                Dense.gaussian(differences, 3));
    }

    static Case tree(String name, int nodes, int trees, double rate) {
        CounterRandom random = CounterRandom.of(nodes);
        int[] parent = new int[nodes];
        double[] length = new double[nodes];
        for (int v = 0; v < nodes; v++) { // numbers run down, so that parents stand behind their children
            int own = nodes - 1 - v;
            parent[own] = v < trees ? -1 : nodes - 1 - random.nextInt(v);
            length[own] = v < trees ? 0 : 3 * random.nextDouble();
        }
        return new Case(name, new Trees(parent, length), new double[] {rate});
    }

    static Stream<Case> cases() {
        return Stream.of(
                tree("tree", 23, 1, 0.4),
                tree("forest", 29, 4, 1.5),
                tree("one tree, λ = 0.01", 17, 1, 0.01),
                grid(false, 13),
                grid(false, 5, 7),
                grid(true, 5, 7),
                grid(true, 1, 3),
                grid(false, 3, 2, 5),
                relative(true, 8, 12, false, 23),
                relative(true, 8, 12, true, 23),
                relative(true, 32, 128, false, 149), // several blocks of queries
                relative(true, 32, 128, true, 149),
                relative(true, 32, 128, false, 13), // shorter than the band
                relative(true, 4, 2, false, 1),
                relative(true, 0, 5, false, 131),
                relative(true, 0, 5, true, 131),
                relative(true, 0, 1, true, 7),
                relative(false, 0, 149, false, 149),
                relative(false, 0, 149, true, 149), // three triangles on the diagonal
                relative(false, 0, 11, false, 67),
                relative(false, 0, 11, true, 131),
                relative(false, 8, 12, true, 131),
                relative(false, 0, 1, true, 1));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void productsAndDerivativesEqualTheDenseForm(Case c) {
        double[][] k = c.kind().dense(c.parameters());
        int t = k.length;
        for (int n : new int[] {1, 4, 5}) {
            Mask mask = c.kind().mask(c.parameters());
            double[] x = Dense.gaussian(t * n, 1);
            double[] error = Dense.gaussian(t * n, 2);
            double[] y = Dense.gaussian(t * n, 9);
            mask.times(x, n, y);
            assertClose("product", y, Dense.times(k, x, n));
            double[] again = Dense.gaussian(t * n, 9);
            double[] dx = Dense.gaussian(t * n, 9);
            double[] slope = new double[mask.parameters()];
            mask.backward(x, error, n, again, dx, slope);
            assertThat(again).isEqualTo(y);
            assertClose("dx", dx, Dense.times(Dense.transposed(k), error, n));
            for (int p = 0; p < slope.length; p++) {
                ToDoubleFunction<double[][]> score = kernel -> Dense.dot(error, Dense.times(kernel, x, n));
                assertSlope(slope[p], p, numeric(c, p, score), score.applyAsDouble(k));
            }
        }
        Mask mask = c.kind().mask(c.parameters());
        for (int i = 0; i < t; i++) {
            assertThat(mask.dense()[i]).containsExactly(k[i], within(1e-12));
        }
        double[] dK = Dense.gaussian(t * t, 4);
        double[] slope = new double[mask.parameters()];
        mask.differentiate(dK, slope);
        double[] unit = new double[t * t];
        for (int i = 0; i < t; i++) {
            unit[i * t + i] = 1;
        }
        double[] expected = new double[slope.length];
        mask.backward(unit, dK, t, new double[t * t], new double[t * t], expected);
        assertClose("derivatives of the square", slope, expected);
    }

    /** Differences of a score carry its rounding over the step. */
    private static void assertSlope(double slope, int p, double numeric, double score) {
        double bound = 1e-9 * Math.max(1, Math.abs(numeric)) + 1e-11 * Math.abs(score);
        assertThat(slope).as("parameter %s", p).isCloseTo(numeric, within(bound));
    }

    private static double numeric(Case c, int p, ToDoubleFunction<double[][]> score) {
        double sum = 0;
        double[] weights = {8, -8, -1, 1};
        double[] steps = {STEP, -STEP, 2 * STEP, -2 * STEP};
        for (int s = 0; s < 4; s++) {
            double[] moved = c.parameters().clone();
            moved[p] += steps[s];
            sum += weights[s] * score.applyAsDouble(c.kind().dense(moved));
        }
        return sum / (12 * STEP);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void attentionEqualsTheDenseForm(Case c) {
        double[][] kernel = c.kind().dense(c.parameters());
        Mask mask = c.kind().mask(c.parameters());
        int t = kernel.length;
        int m = 11;
        int columns = 7; // two features go together in a block, so the last is not full
        double[] q = Dense.positive(t * m, 1);
        double[] k = Dense.positive(t * m, 2);
        double[] v = Dense.gaussian(t * columns, 3);
        double[] error = Dense.gaussian(t * columns, 4);
        MaskedAttention attention = mask.attention(m, columns);
        double[] sums = new double[v.length];
        attention.forward(0, q, k, v, sums);
        assertClose("sums", sums, Dense.attention(kernel, q, k, v, m, columns));
        double[][] values = {q, k, v};
        double[][] d = {new double[q.length], new double[k.length], new double[v.length]};
        double[] slope = new double[mask.parameters()];
        attention.backward(0, q, k, v, error, d[0], d[1], d[2], slope);
        for (int which = 0; which < 3; which++) { // S is linear in each of the three: a difference is exact
            for (int i = 0; i < values[which].length; i += 5) {
                double[][] moved = values.clone();
                moved[which] = new double[values[which].length];
                moved[which][i] = 1;
                double expected = Dense.dot(error, Dense.attention(kernel, moved[0], moved[1], moved[2], m, columns));
                assertThat(d[which][i]).isCloseTo(expected, within(1e-10 * Math.max(1, Math.abs(expected))));
            }
        }
    }

    /** S = K ⊙ (φ(q) φ(k)ᵀ) v, and dS/db by differences of fourth order. */
    @ParameterizedTest
    @MethodSource("cases")
    void attentionDifferentiatesTheMask(Case c) {
        Mask mask = c.kind().mask(c.parameters());
        double[][] dense = c.kind().dense(c.parameters());
        int t = mask.size();
        double[] q = Dense.positive(t * 3, 1);
        double[] k = Dense.positive(t * 3, 2);
        double[] v = Dense.gaussian(t * 2, 3);
        double[] error = Dense.gaussian(t * 2, 4);
        double[] slope = new double[mask.parameters()];
        mask.attention(3, 2)
                .backward(0, q, k, v, error, new double[t * 3], new double[t * 3], new double[t * 2], slope);
        for (int p = 0; p < slope.length; p++) {
            ToDoubleFunction<double[][]> score = kernel -> Dense.dot(error, Dense.attention(kernel, q, k, v, 3, 2));
            assertSlope(slope[p], p, numeric(c, p, score), score.applyAsDouble(dense));
        }
    }

    private static void assertClose(String what, double[] actual, double[] expected) {
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i])
                    .as("%s, %s", what, i)
                    .isCloseTo(expected[i], within(1e-10 * Math.max(1, Math.abs(expected[i]))));
        }
    }

    /** On a path e^{−λ|i − j|}: 100,000 nodes in two sweeps, where a dense mask would have 80 GB. A field that is not negative stays so. */
    @Test
    void treesOfAnySizeTakeTwoSweeps() {
        int n = 100_000;
        int[] parent = new int[n];
        double[] length = new double[n];
        Arrays.setAll(parent, i -> i - 1);
        Arrays.fill(length, 1);
        double[] ones = new double[n];
        Arrays.fill(ones, 1);
        double[] y = new double[n];
        new TreeMask(Tree.of(parent, length), 0.5).times(ones, 1, y);
        double a = Math.exp(-0.5);
        assertThat(y[n / 2]).isCloseTo((1 + a) / (1 - a), within(1e-12));
        assertThat(Arrays.stream(y).min().orElseThrow()).isCloseTo(1 / (1 - a), within(1e-12));
    }

    /** The work of a product grows as T log T: 65,536 places have a circulant of 4·65,536, and the product is that of the definition where it is looked at. */
    @Test
    void gridsOfAnySizeAreTransforms() {
        int side = 256;
        double[] logs = new double[(2 * side - 1) * (2 * side - 1)];
        for (int d = 0; d < logs.length; d++) {
            int row = d / (2 * side - 1) - side + 1;
            int column = d % (2 * side - 1) - side + 1;
            logs[d] = -0.05 * Math.abs(row) - 0.03 * Math.abs(column);
        }
        double[] x = Dense.positive(side * side, 1);
        double[] y = new double[x.length];
        new GridMask(new GridShape(false, side, side), logs, 0).times(x, 1, y);
        double sum = 0;
        for (int j = 0; j < x.length; j++) {
            sum += Math.exp(-0.05 * Math.abs(100 - j / side) - 0.03 * Math.abs(37 - j % side)) * x[j];
        }
        assertThat(y[100 * side + 37]).isCloseTo(sum, within(1e-10 * sum));
    }

    /** 65,536 tokens of which each offset has a weight of its own: no bit of a row depends on what stands behind it, and the last row is that of the definition. */
    @Test
    void causalTransformsSeeEarlierTokensOnly() {
        int n = 65_536;
        Offsets offsets = new Offsets(0, n, true);
        double[] logs = new double[n];
        Arrays.setAll(logs, p -> Math.sin(p) - 0.001 * (n - 1 - p));
        Mask mask = new OffsetMask(offsets, n, logs, 0);
        double[] x = Dense.positive(n, 1);
        double[] y = new double[n];
        mask.times(x, 1, y);
        double sum = 0;
        for (int j = 0; j < n; j++) {
            sum += Math.exp(logs[offsets.of(j - n + 1)]) * x[j];
        }
        assertThat(y[n - 1]).isCloseTo(sum, within(1e-10 * sum));
        for (int t : new int[] {n - 1, 40_000, 1}) {
            x[t] = 1e12;
            double[] again = new double[n];
            mask.times(x, 1, again);
            assertThat(Arrays.copyOf(again, t)).isEqualTo(Arrays.copyOf(y, t));
        }
    }

    @Test
    void rowsOfNumbersAreTrees() {
        Trees trees = (Trees) tree("", 23, 3, 1).kind();
        Tree tree = Tree.of(trees.parent(), trees.length());
        double[] numbers = Stream.concat(Stream.of(new double[3]), Arrays.stream(tree.rows()))
                .flatMapToDouble(Arrays::stream)
                .toArray();
        Tree read = Tree.read(numbers, 0, numbers.length / 3, 23);
        assertThat(read.rows()).isDeepEqualTo(tree.rows());
        assertThat(tree.rows()).hasNumberOfRows(20);
    }

    @Test
    void refusesWhatIsNoTreeOrGrid() {
        assertThatThrownBy(() -> Tree.of(new int[] {1, 2, 0, -1}, new double[4]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("edges of a tree must not form a cycle; nodes on or above cycles=3, nodes=4");
        assertThatThrownBy(() -> Tree.of(new int[] {-1, 0}, new double[] {0, -2}))
                .hasMessage("lengths of edges must be finite and not negative; child=1, length=-2.0");
        assertThatThrownBy(() -> Tree.of(new int[] {-1, 2}, new double[2]))
                .hasMessage("a parent must be there; child=1, parent=2, nodes=2");
        assertThatThrownBy(() -> Tree.read(new double[] {1, 0, 1, 1, 2, 1}, 0, 2, 3))
                .hasMessage("a node of a tree must have one parent; edge=1, child=1, parent=0");
        assertThatThrownBy(() -> Tree.read(new double[] {1, 3, 1}, 0, 1, 3))
                .hasMessage("an edge must name nodes that are there; edge=0, parent=3.0, nodes=3");
        assertThatThrownBy(() -> new TreeMask(Tree.of(new int[] {-1}, new double[1]), -1))
                .hasMessage("the rate must be finite and not negative; rate=-1.0");
        assertThatThrownBy(() -> new GridShape(false, 3, 0))
                .hasMessage("sizes of a grid must be positive; sizes=[3, 0]");
        assertThatThrownBy(() -> new GridMask(new GridShape(false, 1), new double[] {800}, 0))
                .hasMessage("weights of differences must be positive and finite; difference=0, log=800.0");
        assertThatThrownBy(() ->
                        new GridMask(new GridShape(false, 3), new double[5], 0).times(new double[4], 1, new double[4]))
                .hasMessage("a field must have n numbers at each place; length=4, places=3, n=1");
    }
}
