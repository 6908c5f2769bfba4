package io.github.performer4j.spark;

import java.io.Serializable;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * All of a net that goes from one process to another: its configuration with the counters of net and layers, its P parameters and its updater's state (2 P values for
 * Adam), float32.
 */
final class NetState implements Serializable {
    private static final long serialVersionUID = 1;

    private final String configuration;
    private final float[] parameters;
    private final float[] updater;

    NetState(String configuration, float[] parameters, float[] updater) {
        this.configuration = configuration;
        this.parameters = parameters;
        this.updater = updater;
    }

    /**
     * Copies a net.
     *
     * @throws IllegalArgumentException if its parameters are not float32
     */
    static NetState of(ComputationGraph net) {
        if (net.params().dataType() != DataType.FLOAT) {
            throw new IllegalArgumentException(
                    "workers exchange float32; type=" + net.params().dataType());
        }
        INDArray state = net.getUpdater().getStateViewArray();
        return new NetState(
                net.getConfiguration().toJson(), values(net.params()), state == null ? new float[0] : values(state));
    }

    private static float[] values(INDArray array) {
        return array.dup('c').reshape(array.length()).toFloatVector();
    }

    /** Makes a net of it. */
    ComputationGraph net() {
        ComputationGraphConfiguration made = ComputationGraphConfiguration.fromJson(configuration);
        made.setDataType(DataType.FLOAT);
        ComputationGraph net = new ComputationGraph(made);
        net.init(Nd4j.createFromArray(parameters).reshape(1, parameters.length), false);
        if (updater.length > 0) {
            net.getUpdater().setStateViewArray(Nd4j.createFromArray(updater).reshape(1, updater.length));
        }
        return net;
    }

    /** Adds another's parameters and updater state to these. */
    void add(NetState other) {
        add(parameters, other.parameters);
        add(updater, other.updater);
    }

    private static void add(float[] sum, float[] more) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += more[i];
        }
    }

    /** Divides all values: a sum becomes a mean. */
    void divide(int count) {
        divide(parameters, count);
        divide(updater, count);
    }

    /** Returns the mean of all values, which a test of sums looks at. */
    double mean() {
        double sum = 0;
        for (float value : parameters) {
            sum += value;
        }
        for (float value : updater) {
            sum += value;
        }
        return sum / (parameters.length + updater.length);
    }

    private static void divide(float[] values, int count) {
        for (int i = 0; i < values.length; i++) {
            values[i] /= count;
        }
    }
}
