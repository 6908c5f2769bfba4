package io.github.performer4j.kernels.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.kernels.graph.Graph;
import io.github.performer4j.kernels.graph.SparseMatrix;
import io.github.performer4j.kernels.mask.Tree;
import io.github.performer4j.kernels.mask.TreeMask;
import io.github.performer4j.kernels.math.CounterRandom;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Fast integrators equal brute force where they are exact, and come to it at the rate that is said where they are estimates. */
class FieldIntegratorsTest {
    private static final PointWeights HAT = new PointWeights(PointWeights.Kind.HAT, 0.5);

    private static double[][] cloud(int points, int dimension, long seed) {
        CounterRandom random = CounterRandom.of(seed);
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

    /** A tree with lengths 1 … 3, or of other lengths. */
    private static Graph tree(int nodes, boolean whole) {
        CounterRandom random = CounterRandom.of(nodes);
        Graph.Builder tree = new Graph.Builder(nodes);
        for (int v = 1; v < nodes; v++) {
            int near = Math.max(0, v - 1 - random.nextInt(4)); // long and thin
            tree.edge(v, near, whole ? 1 + random.nextInt(3) : 0.2 + random.nextDouble());
        }
        return tree.build();
    }

    private static double error(double[] actual, double[] expected) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < actual.length; i++) {
            difference += (actual[i] - expected[i]) * (actual[i] - expected[i]);
            norm += expected[i] * expected[i];
        }
        return Math.sqrt(difference / norm);
    }

    /** The series of the action equals eigenvalues, for rates of either sign and |λW| far above 1. */
    @ParameterizedTest
    @EnumSource(PointWeights.Kind.class)
    void diffusionEqualsTheDenseExponential(PointWeights.Kind kind) {
        SparseMatrix w = new PointWeights(kind, 0.4).matrix(cloud(53, 3, 1));
        double[] field = gaussian(53 * 3, 2);
        for (double rate : new double[] {0.7, -0.3}) {
            double[] exact = DenseIntegrator.exponential(w, rate).integrate(field, 3);
            assertThat(error(new DiffusionIntegrator(w, rate).integrate(field, 3), exact))
                    .isLessThan(1e-10);
        }
    }

    /** Without edges e^{λW} is the identity; a pair of weight w mixes by cosh and sinh of λw. */
    @Test
    void aPairMixesByHyperbolicFunctions() {
        SparseMatrix w =
                new SparseMatrix.Builder(3, 3).add(0, 1, 0.5).add(1, 0, 0.5).build();
        double[] one = DenseIntegrator.exponential(w, 2).integrate(new double[] {1, 0, 1}, 1);
        assertThat(one).containsExactly(new double[] {Math.cosh(1), Math.sinh(1), 1}, within(1e-12));
    }

    /** Estimated weights: the root mean square of their error over twelve draws falls as m^-½, and is that of cosines, (2m)^-½, or less; the diagonal is 1. */
    @Test
    void estimatedWeightsHaveTheMonteCarloRate() {
        double[][] points = cloud(41, 2, 3);
        double[] errors = new double[2];
        int[] frequencies = {16, 128};
        for (int e = 0; e < 2; e++) {
            double sum = 0;
            for (int draw = 0; draw < 12; draw++) {
                RandomFourierDiffusion rfd = new RandomFourierDiffusion(points, HAT, 0.1, frequencies[e], 5 + draw);
                for (int i = 0; i < 41; i++) {
                    assertThat(rfd.weight(i, i)).isCloseTo(1, within(1e-12));
                    for (int j = 0; j < 41; j++) {
                        double difference = rfd.weight(i, j) - HAT.of(points[i], points[j]);
                        sum += difference * difference / (12 * 41 * 41);
                    }
                }
            }
            errors[e] = Math.sqrt(sum);
            assertThat(errors[e]).isLessThan(1.1 / Math.sqrt(2 * frequencies[e]));
        }
        assertThat(errors[0] / errors[1]).isBetween(Math.sqrt(8) / 1.3, Math.sqrt(8) * 1.3);
    }

    /** e^{λW} by features comes to brute force at the same rate. */
    @ParameterizedTest
    @EnumSource(value = PointWeights.Kind.class, names = "BOX", mode = EnumSource.Mode.EXCLUDE)
    void randomFeaturesComeToTheDenseExponential(PointWeights.Kind kind) {
        double[][] points = cloud(61, 2, 7);
        PointWeights weights = new PointWeights(kind, 0.3);
        double[] field = gaussian(61 * 2, 8);
        double rate = 0.02; // small, so that e^{λW} is nearly linear in the error of W
        double[] exact =
                DenseIntegrator.exponential(weights.matrix(points), rate).integrate(field, 2);
        double few = 0;
        double many = 0;
        for (int draw = 0; draw < 6; draw++) {
            few += error(new RandomFourierDiffusion(points, weights, rate, 40, draw).integrate(field, 2), exact) / 6;
            many += error(new RandomFourierDiffusion(points, weights, rate, 360, 9 + draw).integrate(field, 2), exact)
                    / 6;
        }
        assertThat(few / many).isBetween(3 / 1.7, 3 * 1.7);
        assertThat(many).isLessThan(0.1);
    }

    /** The same seed gives the same, bit for bit, and further frequencies leave those before as they are. */
    @Test
    void drawsDependOnSeedAndFrequency() {
        double[][] points = cloud(11, 3, 7);
        double[] field = gaussian(11, 8);
        double[] once = new RandomFourierDiffusion(points, HAT, 0.2, 8, 1).integrate(field, 1);
        assertThat(new RandomFourierDiffusion(points, HAT, 0.2, 8, 1).integrate(field, 1))
                .isEqualTo(once);
        assertThat(new RandomFourierDiffusion(points, HAT, 0.2, 8, 2).integrate(field, 1))
                .isNotEqualTo(once);
    }

    /** On trees paths stay in their parts, and with whole lengths nothing is rounded: both kinds of products equal brute force. */
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 40})
    void separatorsAreExactOnTrees(int leaf) {
        Graph tree = tree(301, true);
        double[] field = gaussian(301 * 3, 5);
        SeparatorOptions options = new SeparatorOptions(leaf, 1000, 1, 1);
        DoubleUnaryOperator f = d -> 1 / (1 + d * d);
        double[] exact =
                DenseIntegrator.distances(tree, d -> Math.exp(-0.3 * d)).integrate(field, 3);
        assertThat(error(SeparatorIntegrator.exponential(tree, 0.3, options).integrate(field, 3), exact))
                .isLessThan(1e-10);
        double[] general = DenseIntegrator.distances(tree, f).integrate(field, 3);
        assertThat(error(SeparatorIntegrator.of(tree, f, options).integrate(field, 3), general))
                .isLessThan(1e-10);
    }

    /** A tree's exponential of distances is the mask of two sweeps, of any lengths. */
    @Test
    void treeMasksAreExponentialsOfDistances() {
        Graph graph = tree(97, false);
        int[] parent = new int[97];
        double[] length = new double[97];
        parent[0] = -1;
        graph.adjacency().forEach((child, near, apart) -> {
            if (near < child) {
                parent[child] = near;
                length[child] = apart;
            }
        });
        double[] field = gaussian(97 * 2, 5);
        FieldIntegrator mask = FieldIntegrator.of(new TreeMask(Tree.of(parent, length), 0.8));
        double[] exact =
                DenseIntegrator.distances(graph, d -> Math.exp(-0.8 * d)).integrate(field, 2);
        assertThat(error(mask.integrate(field, 2), exact)).isLessThan(1e-10);
    }

    /** Two graphs side by side do not see each other, and one within the bound is brute force to the bit. */
    @Test
    void partsWithoutAPathDoNotSeeEachOther() {
        Graph.Builder two = new Graph.Builder(60);
        for (int v = 1; v < 60; v++) {
            if (v != 30) {
                two.edge(v - 1, v, 1);
            }
        }
        Graph graph = two.build();
        double[] field = gaussian(60, 5);
        double[] exact =
                DenseIntegrator.distances(graph, d -> Math.exp(-0.3 * d)).integrate(field, 1);
        SeparatorOptions small = new SeparatorOptions(4, 9, 1, 1);
        assertThat(error(SeparatorIntegrator.exponential(graph, 0.3, small).integrate(field, 1), exact))
                .isLessThan(1e-12);
        SeparatorOptions large = new SeparatorOptions(60, 9, 1, 1);
        assertThat(SeparatorIntegrator.exponential(graph, 0.3, large).integrate(field, 1))
                .isEqualTo(exact);
    }

    /** On a mesh of 642 vertices in parts of 64: distances are rounded, and paths that leave a part are longer inside. Finer steps and all landmarks leave the latter only. */
    @Test
    void meshesAreCloseToBruteForce() {
        Graph mesh = TriangleMesh.icosphere(3).graph();
        SeparatorOptions coarse = SeparatorOptions.of(mesh);
        double[] field = gaussian(642, 5);
        Arrays.setAll(field, i -> 1 + 0.3 * field[i]);
        double[] exact = DenseIntegrator.distances(mesh, d -> Math.exp(-2 * d)).integrate(field, 1);
        double[] errors = new double[2];
        for (int e = 0; e < 2; e++) {
            SeparatorOptions options = e == 0
                    ? new SeparatorOptions(64, coarse.landmarks(), coarse.step(), coarse.unit())
                    : new SeparatorOptions(64, 1000, coarse.step() / 16, coarse.unit() / 16);
            errors[e] = error(SeparatorIntegrator.exponential(mesh, 2, options).integrate(field, 1), exact);
            double[] hankel =
                    SeparatorIntegrator.of(mesh, d -> Math.exp(-2 * d), options).integrate(field, 1);
            assertThat(error(hankel, exact)).isLessThan(errors[e] + 0.02);
        }
        assertThat(errors[0]).isLessThan(0.1);
        assertThat(errors[1]).isLessThan(0.01);
    }

    @Test
    void refusesWhatIsNoField() {
        DenseIntegrator one = new DenseIntegrator(2, 1, 0, 0, 1);
        assertThatThrownBy(() -> one.integrate(new double[3], 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a field must have n numbers at each vertex; length=3, vertices=2, n=2");
        assertThatThrownBy(() -> one.interpolate(new double[2], 1, new boolean[] {true, false}))
                .hasMessage("a vertex must see some that are known; vertex=1, sum of their kernel=0.0");
        PointWeights box = new PointWeights(PointWeights.Kind.BOX, 1);
        assertThatThrownBy(() -> new RandomFourierDiffusion(cloud(3, 2, 1), box, 1, 4, 1))
                .hasMessageStartingWith("box weights have no estimator of finite variance");
        assertThatThrownBy(() -> new RandomFourierDiffusion(cloud(300, 2, 1), HAT, 9, 4, 1))
                .hasMessageStartingWith("the exponential must stay finite");
        assertThatThrownBy(() -> new PointWeights(PointWeights.Kind.HAT, 0)).hasMessageContaining("width=0.0");
        Graph arc = new Graph.Builder(2).arc(0, 1, 1).build();
        assertThatThrownBy(() -> SeparatorIntegrator.exponential(arc, 1, SeparatorOptions.of(arc)))
                .hasMessageStartingWith("distances must be the same both ways");
        assertThatThrownBy(() -> new SeparatorOptions(0, 1, 1, 1)).hasMessageContaining("leaf=0");
        assertThatThrownBy(() -> TriangleMesh.torus(3, 3, 1, 2)).hasMessageContaining("tube=2.0");
        assertThatThrownBy(() -> new TriangleMesh(new double[][] {{0, 0, 0}}, new int[][] {{0, 0, 1}}))
                .hasMessage("a face must have three corners that are there; face=[0, 0, 1], vertices=1");
    }
}
