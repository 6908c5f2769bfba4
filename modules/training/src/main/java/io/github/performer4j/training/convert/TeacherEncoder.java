package io.github.performer4j.training.convert;

import io.github.performer4j.core.base.TokenMask;
import io.github.performer4j.core.model.BodyVertices;
import io.github.performer4j.core.model.PerformerConfig;
import io.github.performer4j.core.model.Replica;
import io.github.performer4j.data.rows.Batch;
import io.github.performer4j.training.batch.BatchEncoder;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A batch as a model sees it, computed in inference when the batch is: as input what the model's blocks read, as labels its activations at some vertices, [B,T,E] each. Each thread asks a replica of
 * its own; the model is not changed.
 */
final class TeacherEncoder implements BatchEncoder {
    private final ThreadLocal<ComputationGraph> replicas;
    private final List<String> vertices = new ArrayList<>(); // what the blocks read, and what is compared

    TeacherEncoder(ComputationGraph teacher, PerformerConfig config) {
        this.replicas = ThreadLocal.withInitial(() -> Replica.of(teacher));
        vertices.add(BodyVertices.front(teacher.getConfiguration(), config));
        vertices.addAll(StudentGraph.vertices(config));
    }

    @Override
    public Arrays encode(Batch batch, DataType type) {
        Arrays inputs = BatchEncoder.columns().encode(batch, type);
        INDArray[] states = states(inputs);
        INDArray[] features = inputs.features().clone();
        features[0] = states[0];
        INDArray[] labels = java.util.Arrays.copyOfRange(states, 1, states.length);
        INDArray mask = TokenMask.real(inputs.featureMasks()[0]); // [B,T]
        INDArray[] masks = new INDArray[labels.length];
        java.util.Arrays.fill(masks, mask);
        return new Arrays(features, labels, inputs.featureMasks(), masks);
    }

    /** Returns the model's activations, [B,T,E] each. */
    private INDArray[] states(Arrays inputs) {
        ComputationGraph teacher = replicas.get();
        INDArray[] states = teacher.output(vertices, false, inputs.features(), inputs.featureMasks());
        teacher.clearLayerMaskArrays();
        return states;
    }

    /** Returns the root mean square over real tokens of each compared vertex's activations in a batch. */
    double[] scales(Batch batch, DataType type) {
        Arrays arrays = encode(batch, type);
        double[] scales = new double[arrays.labels().length];
        for (int i = 0; i < scales.length; i++) {
            INDArray state = arrays.labels()[i];
            INDArray mask = arrays.labelMasks()[i];
            INDArray squares = state.mul(state).mean(2); // [B,T]
            INDArray real = mask == null ? squares : squares.mul(mask);
            double count = mask == null ? squares.length() : mask.sumNumber().doubleValue();
            scales[i] = Math.sqrt(real.sumNumber().doubleValue() / count);
        }
        return scales;
    }
}
