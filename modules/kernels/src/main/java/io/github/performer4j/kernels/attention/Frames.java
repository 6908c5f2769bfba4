package io.github.performer4j.kernels.attention;

import io.github.performer4j.kernels.memory.FloatBlock;
import io.github.performer4j.kernels.memory.Heads;
import io.github.performer4j.kernels.memory.Matrix;

/** What feature maps take from their data, for each batch item and head; no gradient flows to it. A kind of frames is a record of this package and the {@link FeatureChunk} that it makes. */
public interface Frames {

    /** Returns the columns of P: M. */
    int draws();

    /** Returns D, the length of a row. */
    int size();

    /** Returns the block that holds the sets, one after the other. */
    FloatBlock block();

    /** Returns how many sets there must be room for, where there are a number of batch items and heads. */
    default int sets(int batch, int heads) {
        return batch * heads;
    }

    /** Returns the number of values of a set. */
    long setLength();

    /** Returns whether sets hold the projections; if not, features need W beside them. */
    default boolean projects() {
        return true;
    }

    /** Returns whether features of this kind take frames of this one. */
    boolean fits(FeatureKernel features);

    /**
     * Checks what goes with frames of this kind alone.
     *
     * @param w projection; null for frames that hold it
     * @throws IllegalArgumentException if it does not fit
     */
    default void check(Matrix w, Heads q, Heads k) {}

    /** Makes a chunk of features in a set; for this package. */
    FeatureChunk chunk(ChunkPlace place);
}
