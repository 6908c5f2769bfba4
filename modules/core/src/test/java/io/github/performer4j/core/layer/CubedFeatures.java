package io.github.performer4j.core.layer;

import io.github.performer4j.core.feature.CustomFeatures;
import io.github.performer4j.core.feature.Features;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * A feature map of somebody else's: φ(x) = |s·Wx|³ + ½.
 *
 * @param factor s
 */
public record CubedFeatures(double factor) implements CustomFeatures {
    @Override
    public Features define(SameDiff sd, SDVariable x, SDVariable wx) {
        SDVariable z = sd.math().abs(wx.mul(factor));
        return new Features(null, z.mul(z).mul(z), null);
    }

    @Override
    public double[] apply(double[] x, double[][] w) {
        double[] phi = new double[w.length];
        for (int i = 0; i < w.length; i++) {
            double z = 0;
            for (int l = 0; l < x.length; l++) {
                z += factor * w[i][l] * x[l];
            }
            phi[i] = Math.pow(Math.abs(z), 3) + epsilon();
        }
        return phi;
    }

    @Override
    public int draws(int features) {
        return features;
    }

    @Override
    public double epsilon() {
        return 0.5;
    }
}
