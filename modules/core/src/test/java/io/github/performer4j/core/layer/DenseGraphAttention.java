package io.github.performer4j.core.layer;

import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.feature.FeatureMap;
import io.github.performer4j.core.feature.PlainFeatures;
import io.github.performer4j.kernels.graph.GraphFactor;
import io.github.performer4j.kernels.layer.FourierPlaces;
import java.util.Arrays;
import java.util.Map;
import java.util.function.IntFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The oracle: attention over one graph from the definition, node by node, with the kernel as a matrix [N,N], in plain double arithmetic.
 *
 * @param parameters of the layer
 * @param options of the layer, with a map without ε; W is a parameter, if there is one
 */
record DenseGraphAttention(Map<String, INDArray> parameters, AttentionOptions options) {

    /**
     * Attends.
     *
     * @param x nodes, [N or more][E]
     * @return [N][E]
     */
    double[][] attend(double[][] x, GraphFactor factor) {
        return attend(x, factor.nodes(), h -> factor.dense(weights(h, factor.lengths())));
    }

    /**
     * Attends under any masks.
     *
     * @param kernels K of each head, [N][N]
     */
    double[][] attend(double[][] x, int nodes, IntFunction<double[][]> kernels) {
        int width = x[0].length;
        int size = width / options.heads();
        double[][] q = product(x, nodes, "q");
        double[][] k = product(x, nodes, "k");
        double[][] v = product(x, nodes, "v");
        double[][] attended = new double[nodes][width];
        for (int h = 0; h < options.heads(); h++) {
            double[][] kernel = kernels.apply(h);
            double[][] scores = scores(wide(head(q, h, size), h, true), wide(head(k, h, size), h, false));
            for (int i = 0; i < nodes; i++) {
                double sum = 0;
                double[] weights = weights(kernel[i], scores[i]);
                for (int j = 0; j < nodes; j++) {
                    double weight = weights[j];
                    sum += weight;
                    for (int d = 0; d < size; d++) {
                        attended[i][h * size + d] += weight * v[j][h * size + d];
                    }
                }
                for (int d = 0; d < size; d++) {
                    attended[i][h * size + d] /= sum;
                }
            }
        }
        return product(attended, nodes, "o");
    }

    /** Returns what a node's values weigh: the kernel times φ(q)·φ(k), or, where all of that is 0, the kernel. */
    private static double[] weights(double[] kernel, double... scores) {
        double[] weights = new double[kernel.length];
        Arrays.setAll(weights, j -> kernel[j] * scores[j]);
        return Arrays.stream(weights).sum() == 0 ? kernel : weights;
    }

    private double[] weights(int head, int lengths) {
        double[] f = new double[lengths];
        INDArray theta = parameters.get("modulation");
        for (int l = 0; l < lengths; l++) {
            f[l] = theta == null ? 1 : Math.exp(theta.getDouble(head, l));
        }
        return f;
    }

    /** Rows with the columns of Fourier positions, if there are any. */
    private double[][] wide(double[][] x, int h, boolean query) {
        if (options.fourier() == null) {
            return x;
        }
        int size = x[0].length;
        FourierPlaces places = options.fourier().places();
        double[] own = parameters.get("fourier").getRow(h).toDoubleVector();
        double[] columns =
                places.columns(own, 0, query, 0, x.length, options.fourier().columnFactor(size));
        double[][] y = scaled(x, options.fourier().factor(size));
        for (int t = 0; t < y.length; t++) {
            y[t] = Arrays.copyOf(y[t], size + places.columns());
            System.arraycopy(columns, t * places.columns(), y[t], size, places.columns());
        }
        return y;
    }

    private double[][] scores(double[][] q, double[][] k) {
        int size = q[0].length;
        if (options.kind() == AttentionOptions.Kind.EXACT) {
            return exponentials(q, k, 1 / Math.sqrt(size));
        }
        FeatureMap map = options.featureMap();
        INDArray w = parameters.get("projection");
        double[][] rows = w == null ? null : w.toDoubleMatrix();
        double scale = map.inputScale(size, map.columns(options.features(), size));
        PlainFeatures phi = map.plain(rows, scaled(q, scale), scaled(k, scale));
        double[][] scores = new double[q.length][q.length];
        for (int i = 0; i < q.length; i++) {
            for (int j = 0; j < q.length; j++) {
                double[] a = phi.query().apply(scaled(q, scale)[i]);
                double[] b = phi.key().apply(scaled(k, scale)[j]);
                for (int m = 0; m < a.length; m++) {
                    scores[i][j] += a[m] * b[m];
                }
            }
        }
        return scores;
    }

    private static double[][] exponentials(double[][] q, double[][] k, double scale) {
        double[][] scores = new double[q.length][k.length];
        for (int i = 0; i < q.length; i++) {
            for (int j = 0; j < k.length; j++) {
                double dot = 0;
                for (int d = 0; d < q[i].length; d++) {
                    dot += q[i][d] * k[j][d];
                }
                scores[i][j] = Math.exp(scale * dot);
            }
        }
        return scores;
    }

    private static double[][] scaled(double[][] x, double factor) {
        double[][] y = new double[x.length][x[0].length];
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < x[i].length; j++) {
                y[i][j] = x[i][j] * factor;
            }
        }
        return y;
    }

    private static double[][] head(double[][] x, int h, int size) {
        double[][] own = new double[x.length][size];
        for (int i = 0; i < x.length; i++) {
            System.arraycopy(x[i], h * size, own[i], 0, size);
        }
        return own;
    }

    private double[][] product(double[][] x, int rows, String name) {
        double[][] w = parameters.get("W" + name).toDoubleMatrix();
        double[] bias = parameters.get("b" + name).toDoubleVector();
        double[][] y = new double[rows][bias.length];
        for (int i = 0; i < rows; i++) {
            for (int c = 0; c < bias.length; c++) {
                y[i][c] = bias[c];
                for (int e = 0; e < w.length; e++) {
                    y[i][c] += x[i][e] * w[e][c];
                }
            }
        }
        return y;
    }
}
