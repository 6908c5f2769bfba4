package io.github.performer4j.core.feature;

import io.github.performer4j.kernels.attention.FeatureKernel;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Positive random features of the softmax kernel (FAVOR+): {@code φ(x) = M^{-½} (exp(Wx − |x|²/2 − c) + ε)}.
 *
 * <p>With W's rows ~ N(0, I), ε = 0 and c = 0, E[φ(x)·φ(y)] = exp(x·y), with mean squared error
 * {@code 1/M · e^{|x+y|²} SM² (1 − e^{−|x+y|²})} for independent rows. Source: arXiv 2009.14794, Lemma 1 and 2. The stabiliser c is
 * attention's; ε is added after it, as in the authors' code.
 *
 * <p>Cost of T rows: the product Wx, O(T·M·D), and an exponential per feature, O(T·M); attention's own sums are O(T·M·D) again, whatever the map.
 *
 * @param epsilon ε ≥ 0 added to the stabilised exponential; 1e-6 by default (reference implementations use 1e-6 and 1e-4)
 */
public record PositiveFeatures(double epsilon) implements FeatureMap {
    /** ε of the authors' later code. */
    public static final double DEFAULT_EPSILON = 1e-6;

    public PositiveFeatures {
        Exponentials.check(epsilon);
    }

    /** Returns the map with ε = {@value #DEFAULT_EPSILON}. */
    public static PositiveFeatures defaults() {
        return new PositiveFeatures(DEFAULT_EPSILON);
    }

    @Override
    public Features define(SameDiff sd, SDVariable x, SDVariable wx) {
        SDVariable halfNorm = sd.sum(x.mul(x), true, 2).mul(0.5); // [BH,T,1]
        return new Features(wx.sub(halfNorm), null, null);
    }

    @Override
    public double[] apply(double[] x, double[][] w) {
        double half = Rows.dot(x, x) / 2;
        double[] logs = new double[w.length];
        for (int i = 0; i < w.length; i++) {
            logs[i] = Rows.dot(w[i], x) - half;
        }
        return Exponentials.of(logs, epsilon);
    }

    @Override
    public Coupling coupling() {
        return Coupling.EXPONENTIAL;
    }

    @Override
    public int draws(int features) {
        return features;
    }

    @Override
    public boolean estimatesSoftmax() {
        return true;
    }

    @Override
    public Optional<FeatureKernel> featureKernel(int headSize, int features) {
        return Optional.of(new FeatureKernel.Positive((float) inputScale(headSize, features), (float) epsilon));
    }

    @Override
    public FeatureMap withoutEpsilon() {
        return new PositiveFeatures(0);
    }
}
