package io.github.performer4j.kernels.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Graphs and sparse matrices: products equal dense ones, batches are block-diagonal, and what is no graph is refused. */
class GraphTest {

    @Test
    void productsEqualDenseOnes() {
        SparseMatrix.Builder builder = new SparseMatrix.Builder(5, 7);
        builder.add(4, 6, 2).add(0, 3, -1.5).add(4, 0, 3).add(0, 3, 0.25).add(2, 2, 1); // row 1 and 3 are empty
        SparseMatrix a = builder.build();
        double[] x = Graphs.gaussian(7 * 3, 1);
        double[] y = Graphs.gaussian(5 * 3, 2);
        double[][] dense = a.dense();
        assertThat(dense[0][3]).isEqualTo(-1.25);
        assertThat(a.entries()).isEqualTo(4);
        double[] ax = a.times(x, 3);
        double[] aty = a.transposedTimes(y, 3);
        for (int c = 0; c < 3; c++) {
            for (int i = 0; i < 5; i++) {
                double sum = 0;
                for (int j = 0; j < 7; j++) {
                    sum += dense[i][j] * x[j * 3 + c];
                }
                assertThat(ax[i * 3 + c]).isCloseTo(sum, within(1e-14));
            }
            for (int j = 0; j < 7; j++) {
                double sum = 0;
                for (int i = 0; i < 5; i++) {
                    sum += dense[i][j] * y[i * 3 + c];
                }
                assertThat(aty[j * 3 + c]).isCloseTo(sum, within(1e-14));
            }
        }
        assertThat(a.transposed().transposed()).isEqualTo(a);
        assertThatThrownBy(() -> a.times(x, 2)).hasMessageContaining("length=21, rows=7, columns=2");
    }

    /** Σ_j W_ij √d_j = √d_i: the square roots of the degrees are an eigenvector of eigenvalue 1, wherever there is an edge. */
    @Test
    void normalizedAdjacencyKeepsTheRootsOfDegrees() {
        Graph graph = Graphs.random(23, 0.2, 3);
        double[] degrees = graph.adjacency().times(ones(23), 1);
        double[] roots = new double[23];
        for (int i = 0; i < 23; i++) {
            roots[i] = Math.sqrt(degrees[i]);
        }
        double[] again = graph.normalized().times(roots, 1);
        for (int i = 0; i < 23; i++) {
            assertThat(again[i]).isCloseTo(roots[i], within(1e-13));
        }
        assertThat(graph.symmetric()).isTrue();
        assertThat(new Graph.Builder(2).arc(0, 1, 1).build().symmetric()).isFalse();
    }

    private static double[] ones(int n) {
        double[] ones = new double[n];
        Arrays.fill(ones, 1);
        return ones;
    }

    @Test
    void batchesAreBlockDiagonal() {
        List<Graph> graphs = List.of(Graphs.path(3), Graphs.random(5, 0.5, 1), Graphs.path(1));
        GraphBatch batch = GraphBatch.of(graphs);
        assertThat(batch.graph().nodes()).isEqualTo(9);
        assertThat(List.of(batch.graphs(), batch.begin(1), batch.begin(3))).containsExactly(3, 3, 9);
        double[][] all = batch.graph().normalized().dense();
        for (int i = 0; i < 9; i++) {
            for (int j = 0; j < 9; j++) {
                int g = batch.graphOf(i);
                double expected = g == batch.graphOf(j)
                        ? graphs.get(g).normalized().dense()[i - batch.begin(g)][j - batch.begin(g)]
                        : 0;
                assertThat(all[i][j]).isEqualTo(expected);
            }
        }
    }

    /** The factor of a batch is that of its graphs, each drawn for its number. */
    @Test
    void factorsOfABatchAreThoseOfItsGraphs() {
        List<Graph> graphs = List.of(Graphs.path(4), Graphs.random(6, 0.5, 1));
        GraphRandomFeatures features = new GraphRandomFeatures(7, 0.3, 4);
        double[] f = {1, 0.7, 0.3, 0.2};
        double[][] all = GraphBatch.factor(
                        List.of(features.draw(graphs.get(0), 5, 0), features.draw(graphs.get(1), 5, 1)))
                .dense(f);
        double[][] second = features.draw(graphs.get(1), 5, 1).dense(f);
        for (int i = 0; i < 6; i++) {
            for (int j = 0; j < 6; j++) {
                assertThat(all[4 + i][4 + j]).isEqualTo(second[i][j]);
            }
            assertThat(all[4 + i][0]).isZero();
        }
    }

    @Test
    void refusesWhatIsNoGraph() {
        Graph.Builder three = new Graph.Builder(3);
        assertThatThrownBy(() -> three.edge(0, 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("nodes of an arc must be there; from=0, to=3, nodes=3");
        assertThatThrownBy(() -> three.edge(1, 1)).hasMessage("an arc must not be a loop; node=1");
        assertThatThrownBy(() -> three.edge(0, 1, Double.NaN)).hasMessageContaining("weight=NaN");
        assertThatThrownBy(() -> three.edge(0, 1, 0)).hasMessageContaining("weight=0.0");
        assertThatThrownBy(() -> new Graph.Builder(0)).hasMessage("a graph must have nodes; nodes=0");
        assertThatThrownBy(() -> new Graph.Builder(3).edge(2, 1).edge(1, 2).build())
                .hasMessage("two arcs must not have the same ends; nodes=[1, 2], duplicates=2");
        assertThatThrownBy(() -> GraphBatch.of(List.of())).hasMessage("a batch must have graphs; graphs=0");
        assertThatThrownBy(() -> GraphBatch.factor(List.of())).hasMessageContaining("lengths=[]");
    }
}
