package io.github.performer4j.core.layer;

import io.github.performer4j.kernels.Activation;
import java.util.Locale;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * The feed-forward half of a block, on rows [N,E]: {@code f(x W1 + b1) W2 + b2}, W1 [E,F], W2 [F,E].
 *
 * <p>{@link #GEGLU} has a gate: {@code (gelu(x W1 + b1) ⊙ (x W3 + b3)) W2 + b2} (arXiv 2002.05202).
 */
public enum FeedForward {
    /** f(z) = z·Φ(z), with the error function, as BERT has it. */
    GELU {
        @Override
        SDVariable hidden(GraphScope scope, SDVariable x) {
            return gelu(scope.sd(), AttentionPart.product(scope, x, "W1", "b1"));
        }
    },
    /** f(z) = max(z, 0). */
    RELU {
        @Override
        SDVariable hidden(GraphScope scope, SDVariable x) {
            return scope.sd().nn().relu(AttentionPart.product(scope, x, "W1", "b1"), 0);
        }

        @Override
        Activation activation() {
            return Activation.RELU;
        }
    },
    /** GELU times a linear gate. */
    GEGLU {
        @Override
        SDVariable hidden(GraphScope scope, SDVariable x) {
            SDVariable gate = AttentionPart.product(scope, x, "W3", "b3");
            return gelu(scope.sd(), AttentionPart.product(scope, x, "W1", "b1")).mul(gate);
        }

        @Override
        boolean gated() {
            return true;
        }

        @Override
        void addParameters(SDLayerParams params, int width, int hidden, boolean bias) {
            super.addParameters(params, width, hidden, bias);
            params.addWeightParam("W3", width, hidden);
            if (bias) {
                params.addBiasParam("b3", hidden);
            }
        }
    };

    abstract SDVariable hidden(GraphScope scope, SDVariable x);

    /** Returns f. */
    Activation activation() {
        return Activation.GELU;
    }

    /** Returns whether f's values are multiplied by a gate. */
    boolean gated() {
        return false;
    }

    void addParameters(SDLayerParams params, int width, int hidden, boolean bias) {
        params.addWeightParam("W1", width, hidden);
        params.addWeightParam("W2", hidden, width);
        if (bias) {
            params.addBiasParam("b1", hidden);
            params.addBiasParam("b2", width);
        }
    }

    final SDVariable define(GraphScope scope, SDVariable x) {
        return AttentionPart.product(scope, hidden(scope, x), "W2", "b2");
    }

    private static SDVariable gelu(SameDiff sd, SDVariable z) {
        return z.mul(sd.math().erf(z.mul(Math.sqrt(0.5))).add(1).mul(0.5));
    }

    /** Finds a variant by name, in any case. */
    public static FeedForward named(String name) {
        for (FeedForward f : values()) {
            if (f.name().equals(name.toUpperCase(Locale.ROOT))) {
                return f;
            }
        }
        throw new IllegalArgumentException("unknown feed-forward; name=" + name + ", known=gelu, relu, geglu");
    }
}
