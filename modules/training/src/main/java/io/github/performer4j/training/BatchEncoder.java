package io.github.performer4j.training;

import io.github.performer4j.data.TokenBatch;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Turns a batch of tokens into the arrays a graph reads. The default is what performer4j's models take; an own one lets the trainer
 * drive any Deeplearning4j graph with one input and one output.
 */
@FunctionalInterface
public interface BatchEncoder {
    /**
     * The arrays of one batch.
     *
     * @param features the graph's input
     * @param labels the graph's labels
     * @param featureMask [B,T], 1 = real token; may be null
     * @param labelMask mask of the labels; may be null
     */
    record Arrays(INDArray features, INDArray labels, INDArray featureMask, INDArray labelMask) {}

    /**
     * Makes the arrays.
     *
     * @param batch B sequences of T tokens
     * @param type the graph's floating-point type
     */
    Arrays encode(TokenBatch batch, DataType type);

    /** Ids [B,T], mask [B,T] and labels [B,T] (−1 = ignored), all in the graph's floating-point type. */
    static BatchEncoder tokens() {
        return (batch, type) -> {
            int n = batch.batch() * batch.length();
            float[] ids = new float[n];
            float[] labels = new float[n];
            float[] mask = new float[n];
            for (int i = 0; i < n; i++) {
                ids[i] = batch.ids()[i];
                labels[i] = batch.labels()[i];
                mask[i] = batch.mask()[i] ? 1 : 0;
            }
            return new Arrays(matrix(ids, batch, type), matrix(labels, batch, type), matrix(mask, batch, type), null);
        };
    }

    private static INDArray matrix(float[] values, TokenBatch batch, DataType type) {
        return Nd4j.createFromArray(values)
                .reshape('c', batch.batch(), batch.length()) // [B,T]
                .castTo(type);
    }
}
