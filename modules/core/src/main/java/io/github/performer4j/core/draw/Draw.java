package io.github.performer4j.core.draw;

import io.github.performer4j.core.base.LayerSteps;
import io.github.performer4j.core.base.MicroBatch;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A random array that enters a layer's graph from outside: a projection, a dropout mask.
 *
 * <p>It is a pure function of its {@link Key}, so that forward and backward see the same numbers, and a resumed run continues with
 * those of the interrupted one.
 */
public interface Draw {

    /**
     * Names a draw.
     *
     * @param seed the net's seed
     * @param layer hash of the layer's name
     * @param iteration the layer's training step, from 0; in inference its last one; see {@link LayerSteps}
     * @param microBatch position of the batch within its iteration; see {@link MicroBatch}
     */
    record Key(long seed, long layer, long iteration, int microBatch) {}

    /** Returns the shape of the array. */
    long[] shape();

    /**
     * Draws.
     *
     * @param key names the draw
     * @param type float32 or float64
     * @return an array of {@link #shape}, outside of all workspaces
     */
    INDArray draw(Key key, DataType type);

    /** Returns whether a draw holds for a sequence to its end, in however many parts it comes. */
    default boolean waits() {
        return false;
    }

    /** Returns this draw for tokens that so many came before. */
    default Draw at(long offset) {
        return this;
    }

    /** Returns the part of the key that this draw depends on: as long as it is equal, the last array is used again. */
    default Object relevant(Key key) {
        return key;
    }
}
