package io.github.performer4j.kernels.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Diffusion is a semigroup in its time, the identity at 0, and of two joined nodes the closed form. */
class DiffusionTest {
    private static double[][] kernel(Graph graph, double time) {
        GraphFactor factor = new Diffusion(time).draw(graph, 1, 2);
        int n = graph.nodes();
        double[] identity = new double[n * n];
        for (int i = 0; i < n; i++) {
            identity[i * n + i] = 1;
        }
        double[] k = factor.apply(new double[] {1}, identity, n);
        double[][] rows = new double[n][n];
        for (int i = 0; i < n; i++) {
            System.arraycopy(k, i * n, rows[i], 0, n);
        }
        return rows;
    }

    private static Graph seven() {
        return new Graph.Builder(7)
                .edge(0, 1, 0.5)
                .edge(1, 2)
                .edge(2, 3, 2)
                .edge(3, 0)
                .edge(4, 5, 3)
                .build(); // node 6 is isolated
    }

    @Test
    void timesAddUp() {
        double[][] a = kernel(seven(), 0.7);
        double[][] b = kernel(seven(), 2.3);
        double[][] both = kernel(seven(), 3.0);
        for (int i = 0; i < 7; i++) {
            for (int j = 0; j < 7; j++) {
                double product = 0;
                for (int l = 0; l < 7; l++) {
                    product += a[i][l] * b[l][j];
                }
                assertThat(product).isCloseTo(both[i][j], within(1e-13));
            }
        }
    }

    @Test
    void twoNodesAreTheClosedForm() {
        for (double t : new double[] {0, 0.3, 5, 60}) {
            double[][] k = kernel(new Graph.Builder(2).edge(0, 1, 4).build(), t);
            assertThat(k[0][0]).isCloseTo((1 + Math.exp(-2 * t)) / 2, within(1e-13));
            assertThat(k[0][1]).isCloseTo((1 - Math.exp(-2 * t)) / 2, within(1e-13));
        }
    }

    @Test
    void nothingReachesAnotherComponent() {
        double[][] k = kernel(seven(), 4);
        assertThat(k[0][4]).isZero();
        assertThat(k[6][5]).isZero();
        assertThat(k[6][6]).isCloseTo(Math.exp(-4), within(1e-15));
    }

    @Test
    void timesThatAreNoneAreRefused() {
        assertThatThrownBy(() -> new Diffusion(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("time must be in [0, 100.0]; time=-1.0");
        assertThatThrownBy(() -> new Diffusion(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }
}
