package io.github.performer4j.kernels.graph;

import io.github.performer4j.kernels.math.CounterRandom;
import java.util.Arrays;

/** Small graphs of tests, and dense oracles written apart from what they check. */
final class Graphs {
    private Graphs() {}

    /** Returns an undirected graph in which each pair is joined with a probability, by a weight in [0.5, 2). */
    static Graph random(int nodes, double probability, long seed) {
        CounterRandom random = CounterRandom.of(seed);
        Graph.Builder graph = new Graph.Builder(nodes);
        for (int i = 0; i < nodes; i++) {
            for (int j = 0; j < i; j++) {
                if (random.nextDouble() < probability) {
                    graph.edge(i, j, 0.5 + 1.5 * random.nextDouble());
                }
            }
        }
        return graph.build();
    }

    /** Returns a path 0 – 1 – … – (n − 1). */
    static Graph path(int nodes) {
        Graph.Builder graph = new Graph.Builder(nodes);
        for (int i = 1; i < nodes; i++) {
            graph.edge(i - 1, i);
        }
        return graph.build();
    }

    static double[][] product(double[][] a, double[][] b) {
        double[][] c = new double[a.length][b[0].length];
        for (int i = 0; i < a.length; i++) {
            for (int k = 0; k < b.length; k++) {
                for (int j = 0; j < b[0].length; j++) {
                    c[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        return c;
    }

    /** Returns Σ_k α_k W^k. */
    static double[][] series(double[] alpha, double[][] w) {
        int n = w.length;
        double[][] sum = new double[n][n];
        double[][] power = new double[n][n];
        for (int i = 0; i < n; i++) {
            power[i][i] = 1;
        }
        for (double a : alpha) {
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    sum[i][j] += a * power[i][j];
                }
            }
            power = product(power, w);
        }
        return sum;
    }

    /** Returns e^{λW} by sixty terms of its series, exact for |λ| ≤ 5 and |W| ≤ 1. */
    static double[][] exponential(double rate, double[][] w) {
        double[] alpha = new double[60];
        alpha[0] = 1;
        for (int k = 1; k < alpha.length; k++) {
            alpha[k] = alpha[k - 1] * rate / k;
        }
        return series(alpha, w);
    }

    /** Returns |A − B| / |B|, both Frobenius norms. */
    static double error(double[][] a, double[][] b) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[i].length; j++) {
                difference += (a[i][j] - b[i][j]) * (a[i][j] - b[i][j]);
                norm += b[i][j] * b[i][j];
            }
        }
        return Math.sqrt(difference / norm);
    }

    static double[] gaussian(int length, long seed) {
        CounterRandom random = CounterRandom.of(seed);
        double[] x = new double[length];
        Arrays.setAll(x, i -> random.nextGaussian());
        return x;
    }
}
