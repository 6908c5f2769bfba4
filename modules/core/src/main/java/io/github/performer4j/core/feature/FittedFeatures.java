package io.github.performer4j.core.feature;

import io.github.performer4j.kernels.attention.Frames;
import io.github.performer4j.kernels.memory.FloatBlock;
import java.util.List;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * A feature map that is fitted to the queries and keys it is used for, without gradient: one body, which graphs and kernels ask alike.
 *
 * <ol>
 *   <li>{@link #sight}: what it wants to know of queries and keys, if anything;
 *   <li>{@link #choose}: the frame that it makes of that and of W, on the host, in double arithmetic;
 *   <li>{@link #define} in a graph, {@link #frames} on kernels: what features are in a frame.
 * </ol>
 *
 * <p>There is a frame for each batch item and head; where the layer keeps {@link Statistics} for each head; for a map that sees nothing one for all. The interface is open: a map of somebody else's is one
 * class, on kernels too if it takes frames that they know.
 */
public non-sealed interface FittedFeatures extends FeatureMap {

    /**
     * Memory of the kernels, which the frames of a pass are written to.
     *
     * @param frames sets of {@link #parts}, one after the other
     * @param sets their number: B·H, H or 1
     * @param queryMarks the number of each query, [BH,Tq]; null for a map that gives none
     * @param keyMarks the number of each key, [BH,Tk]
     */
    record Memory(FloatBlock frames, int sets, FloatBlock queryMarks, FloatBlock keyMarks) {}

    /**
     * Returns the parts of a frame as {rows, columns} of each, in the order in which a set of the kernels' frames has them.
     *
     * @param columns M
     * @param headSize D
     */
    List<int[]> parts(int columns, int headSize);

    /** Returns whether the map gives each query and each key a number, 0 or more; only one that sees rows can. */
    default boolean marks() {
        return false;
    }

    /**
     * Chooses a frame: a function of what is seen and of W alone.
     *
     * @param w projection, [M][D]
     */
    Choice choose(Seen queries, Seen keys, double[][] w);

    /** Defines the features of rows in their frames, without ε and without the common factor M^-½. */
    Features define(FittedRows rows);

    /**
     * Returns frames as the kernels know them; asked of maps that have a {@link #featureKernel}.
     *
     * @param columns M
     * @param headSize D
     */
    default Frames frames(Memory memory, int columns, int headSize) {
        throw new IllegalStateException("a map with a kernel must have frames for it; featureMap=" + this);
    }

    @Override
    default Optional<FittedFeatures> fitted() {
        return Optional.of(this);
    }

    /** {@inheritDoc} Never: there are no features without a frame. */
    @Override
    default Features define(SameDiff sd, SDVariable x, SDVariable wx) {
        throw new IllegalStateException("a fitted map has features in a frame only; featureMap=" + this);
    }

    @Override
    PlainFeatures plain(double[][] w, double[][] queries, double[][] keys);

    /** Computes φ(x) as of a query where the row itself is all queries and all keys; see {@link #plain}. */
    @Override
    default double[] apply(double[] x, double[][] w) {
        return plain(w, new double[][] {x}, new double[][] {x}).query().apply(x);
    }

    @Override
    default int draws(int features) {
        return features;
    }

    @Override
    default boolean estimatesSoftmax() {
        return true;
    }

    /** {@inheritDoc} Never: W is what frames are made of, without gradient. */
    @Override
    default boolean learnableProjection(int features) {
        return false;
    }
}
