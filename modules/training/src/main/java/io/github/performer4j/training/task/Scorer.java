package io.github.performer4j.training.task;

import io.github.performer4j.data.rows.Batch;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Measures a model batch by batch. Batches are looked at in several threads, and added up in order in one, so that the figures do not depend on the threads.
 *
 * @param <P> what is kept of a batch: as little as the figures need; {@link java.io.Serializable} where evaluations are spread over machines
 */
public interface Scorer<P> {
    /**
     * Looks at one batch; called in any thread, and changes nothing.
     *
     * @param output of the graph's first output: [B,T,C] or [B,C]
     * @param batch what went in, and the labels
     */
    P part(INDArray output, Batch batch);

    /** Adds a batch, in the order of the data. */
    void add(P part);

    /**
     * Returns the figures of all that was added.
     *
     * @throws IllegalArgumentException if there was nothing to predict
     */
    Evaluation evaluation();

    /** Returns pictures of the figures, name of a PNG file → its bytes, after {@link #evaluation}; empty if there are none. */
    default Map<String, byte[]> pictures() {
        return Map.of();
    }
}
