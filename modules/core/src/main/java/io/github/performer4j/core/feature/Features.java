package io.github.performer4j.core.feature;

import org.nd4j.autodiff.samediff.SDVariable;

/**
 * What a feature map makes of a batch of rows: {@code φ(x) = exp(log) ⊙ values · exp(rowLog)}, each factor optional (null = 1).
 *
 * <p>Keeping the exponents apart lets attention subtract its stabiliser before exponentiating: nothing overflows, and the
 * subtraction cancels between numerator and denominator.
 *
 * @param log exponent per feature, [BH,T,M], or null
 * @param values bounded factor per feature, [BH,T,M], or null
 * @param rowLog exponent shared by a row's features, [BH,T,1], or null
 */
public record Features(SDVariable log, SDVariable values, SDVariable rowLog) {
    public Features {
        if (log == null && values == null) {
            throw new IllegalArgumentException("features need log or values; both are null");
        }
        if (log != null && rowLog != null) {
            throw new IllegalArgumentException("give one exponent: log per feature or rowLog per row; both are set");
        }
    }

    /** Returns whether a stabiliser has to be subtracted before these features are exponentiated. */
    public boolean exponential() {
        return log != null || rowLog != null;
    }
}
