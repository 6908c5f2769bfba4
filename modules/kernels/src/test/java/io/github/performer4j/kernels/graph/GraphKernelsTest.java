package io.github.performer4j.kernels.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kernels drawn by walks equal what they estimate at the Monte-Carlo rate, products with them equal dense ones, and draws are functions of (seed, graph, node). */
class GraphKernelsTest {
    private static final Graph GRAPH = Graphs.random(17, 0.25, 11);

    /** E[C_l] = W^l: the mean of 20,000 walks from each node is within 5% of it, in the norm of Frobenius. */
    @Test
    void channelsEstimatePowers() {
        GraphFactor factor = new GraphRandomFeatures(20000, 0.2, 4).draw(GRAPH, 3, 0);
        double[][] w = GRAPH.normalized().dense();
        for (int l = 0; l < 4; l++) {
            double[] one = new double[4];
            one[l] = 1;
            double[][] power = Graphs.series(one, w);
            assertThat(Graphs.error(factor.left().mix(one).dense(), power))
                    .as("length %s", l)
                    .isLessThan(0.05);
            assertThat(Graphs.error(factor.right().mix(one).dense(), power))
                    .as("length %s", l)
                    .isLessThan(0.05);
        }
    }

    /** The relative error falls as n^-½: a hundred times the walks, a tenth of the error, within a factor of 1.6. */
    @Test
    void featuresEstimateTheirKernelAtTheMonteCarloRate() {
        double[] f = Modulation.diffusion(1.5, 8);
        double[][] exact =
                Graphs.series(Modulation.kernel(f), GRAPH.normalized().dense());
        double few = 0;
        double many = 0;
        for (int draw = 0; draw < 8; draw++) {
            few += Graphs.error(
                            new GraphRandomFeatures(20, 0.2, 8)
                                    .draw(GRAPH, 5, draw)
                                    .dense(f),
                            exact)
                    / 8;
            many += Graphs.error(
                            new GraphRandomFeatures(2000, 0.2, 8)
                                    .draw(GRAPH, 7, draw)
                                    .dense(f),
                            exact)
                    / 8;
        }
        assertThat(few / many).isBetween(10 / 1.6, 10 * 1.6);
        assertThat(many).isLessThan(0.03);
    }

    /** From one ensemble of walks the diagonal would be too large; from two it is unbiased: the mean of 400 draws of 5 walks. */
    @Test
    void theDiagonalIsUnbiased() {
        double[] f = Modulation.diffusion(1.5, 8);
        double[][] exact =
                Graphs.series(Modulation.kernel(f), GRAPH.normalized().dense());
        double trace = 0;
        double same = 0;
        for (int draw = 0; draw < 400; draw++) {
            GraphFactor factor = new GraphRandomFeatures(5, 0.2, 8).draw(GRAPH, 9, draw);
            double[][] k = factor.dense(f);
            double[][] k1 = new GraphFactor(factor.left(), factor.left()).dense(f);
            for (int i = 0; i < 17; i++) {
                trace += k[i][i] / 400;
                same += k1[i][i] / 400;
            }
        }
        double expected = 0;
        for (int i = 0; i < 17; i++) {
            expected += exact[i][i];
        }
        assertThat(trace).isCloseTo(expected, within(0.01 * expected));
        assertThat(same).isGreaterThan(1.02 * expected);
    }

    /** f of diffusion makes α_k = λ^k/k!, so the kernel is the matrix exponential but for what lies beyond L. */
    @ParameterizedTest
    @ValueSource(doubles = {0.3, 1, 2.5})
    void diffusionIsTheMatrixExponential(double rate) {
        double[] alpha = Modulation.kernel(Modulation.diffusion(rate, 30));
        double[][] w = GRAPH.normalized().dense();
        assertThat(Graphs.error(Graphs.series(alpha, w), Graphs.exponential(rate, w)))
                .isLessThan(1e-12);
        double factorial = 1;
        for (int k = 1; k < 30; k++) {
            factorial *= rate / k;
            assertThat(alpha[k]).isCloseTo(factorial, within(1e-12));
        }
    }

    @Test
    void smoothingEqualsTheDenseProduct() {
        GraphFactor factor = GraphRandomFeatures.defaults().draw(GRAPH, 1, 0);
        double[] f = Modulation.diffusion(2, 6);
        double[] field = Graphs.gaussian(17 * 3, 4);
        double[] smooth = factor.apply(f, field, 3);
        double[][] left = factor.left().mix(f).dense();
        double[][] right = factor.right().mix(f).transposed().dense();
        double[][] k = Graphs.product(left, right);
        for (int i = 0; i < 17; i++) {
            for (int c = 0; c < 3; c++) {
                double sum = 0;
                for (int j = 0; j < 17; j++) {
                    sum += k[i][j] * field[j * 3 + c];
                }
                assertThat(smooth[i * 3 + c]).isCloseTo(sum, within(1e-10));
            }
        }
    }

    @Test
    void adjacencyIsItsOwnFactor() {
        double[][] k = GraphFactor.adjacency(GRAPH).dense(1);
        double[][] a = GRAPH.adjacency().dense();
        for (int i = 0; i < 17; i++) {
            for (int j = 0; j < 17; j++) {
                assertThat(k[i][j]).isEqualTo(i == j ? 1 : a[i][j]);
            }
        }
    }

