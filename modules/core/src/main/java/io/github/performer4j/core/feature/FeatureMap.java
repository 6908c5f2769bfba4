package io.github.performer4j.core.feature;

import io.github.performer4j.kernels.attention.FeatureKernel;
import java.io.Serializable;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.shade.jackson.annotation.JsonTypeInfo;

/**
 * A map φ: R^D → R^M whose inner product φ(q)·φ(k) stands for a kernel of attention.
 *
 * <p>Attention with such a kernel is linear in the number of tokens (Choromanski et al., <em>Rethinking Attention with
 * Performers</em>, arXiv 2009.14794). A map carries its mathematics twice: {@link #define} for SameDiff and {@link #apply} row by
 * row in plain double arithmetic, which is the oracle of the first. The set is closed but for {@link CustomFeatures} and {@link FittedFeatures},
 * from which own maps are derived.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.CLASS, include = JsonTypeInfo.As.PROPERTY, property = "@class")
public sealed interface FeatureMap extends Serializable
        permits PositiveFeatures,
                HyperbolicFeatures,
                FittedFeatures,
                HybridFeatures,
                TrigonometricFeatures,
                GeneralizedFeatures,
                CustomFeatures {

    /**
     * Defines the features of scaled rows, without ε and without the common factor M^-½ (it cancels in attention).
     *
     * @param sd graph that is being built
     * @param x rows already multiplied by {@link #inputScale}, [BH,T,D]
     * @param wx the same rows projected, x·Wᵀ, [BH,T,draws(M)]; null if {@link #draws} is 0
     * @return factors of φ
     */
    Features define(SameDiff sd, SDVariable x, SDVariable wx);

    /**
     * Defines the features of queries, for maps that treat queries and keys differently or need to know M; see {@link #define}.
     *
     * @param features columns M
     */
    default Features defineQueries(SameDiff sd, SDVariable x, SDVariable wx, int features) {
        return define(sd, x, wx);
    }

    /** Defines the features of keys; see {@link #defineQueries}. */
    default Features defineKeys(SameDiff sd, SDVariable x, SDVariable wx, int features) {
        return define(sd, x, wx);
    }

    /**
     * Computes φ(x) + ε in plain double arithmetic, with the factor M^-½ where the map has one and no stabiliser.
     *
     * @param x one row, already multiplied by {@link #inputScale}, length D
     * @param w projection, [draws(M)][D]; ignored if {@link #draws} is 0
     * @return φ(x), length M
     */
    double[] apply(double[] x, double[][] w);

    /**
     * Returns φ for queries and for keys; maps that do not depend on their data treat both as {@link #apply} does.
     *
     * @param w projection, [draws(M)][D]; ignored if {@link #draws} is 0
     * @param queries all queries of a batch item and head, scaled, [n][D]
     * @param keys all keys
     */
    default PlainFeatures plain(double[][] w, double[][] queries, double[][] keys) {
        return new PlainFeatures(x -> apply(x, w), y -> apply(y, w));
    }

    /**
     * Draws the projection W.
     *
     * @param projection how independent rows, or blocks of them, are drawn
     * @param features columns M
     * @param headSize D
     * @param seed names the draw
     * @return [draws(M)][D]
     */
    default double[][] draw(Projection projection, int features, int headSize, long seed) {
        return projection.draw(draws(features), headSize, seed);
    }

    /** Returns what the map makes of coupled rows of W, and so how W is drawn where nobody says. */
    default Coupling coupling() {
        return Coupling.ANY;
    }

    /** Returns whether W may be a parameter that gradients reach: it is what rows are multiplied by, and nothing else. */
    default boolean learnableProjection(int features) {
        return draws(features) > 0;
    }

    /** Returns the map's body if it is fitted to data; empty for one that is the same whatever the data. */
    default Optional<FittedFeatures> fitted() {
        return Optional.empty();
    }

    /** Returns what a map wants to know of the queries and keys that it is fitted to: nothing, if it is the same whatever the data. */
    default Sight sight() {
        return Sight.NOTHING;
    }

    /**
     * Returns whether the map fits itself to statistics of the sequence, so that a token's features depend on later tokens too: causal layers refuse that, unless
     * they keep other {@link Statistics}.
     */
    default boolean looksAhead() {
        return sight() != Sight.NOTHING;
    }

    /** Returns whether moments of other rows than those at hand, which a layer keeps, can take the place of the map's statistics. */
    default boolean takesKeptStatistics() {
        return sight() == Sight.MOMENTS;
    }

    /**
     * Returns the number of rows of the projection W that M columns take; 0 for a map without projection.
     *
     * @param features columns M
     * @throws IllegalArgumentException if the map cannot have that many columns
     */
    int draws(int features);

    /**
     * Returns the number of columns M that the map yields.
     *
     * @param features columns asked for
     * @param headSize D
     */
    default int columns(int features, int headSize) {
        return draws(features) == 0 ? headSize : features;
    }

    /** Returns ε, which is added to every stabilised feature and is part of the result: it does not cancel. */
    default double epsilon() {
        return 0;
    }

    /** Returns the map with ε = 0, whose bias is that of the estimator alone; itself where it has no ε, or leaves none out. */
    default FeatureMap withoutEpsilon() {
        return this;
    }

    /**
     * Returns the factor that scales queries and keys before the map; D^-¼ makes φ(q)·φ(k) estimate exp(q·k/√D).
     *
     * @param headSize D
     * @param features M
     */
    default double inputScale(int headSize, int features) {
        return Math.pow(headSize, -0.25);
    }

    /**
     * Returns what products of the features of {@link #define} are multiplied by to be those of {@link #apply} and estimate the kernel itself: the common factor that cancels in attention with one
     * kernel, 1/M where φ has M^-½.
     *
     * @param features columns M asked for
     * @param headSize D
     */
    default double productScale(int features, int headSize) {
        return 1.0 / columns(features, headSize);
    }

    /**
     * Returns the map as the fused kernels execute it; empty if they do not know it, so that only the graph can.
     *
     * @param headSize D
     * @param features columns M asked for
     */
    default Optional<FeatureKernel> featureKernel(int headSize, int features) {
        return Optional.empty();
    }

    /** Returns whether φ(q)·φ(k) estimates the softmax kernel exp(q·k/√D), so that exact attention is what the map approximates. */
    default boolean estimatesSoftmax() {
        return false;
    }

    /**
     * Finds a built-in map by name, with its default ε.
     *
     * @param name a name of {@link FeatureMaps}, in any case, with '-' or '_', or {@code gerf:A} for {@link GerfFeatures} with an A
     * @throws IllegalArgumentException if there is no such map; the message lists all
     */
    static FeatureMap named(String name) {
        return FeatureMaps.named(name);
    }
}
