package io.github.performer4j.core.attention;

import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The last step of linear attention, numerator / denominator, with the rule for denominators that underflow.
 *
 * <p>A row whose denominator is below {@link #threshold} in magnitude although it sees a key returns the mean of the visible
 * values, with zero gradient to q and k; a row that sees no key returns 0 with zero gradient.
 */
final class Normalization {
    private Normalization() {}

    /**
     * Returns the magnitude below which a denominator counts as underflowed: the smallest normal number divided by the machine
     * epsilon, so that above it even terms of one unit in the last place are normal numbers.
     */
    static double threshold(DataType type) {
        return type == DataType.DOUBLE ? Double.MIN_NORMAL / Math.ulp(1.0) : Float.MIN_NORMAL / (double) Math.ulp(1.0f);
    }

    /** Returns whether an ε keeps denominators, and their squares in the gradient, above {@link #threshold}. */
    static boolean bounds(double epsilon, DataType type) {
        return epsilon * epsilon > threshold(type);
    }

    /**
     * Divides.
     *
     * @param sums numerator and denominator side by side, [BH,T,D+1]
     * @param shape the shape of sums
     * @param visible running or total sums of the visible values and their count, [BH,T,D+1] or [BH,1,D+1]; no gradient is needed
     *     but that to v
     * @param visibleTokens 1 or T: the second dimension of {@code visible}
     * @param bounded whether the denominator of a row that sees a key cannot underflow (ε of the map is above the threshold)
     * @return the quotient and the number of underflowed rows
     */
    static AttentionOutput divide(
            SameDiff sd,
            SDVariable sums,
            long[] shape,
            SDVariable visible,
            long visibleTokens,
            boolean bounded,
            DataType type) {
        long d = shape[2] - 1;
        long[] visibleShape = {shape[0], visibleTokens, shape[2]};
        SDVariable numerator = Tensors.columns(sd, sums, shape, 0, d); // [BH,T,D]
        SDVariable denominator = Tensors.columns(sd, sums, shape, d, d + 1); // [BH,T,1]
        SDVariable count = Tensors.stop(sd, Tensors.columns(sd, visible, visibleShape, d, d + 1)); // [BH,1|T,1]
        SDVariable sees = sd.gt(count, 0.5).castTo(type);
        if (bounded) {
            SDVariable none = Tensors.zeros(sd, type, 1);
            return new AttentionOutput(
                    numerator.div(denominator.add(sees.mul(-1).add(1))), sd.sum(none));
        }
        SDVariable under = sd.lt(sd.math().abs(Tensors.stop(sd, denominator)), threshold(type))
                .castTo(type); // [BH,T,1]
        SDVariable over = under.mul(-1).add(1);
        SDVariable values = Tensors.columns(sd, visible, visibleShape, 0, d); // [BH,1|T,D]
        SDVariable safe =
                denominator.mul(over).add(under.mul(sd.math().max(count, Tensors.full(sd, type, 1, 1, 1, 1))));
        SDVariable scale = sd.math()
                .reciprocal(Tensors.stop(sd, safe)); // the gradient divides by a square, which underflows first
        SDVariable out = numerator.mul(over).add(under.mul(values)).mul(scale).div(safe.mul(scale));
        return new AttentionOutput(out, sd.sum(under.mul(sees)));
    }
}
