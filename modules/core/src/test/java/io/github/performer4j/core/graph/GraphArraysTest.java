package io.github.performer4j.core.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.performer4j.kernels.graph.Graph;
import io.github.performer4j.kernels.graph.GraphFactor;
import io.github.performer4j.kernels.graph.GraphRandomFeatures;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

/** Batches of graphs as arrays: what stands where, what is padding, and what does not fit. */
class GraphArraysTest {
    private static final Graph PAIR = new Graph.Builder(2).edge(0, 1, 0.5).build();
    private static final Graph ONE = new Graph.Builder(1).build();
    private static final double[][] TWO_NODES = {{1, 2, 3}, {4, 5, 6}};
    private static final double[][] ONE_NODE = {{7, 8, 9}};

    @Test
    void fillsUpWithMaskedNodesAndEntriesOfZeros() {
        GraphArrays arrays = GraphArrays.of(
                List.of(TWO_NODES, ONE_NODE),
                List.of(GraphFactor.adjacency(PAIR), GraphFactor.adjacency(ONE)),
                DataType.FLOAT);
        assertThat(arrays.nodes().dataType()).isEqualTo(DataType.FLOAT);
        assertThat(arrays.nodes().slice(0).toDoubleMatrix()).isEqualTo(TWO_NODES);
        assertThat(arrays.nodes().slice(1).toDoubleMatrix()).isEqualTo(new double[][] {{7, 8, 9}, {0, 0, 0}});
        assertThat(arrays.entries().slice(0).toDoubleMatrix())
                .isEqualTo(new double[][] {{0, 0, 1, 1}, {0, 1, 0.5, 0}, {1, 0, 0.5, 0}, {1, 1, 1, 1}});
        assertThat(arrays.entries().slice(1).toDoubleMatrix())
                .isEqualTo(new double[][] {{0, 0, 1, 1}, {0, 0, 0, 0}, {0, 0, 0, 0}, {0, 0, 0, 0}});
        assertThat(arrays.nodeMask().toDoubleMatrix()).isEqualTo(new double[][] {{1, 1}, {1, 0}});
        assertThat(arrays.entryMask().toDoubleMatrix()).isEqualTo(new double[][] {{1, 1, 1, 1}, {1, 0, 0, 0}});
    }

    /** At most a quarter more, and four lengths between powers of two. */
    @Test
    void entriesComeInFewLengths() {
        assertThat(IntStream.rangeClosed(1, 4096))
                .allSatisfy(n -> assertThat(GraphArrays.rounded(n)).isBetween(n, Math.max(n, (int) (1.25 * n))));
        assertThat(IntStream.rangeClosed(1025, 2048).map(GraphArrays::rounded).distinct())
                .containsExactly(1280, 1536, 1792, 2048);
    }

    @Test
    void refusesWhatDoesNotFit() {
        GraphFactor factor = GraphFactor.adjacency(PAIR);
        assertThatThrownBy(() -> GraphArrays.of(List.<double[][]>of(ONE_NODE), List.of(factor), DataType.FLOAT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("graph=0, nodes=2, features=1");
        assertThatThrownBy(() -> GraphArrays.of(List.of(), List.of(), DataType.FLOAT))
                .hasMessage("each graph must have features, and be there; features=0, graphs=0");
        GraphFactor other = GraphRandomFeatures.defaults().draw(PAIR, 1, 0);
        assertThatThrownBy(() -> GraphArrays.of(List.of(TWO_NODES, TWO_NODES), List.of(factor, other), DataType.FLOAT))
                .hasMessageContaining("graph=1, lengths=6, first=1");
        assertThatThrownBy(() -> GraphArrays.of(
                        List.of(TWO_NODES, new double[][] {{1}, {2}}), List.of(factor, factor), DataType.FLOAT))
                .hasMessage("nodes must have features, all as many; graph=1, features=1, first=3");
    }
}
