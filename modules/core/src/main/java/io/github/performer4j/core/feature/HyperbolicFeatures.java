package io.github.performer4j.core.feature;

import io.github.performer4j.kernels.attention.FeatureKernel;
import java.util.Arrays;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Hyperbolic random features of the softmax kernel (FAVOR+): {@code φ(x) = M^{-½} (exp(±Wx − |x|²/2 − c) + ε)}, each of M/2 draws with both
 * signs.
 *
 * <p>These are {@link PositiveFeatures} of mirrored rows, w_{i+M/2} = −w_i, and run as such. Unbiased for exp(x·y), with mean squared error
 * {@code ½(1 − e^{−|x+y|²})} times that of positive features of M/2 draws; hence never above positive features of M draws. Source: arXiv 2009.14794, Lemma 1
 * and 2. Cost: that of positive features of M columns.
 *
 * @param epsilon ε ≥ 0 added to the stabilised exponential
 */
public record HyperbolicFeatures(double epsilon) implements FeatureMap {
    public HyperbolicFeatures {
        Exponentials.check(epsilon);
    }

    /** Returns the map with ε = {@value PositiveFeatures#DEFAULT_EPSILON}. */
    public static HyperbolicFeatures defaults() {
        return new HyperbolicFeatures(PositiveFeatures.DEFAULT_EPSILON);
    }

    private PositiveFeatures positive() {
        return new PositiveFeatures(epsilon);
    }

    @Override
    public double[][] draw(Projection projection, int features, int headSize, long seed) {
        return mirrored(projection.draw(features / 2, headSize, seed));
    }

    /** Returns rows, and behind them the same with the other sign. */
    static double[][] mirrored(double[][] half) {
        double[][] w = Arrays.copyOf(half, 2 * half.length);
        for (int i = 0; i < half.length; i++) {
            w[half.length + i] = half[i].clone();
            Rows.scale(w[half.length + i], -1);
        }
        return w;
    }

    @Override
    public Features define(SameDiff sd, SDVariable x, SDVariable wx) {
        return positive().define(sd, x, wx);
    }

    @Override
    public double[] apply(double[] x, double[][] w) {
        return positive().apply(x, w);
    }

    @Override
    public Coupling coupling() {
        return Coupling.EVEN;
    }

    /** {@inheritDoc} Rows come in pairs of opposite sign. */
    @Override
    public int draws(int features) {
        if (features % 2 != 0) {
            throw new IllegalArgumentException(
                    "hyperbolic features come in pairs: features must be even; features=" + features);
        }
        return features;
    }

    @Override
    public boolean estimatesSoftmax() {
        return true;
    }

    @Override
    public Optional<FeatureKernel> featureKernel(int headSize, int features) {
        return positive().featureKernel(headSize, features);
    }

    @Override
    public FeatureMap withoutEpsilon() {
        return new HyperbolicFeatures(0);
    }
}