    /** Kernels side by side keep their values, each at its own lengths. */
    @Test
    void kernelsStandBesideEachOther() {
        GraphFactor walks = new GraphRandomFeatures(3, 0.3, 2).draw(GRAPH, 1, 0);
        GraphFactor both = GraphFactor.beside(GraphFactor.adjacency(GRAPH), walks);
        assertThat(both.lengths()).isEqualTo(3);
        assertThat(both.dense(2, 0, 0))
                .isDeepEqualTo(GraphFactor.adjacency(GRAPH).dense(2));
        assertThat(both.dense(0, 1, 0.5)).isDeepEqualTo(walks.dense(1, 0.5));
        assertThatThrownBy(() -> GraphFactor.beside(walks, GraphFactor.adjacency(new Graph.Builder(3).build())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("factors must be there and of the same sizes");
    }

    /** On a path of three, walks of two nodes that never halt visit the start once and each neighbour evenly: f_1 = (½, 1, ½). */
    @Test
    void walkCountsConvergeToTheirKernel() {
        double[][] rows = {{1, 1, 0}, {0.5, 1, 0.5}, {0, 1, 1}};
        double[][] k = new WalkCounts(40000, 0, 2).draw(Graphs.path(3), 1, 0).dense(1);
        for (int i = 0; i < 3; i++) {
            assertThat(k[i][i]).isCloseTo(1, within(1e-12));
            for (int j = 0; j < 3; j++) {
                double dot = 0;
                double a = 0;
                double b = 0;
                for (int v = 0; v < 3; v++) {
                    dot += rows[i][v] * rows[j][v];
                    a += rows[i][v] * rows[i][v];
                    b += rows[j][v] * rows[j][v];
                }
                assertThat(k[i][j]).isCloseTo(dot / Math.sqrt(a * b), within(0.01));
            }
        }
        assertThat(GraphKernelsTest.errorOfWalks(400)).isLessThan(GraphKernelsTest.errorOfWalks(16) / 2.5);
    }

    private static double errorOfWalks(int walks) {
        double[][] exact = new WalkCounts(100000, 0.2, 5).draw(GRAPH, 99, 0).dense(1);
        double error = 0;
        for (int draw = 0; draw < 8; draw++) {
            error += Graphs.error(
                    new WalkCounts(walks, 0.2, 5).draw(GRAPH, 3, draw).dense(1), exact);
        }
        return error;
    }

    /** On a cycle a walk that does not go back goes round: of 6 nodes, 4 steps from node 0 never come to it again. */
    @Test
    void walksDoNotGoStraightBack() {
        Graph.Builder cycle = new Graph.Builder(6);
        for (int i = 0; i < 6; i++) {
            cycle.edge(i, (i + 1) % 6);
        }
        SparseMatrix rows =
                new WalkCounts(500, 0, 5).draw(cycle.build(), 1, 0).left().mix(1);
        double[] first = rows.dense()[0];
        double expected = first[0]; // 500 visits, by the norm
        assertThat(first[1] + first[5]).isCloseTo(expected, within(1e-12));
        assertThat(first[3]).isCloseTo(expected, within(1e-12));
    }

    @Test
    void drawsDependOnSeedGraphAndNodeOnly() {
        GraphRandomFeatures features = GraphRandomFeatures.defaults();
        GraphFactor once = features.draw(GRAPH, 1, 2);
        assertThat(features.draw(GRAPH, 1, 2)).isEqualTo(once);
        assertThat(features.draw(GRAPH, 1, 3)).isNotEqualTo(once);
        assertThat(features.draw(GRAPH, 2, 2)).isNotEqualTo(once);
        assertThat(once.left()).isNotEqualTo(once.right());
        // another component, and nodes behind it, change nothing
        Graph larger = GraphBatch.of(List.of(GRAPH, Graphs.path(3))).graph();
        SparseMatrix rows = features.draw(larger, 1, 2).left().mix(1, 1, 1, 1, 1, 1);
        SparseMatrix own = once.left().mix(1, 1, 1, 1, 1, 1);
        for (int i = 0; i < 17; i++) {
            assertThat(Arrays.copyOf(rows.dense()[i], 17)).isEqualTo(own.dense()[i]);
        }
    }

    /** A node without arcs is like itself alone. */
    @Test
    void isolatedNodesSeeThemselves() {
        Graph graph = new Graph.Builder(3).edge(0, 1).build();
        double[] f = Modulation.diffusion(1, 6);
        assertThat(GraphRandomFeatures.defaults().draw(graph, 1, 0).dense(f)[2]).containsExactly(0, 0, 1);
        assertThat(new WalkCounts(9, 0.1, 4).draw(graph, 1, 0).dense(1)[2]).containsExactly(0, 0, 1);
        assertThat(GraphFactor.adjacency(graph).dense(1)[2]).containsExactly(0, 0, 1);
    }

    @Test
    void refusesWhatIsNoWalk() {
        assertThatThrownBy(() -> new GraphRandomFeatures(0, 0.1, 4)).hasMessageContaining("walks=0, lengths=4");
        assertThatThrownBy(() -> new GraphRandomFeatures(3, 1, 4)).hasMessage("halting must be in [0, 1); halting=1.0");
        assertThatThrownBy(() -> new WalkCounts(3, 0.1, 0)).hasMessageContaining("lengths=0");
        assertThatThrownBy(() -> Modulation.diffusion(Double.NaN, 3)).hasMessageContaining("rate=NaN");
        GraphFactor factor = GraphFactor.adjacency(GRAPH);
        assertThatThrownBy(() -> factor.dense(1, 2)).hasMessageContaining("weights=2, channels=1");
        assertThatThrownBy(() -> new GraphFactor(factor.left(), SparseChannels.of(SparseMatrix.identity(3))))
                .hasMessage("both factors must be of the same sizes; left=[17, 17, 1], right=[3, 3, 1]");
    }
}
