package io.github.performer4j.cli.kernels;

import io.github.performer4j.checkpoint.PerformerModel;
import io.github.performer4j.core.attention.AttentionOptions;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.program.AttentionPart;
import io.github.performer4j.core.program.Weight;
import io.github.performer4j.kernels.CpuKernels;
import io.github.performer4j.kernels.OrthogonalFrame;
import io.github.performer4j.kernels.math.CounterRandom;
import io.github.performer4j.kernels.memory.Matrix;
import io.github.performer4j.studies.Head;
import io.github.performer4j.studies.KernelRow.Place;
import io.github.performer4j.studies.KernelStudy.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Queries and keys of a trained model on one window of tokens: of each layer and head, scaled as attention scales them, {@code x = q/D^¼}.
 *
 * <p>A block's input is the activation of the vertex before it; the block's norm (where norms stand first), Wq, Wk and the head's temperature follow.
 */
final class QueriesAndKeys {
    private final PerformerConfig config;
    private final ComputationGraph net;
    private final int pairs;
    private final long seed;

    /**
     * Prepares sampling.
     *
     * @param pairs pairs of a query and a key for each head; a key is never later than its query in causal models
     * @param seed of the pairs
     */
    QueriesAndKeys(PerformerModel model, int pairs, long seed) {
        this.config = model.info().model();
        if (config.attentionOptions().fourier() != null) {
            throw new IllegalArgumentException(
                    "queries and keys are read off blocks without Fourier positions; model.attention.positions=fourier");
        }
        if (config.tokenShift()) {
            throw new IllegalArgumentException(
                    "queries and keys are read off blocks without token shift; model.tokenShift=true");
        }
        if (config.reversible()) {
            throw new IllegalArgumentException(
                    "queries and keys are read off blocks that are layers of their own; model.reversible=true");
        }
        this.net = model.net();
        this.pairs = pairs;
        this.seed = seed;
    }

    /**
     * Returns the heads, layer by layer.
     *
     * @param ids [T] framed tokens, at most as many as the model takes
     */
    List<Subject> of(int... ids) {
        INDArray tokens = Nd4j.createFromArray(new int[][] {ids}).castTo(DataType.FLOAT); // [1,T]
        Map<String, INDArray> activations = net.feedForward(new INDArray[] {tokens}, false);
        List<Subject> subjects = new ArrayList<>();
        for (int layer = 0; layer < config.layers(); layer++) {
            String first = config.embedding().norm() ? "embedding-norm" : "positions";
            String before = layer == 0 ? first : "block-" + (layer - 1);
            double[][] x = rows(activations.get(before).reshape(ids.length, config.width()));
            Map<String, INDArray> parameters = net.getLayer("block-" + layer).paramTable();
            if (parameters.containsKey("gain1") && config.norm().placement().equals("pre")) {
                INDArray bias = parameters.get("bias1");
                normalize(x, vector(parameters.get("gain1")), bias == null ? new double[config.width()] : vector(bias));
            }
            subjects.addAll(heads(layer, x, parameters));
        }
        return subjects;
    }

    /** Returns the heads of a layer; among groups that attend differently, only of those that have features, if some do. */
    private List<Subject> heads(int layer, double[][] x, Map<String, INDArray> parameters) {
        List<Subject> all = new ArrayList<>();
        Map<String, AttentionOptions> groups = config.attentionOptions(layer).groups();
        boolean some = groups.values().stream().anyMatch(group -> group.kind() != AttentionOptions.Kind.EXACT);
        int before = 0; // heads of the groups in front
        for (Map.Entry<String, AttentionOptions> each : groups.entrySet()) {
            String scope = each.getKey();
            int heads = each.getValue().heads();
            if (!some || each.getValue().kind() != AttentionOptions.Kind.EXACT) {
                double[][] q = project(x, parameters, scope, "q");
                double[][] k = project(x, parameters, scope, "k");
                INDArray rho = parameters.get(scope + AttentionPart.TEMPERATURE);
                int size = q[0].length / heads;
                double factor = each.getValue().factor(size);
                int shared = each.getValue().headsPerKey();
                for (int head = 0; head < heads; head++) {
                    double scale = factor * (rho == null ? 1 : Math.exp(rho.getDouble(head) / 2));
                    all.add(subject(
                            part(q, size, scale, head),
                            part(k, size, scale, head / shared),
                            new Place(layer, before + head)));
                }
            }
            before += heads;
        }
        return all;
    }

    private Subject subject(double[][] queries, double[][] keys, Place place) {
        boolean causal = config.attentionOptions().causal();
        CounterRandom random = CounterRandom.of(seed, place.layer(), place.head());
        int[][] sampled = new int[pairs][];
        for (int p = 0; p < pairs; p++) {
            int query = random.nextInt(queries.length);
            sampled[p] = new int[] {query, random.nextInt(causal ? query + 1 : keys.length)};
        }
        Head head = new Head(queries, keys, sampled);
        return new Subject(head, head.norm(), head.angle(), place);
    }

    private void normalize(double[][] x, double[] gain, double[] bias) {
        for (double[] row : x) {
            double mean = 0;
            for (double value : row) {
                mean += config.norm().kind().startsWith("layer") ? value / row.length : 0;
            }
            double variance = 0;
            for (double value : row) {
                variance += (value - mean) * (value - mean) / row.length;
            }
            for (int e = 0; e < row.length; e++) {
                row[e] =
                        (row[e] - mean) / Math.sqrt(variance + config.norm().epsilon()) * gain[gain.length == 1 ? 0 : e]
                                + bias[e];
            }
        }
    }

    /** Returns xW + b, [T,E]; not every model has the bias. */
    private static double[][] project(double[][] x, Map<String, INDArray> parameters, String scope, String name) {
        INDArray vectors = parameters.get(scope + "W" + name + Weight.Orthogonal.VECTORS);
        INDArray w = vectors == null ? parameters.get(scope + "W" + name) : orthogonal(vectors);
        INDArray product = Nd4j.createFromArray(x).mmul(w.castTo(DataType.DOUBLE));
        INDArray bias = parameters.get(scope + "b" + name);
        return rows(
                bias == null
                        ? product
                        : product.addiRowVector(bias.castTo(DataType.DOUBLE).reshape(1, -1)));
    }

    /** Returns what is made of vectors of reflections, [E,n]. */
    private static INDArray orthogonal(INDArray vectors) {
        int rows = Math.toIntExact(vectors.size(0));
        int columns = Math.toIntExact(vectors.size(1));
        Matrix v = Matrix.allocate(rows, columns);
        float[] values = vectors.castTo(DataType.FLOAT).dup('c').data().asFloat();
        v.block().write(0, values, 0, values.length);
        Matrix w = new OrthogonalFrame(rows, columns).of(CpuKernels.shared(), v);
        w.block().read(0, values, 0, values.length);
        return Nd4j.createFromArray(values).reshape(rows, columns);
    }

    /** Returns the columns of a head times D^(-1/4) and the scale, [T,D]. */
    private static double[][] part(double[][] rows, int size, double factor, int head) {
        double scale = Math.pow(size, -0.25) * factor;
        double[][] part = new double[rows.length][size];
        for (int t = 0; t < rows.length; t++) {
            for (int l = 0; l < size; l++) {
                part[t][l] = rows[t][head * size + l] * scale;
            }
        }
        return part;
    }

    private static double[][] rows(INDArray matrix) {
        return matrix.castTo(DataType.DOUBLE).toDoubleMatrix();
    }

    private static double[] vector(INDArray values) {
        return values.castTo(DataType.DOUBLE).dup().data().asDouble();
    }
}
