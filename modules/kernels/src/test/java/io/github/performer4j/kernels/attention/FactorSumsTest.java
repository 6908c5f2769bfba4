package io.github.performer4j.kernels.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.kernels.graph.Graph;
import io.github.performer4j.kernels.graph.GraphFactor;
import io.github.performer4j.kernels.graph.GraphKernel;
import io.github.performer4j.kernels.graph.GraphRandomFeatures;
import io.github.performer4j.kernels.graph.GraphRows;
import io.github.performer4j.kernels.graph.SparseMasks;
import io.github.performer4j.kernels.mask.GridMask;
import io.github.performer4j.kernels.mask.GridShape;
import io.github.performer4j.kernels.mask.Mask;
import io.github.performer4j.kernels.mask.MaskedAttention;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.kernels.memory.Scratch;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sums by small products of each column, and by a square, equal those of fields of products, in values and derivatives, whichever order of products a column takes. */
class FactorSumsTest {
    private static final int N = 37;
    private static final int LENGTHS = 3;

    /** A kernel of a graph with a hub, an isolated node and what lies between, and sizes. */
    record Case(String name, GraphKernel kernel, int features, int columns) {
        @Override
        public String toString() {
            return name + ", M=" + features + ", C=" + columns;
        }
    }

    static Stream<Case> cases() {
        GraphKernel walks = new GraphRandomFeatures(17, 0.2, LENGTHS);
        return Stream.of(
                new Case("random features, by middles", walks, 5, 3), // columns of more entries than M·C/(M + C)
                new Case("random features, by pairs", walks, 61, 67),
                new Case("random features, both", walks, 23, 17),
                new Case("adjacency", GraphKernel.adjacency(), 11, 5),
                new Case("self", GraphKernel.self(), 1, 2));
    }

    private static Graph graph() {
        CounterRandom random = CounterRandom.of(5);
        Graph.Builder graph = new Graph.Builder(N);
        for (int i = 1; i < N - 1; i++) { // 0 is the hub, N − 1 isolated
            graph.edge(0, i);
            for (int j = 1; j < i; j++) {
                if (random.nextDouble() < 0.06) {
                    graph.edge(i, j, 0.5 + random.nextDouble());
                }
            }
        }
        return graph.build();
    }

    private static double[] positive(int length, long seed) {
        return Arrays.stream(gaussian(length, seed)).map(Math::abs).toArray();
    }

    private static double[] gaussian(int length, long seed) {
        CounterRandom random = CounterRandom.of(seed);
        double[] x = new double[length];
        Arrays.setAll(x, i -> random.nextGaussian());
        return x;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void equalsFieldsOfProducts(Case c) {
        GraphFactor factor = c.kernel().draw(graph(), 1, 0);
        int lengths = factor.lengths();
        double[] numbers = Arrays.stream(GraphRows.of(factor))
                .flatMapToDouble(Arrays::stream)
                .toArray();
        Mask mask = new SparseMasks(numbers, 0, numbers.length / GraphRows.width(lengths), N, lengths)
                .mask(positive(lengths, 6), 0);
        double[] q = positive(2 * N * c.features(), 1); // two heads, of which the second is asked for
        double[] k = positive(2 * N * c.features(), 2);
        double[] v = gaussian(2 * N * c.columns(), 3);
        double[] error = gaussian(2 * N * c.columns(), 4);
        double[][] expected = tensors(q, k, v, lengths);
        run(mask.attention(c.features(), c.columns()), q, k, v, error, expected);
        Scratch scratch = Scratch.mine();
        for (MaskedAttention sums : List.of(
                new FactorSums(mask.factors().orElseThrow(), N, c.features(), c.columns(), scratch, 0),
                new SquareSums(mask, c.features(), c.columns(), scratch, 0))) {
            scratch.poison();
            double[][] actual = tensors(q, k, v, lengths);
            run(sums, q, k, v, error, actual);
            for (int i = 0; i < expected.length; i++) {
                double largest = Arrays.stream(expected[i]).map(Math::abs).max().orElseThrow();
                assertThat(largest).isPositive();
                assertThat(actual[i]).as("tensor %s", i).containsExactly(expected[i], within(1e-5 * largest));
            }
        }
    }

    private static void run(
            MaskedAttention sums, double[] q, double[] k, double[] v, double[] error, double[][] tensors) {
        sums.forward(1, q, k, v, tensors[0]);
        sums.backward(1, q, k, v, error, tensors[1], tensors[2], tensors[3], tensors[4]);
    }

    /** Small graphs are squares, long sparse ones go by columns, and masks without factors by fields. */
    @Test
    void theCheaperWayIsTaken() {
        assertThat(chosen(20)).isInstanceOf(SquareSums.class);
        assertThat(chosen(1000)).isInstanceOf(FactorSums.class);
        Mask grid = new GridMask(new GridShape(false, 7), new double[13], 0);
        assertThat(HeadSums.of(grid, 4, 3, false, Scratch.mine(), 0)).hasSameClassAs(grid.attention(4, 3));
        assertThat(HeadSums.of(grid, 5, 3, false, Scratch.mine(), 0)).isInstanceOf(SquareSums.class);
        assertThat(HeadSums.of(grid, 5, 3, true, Scratch.mine(), 0)).hasSameClassAs(grid.attention(5, 3));
    }

    private static MaskedAttention chosen(int nodes) {
        Graph.Builder ring = new Graph.Builder(nodes);
        for (int i = 0; i < nodes; i++) {
            ring.edge(i, (i + 1) % nodes);
        }
        double[] numbers = Arrays.stream(GraphRows.of(GraphFactor.adjacency(ring.build())))
                .flatMapToDouble(Arrays::stream)
                .toArray();
        Mask mask = new SparseMasks(numbers, 0, numbers.length / 4, nodes, 1).mask(new double[] {1}, 0);
        return HeadSums.of(mask, 16, 17, false, Scratch.mine(), 0);
    }

    private static double[][] tensors(double[] q, double[] k, double[] v, int lengths) {
        return new double[][] {
            new double[v.length], new double[q.length], new double[k.length], new double[v.length], new double[lengths]
        };
    }
}
