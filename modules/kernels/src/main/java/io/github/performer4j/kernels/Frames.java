package io.github.performer4j.kernels;

/** What feature maps take from their data, for each batch item and head; no gradient flows to it. */
public sealed interface Frames permits FeatureFrames, CountFrames, ClusterFrames {

    /** Returns the columns of P: M. */
    int draws();

    /** Returns D, the length of a row. */
    int size();

    /** Returns the block that holds the sets, one after the other. */
    FloatBlock block();

    /** Returns how many sets there must be room for, where there are a number of batch items and heads. */
    int sets(int batch, int heads);

    /** Returns the number of values of a set. */
    long setLength();

    /** Returns whether sets hold the projections; if not, features need W beside them. */
    default boolean projects() {
        return true;
    }

    /** Returns whether features of this kind take frames of this one. */
    boolean fits(FeatureKernel features);
}
