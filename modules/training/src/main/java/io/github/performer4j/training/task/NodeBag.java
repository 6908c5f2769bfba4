package io.github.performer4j.training.task;

import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.CorpusExamples;
import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.graph.GraphConfig;
import io.github.performer4j.data.graph.GraphEncoder;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.Column;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.inverse.InvertMatrix;

/**
 * What a graph's nodes tell without its edges, a baseline: x counts the nodes of each kind, or where nodes have no kinds it is the sum of their (standardised) attributes, and
 *
 * <pre>y = [x, 1] W,   W = (XᵀX + λI)⁻¹ Xᵀ Y,   λ = 10⁻⁶ n</pre>
 *
 * <p>by least squares over the n graphs of the training side; of classes, Y is one-hot and the largest y is the answer.
 */
final class NodeBag {
    private static final double RIDGE = 1e-6;

    private final int columns;
    private final double[][] squares; // XᵀX
    private double[][] products; // XᵀY
    private long count;

    private NodeBag(int columns) {
        this.columns = columns;
        squares = new double[columns + 1][columns + 1];
    }

    /**
     * Fits W.
     *
     * @param train the training side
     * @param target of an example with labels; null to pass over one
     * @return W, a row for each entry of x and a last one; null if the data has no graphs
     * @throws IOException if the data cannot be read
     */
    static List<List<Double>> fit(Corpus train, Function<Example, double[]> target) throws IOException {
        GraphConfig graphs = train.config().graph();
        if (!graphs.given()) {
            return null;
        }
        GraphEncoder encoder = new GraphEncoder(graphs);
        NodeBag bag = new NodeBag(
                graphs.kinds().isEmpty() ? graphs.rowSize() : graphs.kinds().size());
        try (CorpusExamples all = train.examples()) {
            for (Example example = all.next(); example != null; example = all.next()) {
                try {
                    double[] y = example.labels().isEmpty() ? null : target.apply(example);
                    if (y != null) {
                        bag.add(encoder.features(example.graph(), new HashMap<>()), graphs.rowSize(), y);
                    }
                } catch (IllegalArgumentException e) {
                    throw all.fault(e.getMessage() + ", id=" + example.id());
                }
            }
        }
        return bag.solve();
    }

    private void add(float[] nodes, int width, double... y) {
        double[] x = new double[columns + 1];
        for (int i = 0; i < nodes.length; i++) {
            if (i % width < columns) {
                x[i % width] += nodes[i];
            }
        }
        x[columns] = 1;
        products = products == null ? new double[x.length][y.length] : products;
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; x[i] != 0 && j < x.length; j++) {
                squares[i][j] += x[i] * x[j];
            }
            for (int c = 0; x[i] != 0 && c < y.length; c++) {
                products[i][c] += x[i] * y[c];
            }
        }
        count++;
    }

    private List<List<Double>> solve() {
        for (int i = 0; i <= columns; i++) {
            squares[i][i] += RIDGE * count;
        }
        INDArray inverse = InvertMatrix.invert(Nd4j.createFromArray(squares), false);
        double[][] w = inverse.mmul(Nd4j.createFromArray(products)).toDoubleMatrix();
        return Arrays.stream(w).map(row -> Arrays.stream(row).boxed().toList()).toList();
    }

    /**
     * Returns what W says of the graphs of a batch.
     *
     * @param w as {@link #fit} gave it
     * @return y of each row, padding among them, [B][C]
     */
    static float[][] predict(Batch batch, List<List<Double>> w) {
        Column nodes = batch.input();
        int length = nodes.size(1);
        int width = nodes.size(2);
        float[][] all = new float[batch.size()][];
        for (int b = 0; b < all.length; b++) {
            double[] y = new double[w.get(0).size()];
            add(y, w.get(w.size() - 1), 1);
            for (int i = b * length; i < (b + 1) * length; i++) {
                for (int c = 0; nodes.mask()[i] && c < w.size() - 1; c++) {
                    add(y, w.get(c), nodes.floats()[i * width + c]);
                }
            }
            all[b] = new float[y.length];
            for (int c = 0; c < y.length; c++) {
                all[b][c] = (float) y[c];
            }
        }
        return all;
    }

    private static void add(double[] y, List<Double> row, double factor) {
        for (int c = 0; factor != 0 && c < y.length; c++) {
            y[c] += factor * row.get(c);
        }
    }
}
