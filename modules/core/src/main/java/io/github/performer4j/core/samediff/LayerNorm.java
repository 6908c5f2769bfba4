package io.github.performer4j.core.samediff;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * Layer normalisation of rows: {@code y = gain ⊙ (x − mean) / √(var + ε) + bias}. Source: arXiv 1607.06450.
 *
 * <p>Written in elementary operations because M2.1's own operation hides its ε and has a backward pass that is twice as slow.
 */
public final class LayerNorm {
    /** ε that most frameworks use. */
    public static final double DEFAULT_EPSILON = 1e-5;

    private LayerNorm() {}

    /**
     * Normalises the rows of x.
     *
     * @param x [N,E]
     * @param gain [E]
     * @param bias [E]; null for none
     */
    static SDVariable define(SameDiff sd, SDVariable x, SDVariable gain, SDVariable bias, int width, double epsilon) {
        SDVariable mean = sd.sum(x, true, 1).mul(1.0 / width); // [N,1]
        SDVariable centred = x.sub(mean);
        SDVariable variance = sd.sum(centred.mul(centred), true, 1).mul(1.0 / width); // [N,1]
        SDVariable scaled = centred.div(sd.math().sqrt(variance.add(epsilon)));
        SDVariable y = scaled.mul(gain);
        return bias == null ? y : y.add(bias);
    }
}
