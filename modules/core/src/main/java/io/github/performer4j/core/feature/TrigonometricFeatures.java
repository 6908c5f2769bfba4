package io.github.performer4j.core.feature;

import io.github.performer4j.kernels.attention.FeatureKernel;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Trigonometric random features of the softmax kernel (FAVOR): {@code φ(x) = e^{|x|²/2} (M/2)^{-½} [cos Wx; sin Wx]}.
 *
 * <p>M counts columns, so W has M/2 rows. E[φ(x)·φ(y)] = exp(x·y); with n = M/2 independent rows the mean squared error is
 * {@code 1/(2n) · e^{|x+y|²} SM^{−2} (1 − e^{−|x−y|²})²}: exact for x = y, poor where the kernel is small, and negative estimates
 * occur, so denominators of attention can vanish. Source: arXiv 2009.14794, Lemma 2. There is no ε.
 *
 * <p>Cost of T rows: the product Wx of M/2 rows, O(T·M·D/2), a cosine and a sine per draw, O(T·M).
 */
public record TrigonometricFeatures() implements FeatureMap {

    @Override
    public Features define(SameDiff sd, SDVariable x, SDVariable wx) {
        SDVariable halfNorm = sd.sum(x.mul(x), true, 2).mul(0.5); // [BH,T,1]
        return new Features(null, sd.concat(2, sd.math().cos(wx), sd.math().sin(wx)), halfNorm); // [BH,T,M]
    }

    @Override
    public double[] apply(double[] x, double[][] w) {
        int n = w.length;
        double[] phi = new double[2 * n];
        double scale = Math.exp(Rows.dot(x, x) / 2) / Math.sqrt(n);
        for (int i = 0; i < n; i++) {
            double angle = Rows.dot(w[i], x);
            phi[i] = scale * Math.cos(angle);
            phi[n + i] = scale * Math.sin(angle);
        }
        return phi;
    }

    @Override
    public Coupling coupling() {
        return Coupling.EVEN;
    }

    @Override
    public int draws(int features) {
        if (features % 2 != 0) {
            throw new IllegalArgumentException(
                    "trigonometric features come in pairs: features must be even; features=" + features);
        }
        return features / 2;
    }

    @Override
    public double productScale(int features, int headSize) {
        return 1.0 / draws(features);
    }

    @Override
    public boolean estimatesSoftmax() {
        return true;
    }

    @Override
    public Optional<FeatureKernel> featureKernel(int headSize, int features) {
        return Optional.of(new FeatureKernel.Trigonometric((float) inputScale(headSize, features)));
    }
}
