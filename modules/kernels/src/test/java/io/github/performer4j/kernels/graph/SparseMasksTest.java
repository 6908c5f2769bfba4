package io.github.performer4j.kernels.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.performer4j.kernels.mask.Mask;
import io.github.performer4j.kernels.mask.MaskedAttention;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Attention over a graph by sparse products equals the dense [N,N] form, values and gradients. */
class SparseMasksTest {
    private static final int N = 13;
    private static final int HEADS = 2;

    /** A graph kernel, and sizes: blocks of one feature and of many, and one that is not full. */
    record Case(String name, GraphFactor factor, int features, int columns) {
        @Override
        public String toString() {
            return name + ", M=" + features + ", C=" + columns;
        }
    }

    static Stream<Case> cases() {
        Graph graph = Graphs.random(N, 0.3, 3);
        GraphFactor drawn = new GraphRandomFeatures(6, 0.3, 4).draw(graph, 1, 0);
        return Stream.of(
                new Case("random features", drawn, 5, 3),
                new Case("random features", drawn, 29, 7),
                new Case("random features", drawn, 2, 67),
                new Case("walk counts", new WalkCounts(5, 0.2, 4).draw(graph, 1, 0), 11, 5),
                new Case("adjacency", GraphFactor.adjacency(graph), 11, 5));
    }

    private static double[] positive(int length, long seed) {
        return Arrays.stream(Graphs.gaussian(length, seed)).map(Math::abs).toArray();
    }

    /** Returns entries of a factor as numbers, with two of zeros in front. */
    private static double[] numbers(GraphFactor factor) {
        double[] rows = Arrays.stream(GraphRows.of(factor))
                .flatMapToDouble(Arrays::stream)
                .toArray();
        int padding = 2 * GraphRows.width(factor.lengths());
        double[] all = new double[padding + rows.length];
        System.arraycopy(rows, 0, all, padding, rows.length);
        return all;
    }

    private static SparseMasks masks(Case c) {
        double[] numbers = numbers(c.factor());
        int lengths = c.factor().lengths();
        return new SparseMasks(numbers, 0, numbers.length / GraphRows.width(lengths), N, lengths);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void equalsTheDenseForm(Case c) {
        int lengths = c.factor().lengths();
        double[] q = positive(HEADS * N * c.features(), 1);
        double[] k = positive(HEADS * N * c.features(), 2);
        double[] v = Graphs.gaussian(HEADS * N * c.columns(), 3);
        double[] f = positive(HEADS * lengths, 4);
        double[] error = Graphs.gaussian(HEADS * N * c.columns(), 5);
        double[] sums = new double[v.length];
        double[][] d = {new double[q.length], new double[k.length], new double[v.length], new double[f.length]};
        for (int h = 0; h < HEADS; h++) {
            Mask mask = masks(c).mask(f, h * lengths);
            double[] weights = new double[lengths];
            MaskedAttention attention = mask.attention(c.features(), c.columns());
            attention.forward(h, q, k, v, sums);
            attention.backward(h, q, k, v, error, d[0], d[1], d[2], weights);
            System.arraycopy(weights, 0, d[3], h * lengths, lengths);
        }
        assertClose(sums, dense(c, q, k, v, f));
        double[][] values = {q, k, v, f};
        for (int which = 0; which < 4; which++) {
            for (int i = 0; i < values[which].length; i += 1 + values[which].length / 41) {
                assertThat(d[which][i])
                        .as("derivative %s of %s", i, which)
                        .isCloseTo(
                                numeric(c, values, which, i, error), within(1e-6 * Math.max(1, Math.abs(d[which][i]))));
            }
        }
    }

    private static void assertClose(double[] actual, double[] expected) {
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(1e-10 * Math.max(1, Math.abs(expected[i]))));
        }
    }

    /** Σ_j K_ij (φ(q_i)·φ(k_j)) v_j with K as a matrix. */
    private static double[] dense(Case c, double[] q, double[] k, double[] v, double[] f) {
        double[] sums = new double[v.length];
        for (int h = 0; h < HEADS; h++) {
            int lengths = c.factor().lengths();
            double[][] kernel = c.factor().dense(Arrays.copyOfRange(f, h * lengths, (h + 1) * lengths));
            for (int i = 0; i < N; i++) {
                for (int j = 0; j < N; j++) {
                    double a = 0;
                    for (int m = 0; m < c.features(); m++) {
                        a += q[(h * N + i) * c.features() + m] * k[(h * N + j) * c.features() + m];
                    }
                    for (int x = 0; x < c.columns(); x++) {
                        sums[(h * N + i) * c.columns() + x] += kernel[i][j] * a * v[(h * N + j) * c.columns() + x];
                    }
                }
            }
        }
        return sums;
    }

    private static double numeric(Case c, double[][] values, int which, int index, double[] error) {
        double[] difference = new double[2];
        for (int side = 0; side < 2; side++) {
            double[][] moved = values.clone();
            moved[which] = values[which].clone();
            moved[which][index] += side == 0 ? 1e-4 : -1e-4;
            double[] sums = dense(c, moved[0], moved[1], moved[2], moved[3]);
            for (int i = 0; i < sums.length; i++) {
                difference[side] += sums[i] * error[i];
            }
        }
        return (difference[0] - difference[1]) / 2e-4;
    }

    /** On a ring, with φ = 1, a node's sum is that of its neighbours and itself; 100,000 nodes would make a dense kernel of 80 GB. */
    @Test
    void ringsOfAnySizeSumTheirNeighbours() {
        int nodes = 100_000;
        Graph.Builder ring = new Graph.Builder(nodes);
        for (int i = 0; i < nodes; i++) {
            ring.edge(i, (i + 1) % nodes);
        }
        double[] numbers = Arrays.stream(GraphRows.of(GraphFactor.adjacency(ring.build())))
                .flatMapToDouble(Arrays::stream)
                .toArray();
        double[] ones = new double[nodes];
        Arrays.fill(ones, 1);
        double[] v = Graphs.gaussian(nodes, 7);
        double[] sums = new double[nodes];
        Mask mask = new SparseMasks(numbers, 0, numbers.length / 4, nodes, 1).mask(new double[] {1}, 0);
        mask.attention(1, 1).forward(0, ones, ones, v, sums);
        for (int i = 0; i < nodes; i++) {
            double expected = v[(i + nodes - 1) % nodes] + v[i] + v[(i + 1) % nodes];
            assertThat(sums[i]).isCloseTo(expected, within(1e-12));
        }
    }

    @Test
    void refusesEntriesOfNoGraph() {
        assertThatThrownBy(() -> new SparseMasks(new double[] {0, 13, 1, 1}, 0, 1, N, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("an entry must name nodes that are there; entry=0, column=13.0, nodes=13");
        assertThatThrownBy(() -> new SparseMasks(new double[] {0.5, 1, 1, 1}, 0, 1, N, 1))
                .hasMessageContaining("row=0.5");
        assertThatThrownBy(() -> new SparseMasks(new double[] {0, 0, 0, 0, 2, 1, Double.NaN, 1}, 0, 2, N, 1))
                .hasMessage("values of an entry must be finite and not negative; entry=1, value=NaN");
        assertThatThrownBy(() -> GraphRows.lengths(5)).hasMessageContaining("width=5");
    }
}
