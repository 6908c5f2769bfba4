package io.github.performer4j.training.step;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** Cross entropy as the mean over the rows with mask 1, score and gradient alike: the contract of performer4j's heads. */
final class MeanLoss extends LossMCXENT {
    private static final long serialVersionUID = 1;

    @Override
    public double computeScore(INDArray labels, INDArray pre, IActivation activation, INDArray mask, boolean average) {
        return super.computeScore(labels, pre, activation, mask, false)
                / mask.sumNumber().doubleValue();
    }

    @Override
    public INDArray computeGradient(INDArray labels, INDArray pre, IActivation activation, INDArray mask) {
        return super.computeGradient(labels, pre, activation, mask).divi(mask.sumNumber());
    }

    @Override
    public Pair<Double, INDArray> computeGradientAndScore(
            INDArray labels, INDArray pre, IActivation activation, INDArray mask, boolean average) {
        return Pair.of(
                computeScore(labels, pre, activation, mask, average), computeGradient(labels, pre, activation, mask));
    }
}
