package io.github.performer4j.training.task;

import io.github.performer4j.data.Corpus;
import io.github.performer4j.data.CorpusExamples;
import io.github.performer4j.data.example.Example;
import io.github.performer4j.data.example.ExampleGraph;
import io.github.performer4j.data.graph.GraphConfig;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.data.rows.Column;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
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

    private final List<double[]> bags = new ArrayList<>();
    private final List<double[]> targets = new ArrayList<>();

    private NodeBag() {}

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
        NodeBag bag = new NodeBag();
        try (CorpusExamples all = train.examples()) {
            for (Example example = all.next(); example != null; example = all.next()) {
                double[] y = example.labels().isEmpty() ? null : target.apply(example);
                if (y != null) {
                    bag.bags.add(withOne(of(example.graph(), graphs)));
                    bag.targets.add(y);
                }
            }
        }
        return bag.solve();
    }

    private List<List<Double>> solve() {
        INDArray x = Nd4j.createFromArray(bags.toArray(double[][]::new));
        INDArray y = Nd4j.createFromArray(targets.toArray(double[][]::new));
        INDArray squares = x.transpose().mmul(x);
        for (int i = 0; i < squares.rows(); i++) {
            squares.putScalar(i, i, squares.getDouble(i, i) + RIDGE * bags.size());
        }
        double[][] w =
                InvertMatrix.invert(squares, false).mmul(x.transpose().mmul(y)).toDoubleMatrix();
        return Arrays.stream(w).map(row -> Arrays.stream(row).boxed().toList()).toList();
    }

    private static double[] withOne(double... x) {
        double[] more = Arrays.copyOf(x, x.length + 1);
        more[x.length] = 1;
        return more;
    }

    /** Returns x of a graph. */
    private static double[] of(ExampleGraph graph, GraphConfig config) {
        int kinds = config.kinds().size();
        double[] x = new double[kinds > 0 ? kinds : config.rowSize()];
        for (int i = 0; i < graph.nodes(); i++) {
            if (kinds > 0) {
                int place = config.kinds().indexOf(graph.kinds().get(i));
                if (place >= 0) {
                    x[place]++;
                }
            } else if (config.means().isEmpty()) {
                x[0]++;
            } else {
                for (int a = 0; a < x.length; a++) {
                    x[a] += (graph.attributes()[i][a] - config.means().get(a))
                            / config.scales().get(a);
                }
            }
        }
        return x;
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

    /** Returns the place of the largest. */
    static int best(float... y) {
        int best = 0;
        for (int c = 1; c < y.length; c++) {
            best = y[c] > y[best] ? c : best;
        }
        return best;
    }
}
