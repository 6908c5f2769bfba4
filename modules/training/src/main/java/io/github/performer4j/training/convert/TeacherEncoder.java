package io.github.performer4j.training.convert;

import io.github.performer4j.core.base.TokenMask;
import io.github.performer4j.core.model.Replica;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.training.batch.BatchEncoder;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A batch's labels as a model says them: its activations at some vertices, times a factor each, [B,T,E], computed in inference when the batch is. Each thread asks a replica of its own; the model
 * is not changed.
 */
final class TeacherEncoder implements BatchEncoder {
    private final ThreadLocal<ComputationGraph> replicas;
    private final List<String> vertices;
    private final double[] factors;

    TeacherEncoder(ComputationGraph teacher, List<String> vertices, double... factors) {
        this.replicas = ThreadLocal.withInitial(() -> Replica.of(teacher));
        this.vertices = vertices;
        this.factors = factors;
    }

    @Override
    public Arrays encode(Batch batch, DataType type) {
        Arrays inputs = BatchEncoder.columns().encode(batch, type);
        INDArray[] labels = states(inputs);
        for (int i = 0; i < labels.length; i++) {
            labels[i].muli(factors[i]);
        }
        INDArray mask = TokenMask.real(inputs.featureMasks()[0]); // [B,T]
        INDArray[] masks = new INDArray[labels.length];
        java.util.Arrays.fill(masks, mask);
        return new Arrays(inputs.features(), labels, inputs.featureMasks(), masks);
    }

    /** Returns the model's activations, [B,T,E] each. */
    private INDArray[] states(Arrays inputs) {
        ComputationGraph teacher = replicas.get();
        INDArray[] states = teacher.output(vertices, false, inputs.features(), inputs.featureMasks());
        teacher.clearLayerMaskArrays();
        return states;
    }

    /** Returns the root mean square over real tokens of each vertex's activations in a batch. */
    double[] scales(Batch batch, DataType type) {
        Arrays inputs = BatchEncoder.columns().encode(batch, type);
        INDArray[] states = states(inputs);
        INDArray mask = TokenMask.real(inputs.featureMasks()[0]);
        double[] scales = new double[states.length];
        for (int i = 0; i < states.length; i++) {
            INDArray squares = states[i].mul(states[i]).mean(2); // [B,T]
            INDArray real = mask == null ? squares : squares.mul(mask);
            double count = mask == null ? squares.length() : mask.sumNumber().doubleValue();
            scales[i] = Math.sqrt(real.sumNumber().doubleValue() / count);
        }
        return scales;
    }
}
