package io.github.performer4j.core.layer;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.LossUtil;
import org.nd4j.linalg.ops.transforms.Transforms;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Huber's loss of predictions p and labels y, both [B,D], a mean over the D columns; Deeplearning4j has none. With r = p − y and c = clip(r, −δ, δ),
 *
 * <pre>h(r) = c (r − c/2)        h'(r) = c</pre>
 *
 * <p>(P. J. Huber, <em>Robust estimation of a location parameter</em>, 1964.)
 */
public class HuberLoss implements ILossFunction {
    private final double delta;

    /**
     * Makes the loss.
     *
     * @param delta δ, where squares turn into absolute values; positive
     */
    public HuberLoss(@JsonProperty("delta") double delta) {
        if (!(delta > 0 && Double.isFinite(delta))) {
            throw new IllegalArgumentException("delta must be positive; delta=" + delta);
        }
        this.delta = delta;
    }

    /** Returns δ. */
    public double getDelta() {
        return delta;
    }

    @Override
    public double computeScore(
            INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
        double sum = computeScoreArray(labels, preOutput, activation, mask)
                .sumNumber()
                .doubleValue();
        return average ? sum / labels.size(0) : sum;
    }

    @Override
    public INDArray computeScoreArray(INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
        INDArray r = residual(labels, preOutput, activation);
        INDArray c = clipped(r);
        INDArray values = c.mul(r.sub(c.mul(0.5))); // [B,D]
        if (mask != null) {
            LossUtil.applyMask(values, mask);
        }
        return values.sum(true, 1).divi(labels.size(1));
    }

    @Override
    public INDArray computeGradient(INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
        INDArray slope = clipped(residual(labels, preOutput, activation)).divi(labels.size(1));
        if (mask != null && LossUtil.isPerOutputMasking(slope, mask)) {
            LossUtil.applyMask(slope, mask);
        }
        INDArray gradient = activation.backprop(preOutput, slope).getFirst();
        if (mask != null) {
            LossUtil.applyMask(gradient, mask);
        }
        return gradient;
    }

    @Override
    public Pair<Double, INDArray> computeGradientAndScore(
            INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
        return new Pair<>(
                computeScore(labels, preOutput, activation, mask, average),
                computeGradient(labels, preOutput, activation, mask));
    }

    private static INDArray residual(INDArray labels, INDArray preOutput, IActivation activation) {
        if (!labels.equalShapes(preOutput)) {
            throw new IllegalArgumentException("labels and predictions must have one shape; labels="
                    + labels.shapeInfoToString() + ", predictions=" + preOutput.shapeInfoToString());
        }
        return activation.getActivation(preOutput.dup(), true).subi(labels.castTo(preOutput.dataType()));
    }

    private INDArray clipped(INDArray r) {
        return Transforms.max(Transforms.min(r, delta), -delta);
    }

    @Override
    public String name() {
        return toString();
    }

    @Override
    public String toString() {
        return "HuberLoss(delta=" + delta + ")";
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HuberLoss h && h.delta == delta;
    }

    @Override
    public int hashCode() {
        return Double.hashCode(delta);
    }
}
