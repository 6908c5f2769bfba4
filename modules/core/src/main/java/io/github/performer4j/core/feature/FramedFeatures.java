package io.github.performer4j.core.feature;

import io.github.performer4j.kernels.FeatureKernel;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Positive features in a {@link Frame} that is chosen per batch item and head: what they share.
 *
 * <p>Attention executes them as positive features with rows, constants and coordinates of their own for each head, on one fused kernel.
 */
public sealed interface FramedFeatures extends FeatureMap permits DenseExponentialFeatures, GerfFeatures {

    /**
     * Chooses a frame.
     *
     * @param queries moments of the scaled queries, padding left out
     * @param keys moments of the scaled keys
     * @param w projection, [M][D]
     */
    Frame frame(Moments queries, Moments keys, double[][] w);

    /** Returns whether frames may have coordinates other than S = I. */
    boolean ownCoordinates();

    /** Defines the features of rows y in the frame's coordinates; {@code wx} holds Wy + c. */
    @Override
    default Features define(SameDiff sd, SDVariable x, SDVariable wx) {
        return new Features(wx.sub(sd.sum(x.mul(x), true, 2).mul(0.5)), null, null);
    }

    /** Computes φ(x) as of a query where the row itself is all queries and all keys; see {@link #plain}. */
    @Override
    default double[] apply(double[] x, double[][] w) {
        return plain(w, new double[][] {x}, new double[][] {x}).query().apply(x);
    }

    @Override
    default PlainFeatures plain(double[][] w, double[][] queries, double[][] keys) {
        Frame frame = frame(Moments.of(queries), Moments.of(keys), w);
        return new PlainFeatures(
                x -> Exponentials.of(frame.logs(x, frame.queryCoordinates()), epsilon()),
                y -> Exponentials.of(frame.logs(y, frame.keyCoordinates()), epsilon()));
    }

    @Override
    default int draws(int features) {
        return features;
    }

    @Override
    default boolean estimatesSoftmax() {
        return true;
    }

    @Override
    default Optional<FeatureKernel> featureKernel(int headSize, int features) {
        return Optional.of(new FeatureKernel.Positive((float) inputScale(headSize, features), (float) epsilon()));
    }

    /** {@inheritDoc} Never: each head has rows of its own, made of W without gradient. */
    @Override
    default boolean learnableProjection(int features) {
        return false;
    }
}
