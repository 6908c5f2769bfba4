package io.github.performer4j.core.feature;

import io.github.performer4j.kernels.attention.FeatureKernel;
import io.github.performer4j.kernels.math.ScalarFunction;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Features of generalised attention: {@code φ(x) = f(s·Wx) + ε}, or {@code f(s·x) + ε} without a projection.
 *
 * <p>f = ReLU is Performer-ReLU (arXiv 2009.14794, §4), which leads on proteins; elu + 1 without a projection is the map of
 * <em>Transformers are RNNs</em> (arXiv 2006.16236). They estimate kernels of their own, not softmax, and need no stabiliser; but for exp, whose ε is
 * added to the stabilised exponential.
 *
 * <p>Cost of T rows: the product Wx, O(T·M·D), and f, O(T·M); without a projection O(T·D) alone, with M = D.
 *
 * @param function f, applied to each entry
 * @param projected whether rows are multiplied by W first
 * @param epsilon ε ≥ 0; 1e-3 by default
 * @param scaling s; libraries differ, so it is explicit
 */
public record GeneralizedFeatures(FeatureFunction function, boolean projected, double epsilon, Scaling scaling)
        implements FeatureMap {
    /** ε of the authors' code for generalised features. */
    public static final double DEFAULT_EPSILON = 1e-3;

    /** The factor s that queries and keys are multiplied by before the projection. */
    public enum Scaling {
        /** s = D^-¼, as for the softmax kernel. */
        HEAD_SIZE,
        /** s = M^-½, as in the authors' JAX code. */
        FEATURES,
        /** s = 1. */
        NONE
    }

    public GeneralizedFeatures {
        if (function == null || scaling == null) {
            throw new IllegalArgumentException(
                    "function and scaling must be given; function=" + function + ", scaling=" + scaling);
        }
        Exponentials.check(epsilon);
    }

    /**
     * Returns projected features of f with ε = {@value #DEFAULT_EPSILON} and s = D^-¼.
     *
     * @param function f
     */
    public static GeneralizedFeatures of(FeatureFunction function) {
        return new GeneralizedFeatures(function, true, DEFAULT_EPSILON, Scaling.HEAD_SIZE);
    }

    /** Returns a copy with another ε. */
    public GeneralizedFeatures withEpsilon(double value) {
        return new GeneralizedFeatures(function, projected, value, scaling);
    }

    /** Returns a copy with or without projection. */
    public GeneralizedFeatures withProjected(boolean value) {
        return new GeneralizedFeatures(function, value, epsilon, scaling);
    }

    /** Returns a copy with another scaling. */
    public GeneralizedFeatures withScaling(Scaling value) {
        return new GeneralizedFeatures(function, projected, epsilon, value);
    }

    @Override
    public Features define(SameDiff sd, SDVariable x, SDVariable wx) {
        SDVariable z = projected ? wx : x;
        return function == FeatureFunction.EXP
                ? new Features(z, null, null) // stabilised, or float32 overflows beyond z = 88
                : new Features(null, function.define(sd, z), null);
    }

    @Override
    public double[] apply(double[] x, double[][] w) {
        double[] phi = new double[projected ? w.length : x.length];
        for (int i = 0; i < phi.length; i++) {
            phi[i] = function.apply(projected ? Rows.dot(w[i], x) : x[i]) + epsilon;
        }
        return phi;
    }

    @Override
    public int draws(int features) {
        return projected ? features : 0;
    }

    @Override
    public double inputScale(int headSize, int features) {
        return switch (scaling) {
            case HEAD_SIZE -> Math.pow(headSize, -0.25);
            case FEATURES -> 1 / Math.sqrt(features);
            case NONE -> 1;
        };
    }

    @Override
    public Optional<FeatureKernel> featureKernel(int headSize, int features) {
        double scale = inputScale(headSize, columns(features, headSize));
        if (function == FeatureFunction.EXP) {
            return Optional.of(new FeatureKernel.Positive((float) scale, (float) epsilon, projected, false));
        }
        return Optional.of(new FeatureKernel.Generalized(
                ScalarFunction.valueOf(function.name()), projected, (float) scale, (float) epsilon));
    }

    @Override
    public FeatureMap withoutEpsilon() {
        return withEpsilon(0);
    }
}
